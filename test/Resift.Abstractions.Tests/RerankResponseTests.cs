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

    private static RerankResponse Create(double[] scores) => RerankResponse.Create(scores, ScoreScale.Logit, topN: null);

    private static IEnumerable<int> Indices(RerankResponse response) => response.Results.Select(result => result.Index);
}
