using Resift.Orleans.Wire;

namespace Resift.Orleans.Tests;

public sealed class WireTests
{
    [Fact]
    public void ToResponse_OfAFullResponse_SaysTheSame()
    {
        RerankResult[] results =
        [
            new(1, 0.1 + 0.2) { Window = new(3, 10, 4) },
            new(0, double.NegativeInfinity) { IsUnscored = true },
        ];
        var stage = RerankResponse.Create([0.25, 0.5], ScoreScale.Cosine, topN: null);
        var response = RerankResponse.Create(results, ScoreScale.Logit, topN: null) with
        {
            ModelId = "m",
            DegradedReason = "late",
            Usage = new()
            {
                Pairs = 2,
                InputTokens = 77,
                SearchUnits = 0.1,
                EstimatedCost = 0.0000001m,
                TruncatedDocuments = [new(1, 9)],
                QueryTokensCut = 2,
                CachedDocuments = 1,
            },
            Stages = [stage],
            LlmReport = new() { Calls = 3, OutputTokens = 5, IsBudgetExhausted = true },
            AdditionalProperties = new() { ["n"] = 5L, ["day"] = DayOfWeek.Friday },
        };
        var back = WireResponse.From(response).ToResponse();

        Assert.Equal(response.Results, back.Results);
        Assert.Equal(response.Stages[0].Results, back.Stages[0].Results);
        Assert.Equal(ScoreScale.Cosine, back.Stages[0].ScoreScale);
        Assert.Equal(response.Usage.TruncatedDocuments, back.Usage!.TruncatedDocuments);
        Assert.Equal(response.Usage with { TruncatedDocuments = [] }, back.Usage with { TruncatedDocuments = [] });
        Assert.Equal(response.LlmReport, back.LlmReport);
        Assert.Equal((response.ScoreScale, "m", "late"), (back.ScoreScale, back.ModelId, back.DegradedReason));
        Assert.Equal(5L, back.AdditionalProperties!["n"]);
        Assert.Equal("Friday", back.AdditionalProperties["day"]);
    }

    [Fact]
    public void ToOptions_OfFullOptions_SaysTheSame()
    {
        var options = new RerankOptions
        {
            TopN = 3,
            ModelId = "m",
            Truncation = TruncationPolicy.Error,
            MaxTokensPerDocument = 7,
            Instruction = "i",
            AdditionalProperties = new() { ["a"] = "b", ["c"] = 1.5 },
        };
        Assert.Equivalent(options, WireOptions.From(options).ToOptions(), strict: true);
        Assert.Equivalent(new RerankOptions(), WireOptions.From(null).ToOptions(), strict: true);
    }

    [Fact]
    public void ToException_OfAPart_CountsItsDocumentsInTheCall()
    {
        var error = new RerankerException("Document 2 is odd.")
        {
            DocumentIndex = 2,
            RetryAfter = TimeSpan.FromSeconds(1),
            IsTransient = true,
        };
        var back = Assert.IsType<RerankerException>(WireError.From(error).ToException(firstDocument: 40));

        Assert.Equal(42, back.DocumentIndex);
        Assert.Equal(TimeSpan.FromSeconds(1), back.RetryAfter);
        Assert.True(back.IsTransient);
        Assert.Contains("counted from document 40", back.Message, StringComparison.Ordinal);
    }
}
