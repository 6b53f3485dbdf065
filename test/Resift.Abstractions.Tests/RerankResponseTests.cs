using Resift.Testing;

namespace Resift.Abstractions.Tests;

public sealed class RerankResponseTests
{
    [Fact]
    public void Create_Scores_SortedByScoreThenIndex()
    {
        var response = Create([1, 3, 2, 3, -1]);
        Assert.Equal([1, 3, 2, 0, 4], Indices(response));
        Assert.Equal([3, 3, 2, 1, -1], response.Results.Select(result => result.Score));
    }

    [Fact]
    public void Create_Infinities_AtTheEnds() =>
        Assert.Equal([2, 0, 3, 1], Indices(Create([0, double.NegativeInfinity, double.PositiveInfinity, -5])));

    [Fact]
    public void Create_BothZeros_Tie() => Assert.Equal([0, 1, 2], Indices(Create([-0.0, 0.0, -0.0])));

    [Fact]
    public void Create_NoScores_Empty() => Assert.Empty(Create([]).Results);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(4, 3)]
    [InlineData(null, 3)]
    public void Create_TopN_CutsAfterSorting(int? topN, int expected)
    {
        var response = RerankResponse.Create([1.0, 2.0, 3.0], ScoreScale.Logit, topN);
        Assert.Equal(Enumerable.Range(0, 3).Reverse().Take(expected), Indices(response));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void Create_TopNBelowOne_Refused(int topN)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => RerankResponse.Create([1.0], ScoreScale.Logit, topN));
        Assert.Equal("topN", error.ParamName);
    }

    [Fact]
    public void Create_NaN_NamesTheDocument()
    {
        var error = Assert.Throws<RerankerException>(() => Create([1, double.NaN]));
        Assert.Equal(1, error.DocumentIndex);
        Assert.Contains("document 1 is NaN", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_PartOfTheResults_KeepTheirIndices()
    {
        var response = RerankResponse.Create([new RerankResult(7, 0.1), new RerankResult(2, 0.9)], ScoreScale.Probability, topN: null);
        Assert.Equal([2, 7], Indices(response));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(4, 4)]
    public void Create_NegativeOrRepeatedIndex_Refused(int first, int second)
    {
        var error = Assert.Throws<RerankerException>(
            () => RerankResponse.Create([new RerankResult(first, 1), new RerankResult(second, 2)], ScoreScale.Logit, topN: null));
        Assert.Equal(first, error.DocumentIndex);
    }

    [Fact]
    public void ConvertTo_LogitToProbabilityAndBack_SameScores()
    {
        var logits = Create([2, -1, 0]) with { ModelId = "model", DegradedReason = "reason" };
        var probabilities = logits.ConvertTo(ScoreScale.Probability);
        Assert.Equal(ScoreScale.Probability, probabilities.ScoreScale);
        Assert.Equal(0.5, probabilities.Results[1].Score);
        Assert.Equal(("model", true), (probabilities.ModelId, probabilities.IsDegraded));
        Assert.All(
            logits.Results.Zip(probabilities.ConvertTo(ScoreScale.Logit).Results),
            pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-12));
    }

    [Fact]
    public void ConvertTo_SaturatedProbabilities_KeepTheOrderOfTheLogits()
    {
        var probabilities = Create([40, 60, 50]).ConvertTo(ScoreScale.Probability);
        Assert.All(probabilities.Results, result => Assert.Equal(1, result.Score));
        Assert.Equal([1, 2, 0], Indices(probabilities));
    }

    [Fact]
    public void ConvertTo_OwnScale_TheSameResponse()
    {
        var response = Create([1]);
        Assert.Same(response, response.ConvertTo(ScoreScale.Logit));
    }

    [Fact]
    public void ConvertTo_NoFormula_Refused() =>
        Assert.Throws<NotSupportedException>(() => Create([1]).ConvertTo(ScoreScale.Cosine));

    [Fact]
    public void MapScores_ScoresThatBecomeEqual_OrderAndEverythingElseStay()
    {
        var usage = new RerankUsage { Pairs = 3 };
        var response = Create([1, -1, 3]) with { ModelId = "model", Usage = usage, DegradedReason = "reason" };
        var mapped = response.MapScores(score => Math.Sign(score) / 2.0, ScoreScale.Cosine);
        Assert.Equal([new(2, 0.5), new(0, 0.5), new(1, -0.5)], mapped.Results);
        Assert.Equal((ScoreScale.Cosine, "model", "reason"), (mapped.ScoreScale, mapped.ModelId, mapped.DegradedReason));
        Assert.Same(usage, mapped.Usage);
    }

    [Fact]
    public void MapScores_InfiniteScores_Kept() =>
        Assert.Equal(
            [double.PositiveInfinity, 0, double.NegativeInfinity, double.NegativeInfinity],
            Create([double.NegativeInfinity, 0, double.PositiveInfinity, double.NegativeInfinity])
                .MapScores(score => score, ScoreScale.Logit).Results.Select(result => result.Score));

    [Fact]
    public void MapScores_RoundingErrorUpwards_LeveledOut() =>
        Assert.Equal(
            [0.5, 0.5],
            Create([2, 1]).MapScores(score => score == 2 ? 0.5 : 0.5 + 1e-15, ScoreScale.Probability)
                .Results.Select(result => result.Score));

    [Theory]
    [InlineData(0.51)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NaN)]
    public void MapScores_FunctionThatFallsOrGivesNaN_Refused(double second)
    {
        var error = Assert.Throws<ArgumentException>(
            "map", () => Create([2, 1]).MapScores(score => score == 2 ? 0.5 : second, ScoreScale.Probability));
        Assert.Contains("document 1", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(
            "map", () => Create([2, 1]).MapScores(score => score == 2 ? double.NegativeInfinity : second, ScoreScale.Logit));
    }

    [Fact]
    public void ResponseOfItems_IndexBeyondTheItems_Refused()
    {
        var response = Create([1, 2, 3]);
        var error = Assert.Throws<RerankerException>(() => new RerankResponse<string>(["a", "b"], response));
        Assert.Contains("document 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MapIndices_AllThatSpeaksOfDocuments_Follows()
    {
        var stage = Create([1, 2]) with { Usage = new() { TruncatedDocuments = [new(1, 5)] } };
        var response = Of(ScoreScale.Logit, [new(0, 0.5) { Window = new(3, 4, 2) }, new(1, 0.7) { IsUnscored = true }]) with
        {
            Usage = new() { TruncatedDocuments = [new(0, 3)] },
            Stages = [stage],
        };
        var mapped = response.MapIndices(index => 10 - index);
        Assert.Equal([new(9, 0.7) { IsUnscored = true }, new(10, 0.5) { Window = new(3, 4, 2) }], mapped.Results);
        Assert.Equal([new(10, 3)], mapped.Usage!.TruncatedDocuments);
        Assert.Equal([9, 10], Indices(mapped.Stages[0]));
        Assert.Equal([new(9, 5)], mapped.Stages[0].Usage!.TruncatedDocuments);
    }

    [Fact]
    public void MapIndices_TwoBecomeOne_Refused() =>
        Assert.Throws<RerankerException>(() => Create([1, 2]).MapIndices(_ => 0));

    [Fact]
    public void Merge_Parts_OneAnswerThatForgetsNothing()
    {
        var first = Of(ScoreScale.Probability, [new(2, 0.9) { Window = new(1, 2, 3) }]) with
        {
            Usage = new()
            {
                Pairs = 3,
                InputTokens = 30,
                EstimatedCost = 0.1m,
                SearchUnits = 1,
                CachedDocuments = 1,
                TruncatedDocuments = [new(2, 7)],
            },
            LlmReport = new() { Calls = 2, OutputTokens = 5 },
            AdditionalProperties = new() { ["of"] = "first" },
            Stages = [Of(ScoreScale.Logit, [new(2, 5)])],
        };
        var second = Of(ScoreScale.Probability, [new(0, 0.95), new(1, 0.1) { IsUnscored = true }]) with
        {
            ModelId = "model",
            DegradedReason = "late",
            Usage = new() { Pairs = 1, InputTokens = 10, EstimatedCost = 0.2m, CachedDocuments = 1 },
            LlmReport = new() { Calls = 1, OutputTokens = 1, Retries = 1 },
            AdditionalProperties = new() { ["of"] = "second", ["more"] = 1 },
            Stages = [Of(ScoreScale.Logit, [new(0, 4), new(1, 6)])],
        };
        var merged = RerankResponse.Merge([first, second], topN: null);
        Assert.Equal([new(0, 0.95), new(2, 0.9) { Window = new(1, 2, 3) }, new(1, 0.1) { IsUnscored = true }], merged.Results);
        Assert.Equal(("model", "late"), (merged.ModelId, merged.DegradedReason));
        Assert.Equal((4, 40L, 0.3m, 1d, 2), Figures(merged.Usage!));
        Assert.Equal([new(2, 7)], merged.Usage!.TruncatedDocuments);
        Assert.Equal((3, 6L, 1), (merged.LlmReport!.Calls, merged.LlmReport.OutputTokens, merged.LlmReport.Retries));
        Assert.Equal(("first", 1), (merged.AdditionalProperties!["of"], merged.AdditionalProperties["more"]));
        Assert.Equal([1, 2, 0], Indices(Assert.Single(merged.Stages)));
        Assert.Equal([0, 2], Indices(RerankResponse.Merge([first, second], topN: 2)));

        static (int, long?, decimal?, double?, int) Figures(RerankUsage usage) =>
            (usage.Pairs, usage.InputTokens, usage.EstimatedCost, usage.SearchUnits, usage.CachedDocuments);
    }

    [Fact]
    public void Merge_PartThatKnowsNoUsage_UnknownOfTheWhole()
    {
        var known = Create([1]) with { Usage = new() { Pairs = 1, InputTokens = 10, EstimatedCost = 0 } };
        var merged = RerankResponse.Merge([known, Create([1]).MapIndices(_ => 1)], topN: null);
        Assert.Equal((null, null), (merged.Usage!.InputTokens, merged.Usage.EstimatedCost));
    }

    [Fact]
    public void Merge_OtherScaleSameDocumentOrNothing_Refused()
    {
        var cosine = Of(ScoreScale.Cosine, [new(1, 0.5)]);
        var error = Assert.Throws<RerankerException>(() => RerankResponse.Merge([Create([1]), cosine], topN: null));
        Assert.Contains("Logit, Cosine", error.Message, StringComparison.Ordinal);
        Assert.Throws<RerankerException>(() => RerankResponse.Merge([Create([1]), Create([2])], topN: null));
        Assert.Throws<ArgumentException>("parts", () => RerankResponse.Merge([], topN: null));
    }

    [Fact]
    public void MapWindows_SomeHaveNoPlaceInTheOtherText_OthersMoved()
    {
        var stage = Of(ScoreScale.Logit, [new(1, 1) { Window = new(5, 5, 2) }]);
        var response = Of(ScoreScale.Logit, [new(0, 1) { Window = new(1, 2, 3) }, new(1, 2) { Window = new(5, 5, 2) }, new(2, 3)]) with
        {
            Stages = [stage],
        };
        var mapped = response.MapWindows((index, window) => index == 0 ? null : window with { Start = window.Start + 10 });
        Assert.Equal([null, new DocumentWindow(15, 5, 2), null], mapped.Results.Select(result => result.Window));
        Assert.Equal(new DocumentWindow(15, 5, 2), mapped.Stages[0].Results[0].Window);
    }

    [Fact]
    public void Usage_None_IsZeroAndNotUnknown() => Assert.Equal(
        (0, 0L, 0m, 0d),
            (RerankUsage.None.Pairs, RerankUsage.None.InputTokens, RerankUsage.None.EstimatedCost, RerankUsage.None.SearchUnits));

    [Fact]
    public async Task ResponseOfItems_Windows_StayWithTheirItems()
    {
        using var reranker = new TestReranker
        {
            RerankAsyncCallback = (_, _, _, _) => Task.FromResult(Of(ScoreScale.Logit, [new(0, 1), new(1, 2) { Window = new(2, 3, 4) }])),
        };
        var response = await reranker.RerankAsync(
            "q", [1, 2], item => $"{item}", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([(2, new DocumentWindow(2, 3, 4)), (1, null)], response.Results.Select(result => (result.Item, result.Window)));
    }

    private static RerankResponse Of(ScoreScale scale, RerankResult[] results) =>
        RerankResponse.Create(results.AsEnumerable(), scale, topN: null);

    private static RerankResponse Create(double[] scores) => RerankResponse.Create(scores, ScoreScale.Logit, topN: null);

    private static IEnumerable<int> Indices(RerankResponse response) => response.Results.Select(result => result.Index);
}
