using Resift.Testing;

namespace Resift.Tests.Composition;

public sealed class EnsembleRerankerTests
{
    private static readonly string[] _documents = ["a", "b", "c"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RerankAsync_ReciprocalRank_SumsWeightedRanks()
    {
        using var reranker = new EnsembleReranker(
            [new(Scoring(ScoreScale.Logit, 3, 2, 1)), new(Scoring(ScoreScale.Cosine, 0.1, 0.9, 0.5), 2)]);
        var response = await reranker.RerankAsync("q", _documents, cancellationToken: Cancellation);
        Assert.Equal(ScoreScale.Rank, response.ScoreScale);
        Assert.Equal([1, 0, 2], response.Results.Select(result => result.Index));
        Assert.Equal((1.0 / 62) + (2.0 / 61), response.Results[0].Score, 1e-12);
        Assert.Equal((1.0 / 61) + (2.0 / 63), response.Results[1].Score, 1e-12);
    }

    [Fact]
    public async Task RerankAsync_MeanProbability_ConvertsLogits()
    {
        using var reranker = new EnsembleReranker(
            [new(Scoring(ScoreScale.Logit, 0, 0, Math.Log(3))), new(Scoring(ScoreScale.Probability, 1, 0, 0.5), 3)],
                EnsembleMethod.MeanProbability);
        var response = await reranker.RerankAsync("q", _documents, new() { TopN = 2 }, Cancellation);
        Assert.Equal(ScoreScale.Probability, response.ScoreScale);
        Assert.Equal([0, 2], response.Results.Select(result => result.Index));
        Assert.Equal(0.875, response.Results[0].Score, 1e-12);
        Assert.Equal(0.5625, response.Results[1].Score, 1e-12);
    }

    [Fact]
    public void Constructor_MeanProbabilityOfCosines_RefusedWithAdvice()
    {
        using var cosine = Scoring(ScoreScale.Cosine);
        var error = Assert.Throws<ArgumentException>(() => new EnsembleReranker([new(cosine)], EnsembleMethod.MeanProbability));
        Assert.Contains("ReciprocalRank", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Constructor_WeightNotAboveZero_Refused(double weight)
    {
        using var inner = new TestReranker();
        Assert.Throws<ArgumentException>(() => new EnsembleReranker([new(inner, weight)]));
        Assert.Throws<ArgumentException>(() => new EnsembleReranker([]));
    }

    [Fact]
    public async Task RerankAsync_OneMemberFails_DegradedAnswerOfTheOthers()
    {
        using var reranker = Scoring(ScoreScale.Logit, 1, 3, 2).AsBuilder().UseEnsemble([new(Failing("down"))]).Build();
        var response = await reranker.RerankAsync("q", _documents, cancellationToken: Cancellation);
        Assert.Equal([1, 2, 0], response.Results.Select(result => result.Index));
        Assert.Contains("down", response.DegradedReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_AllFail_TheFirstFailure()
    {
        using var reranker = new EnsembleReranker([new(Failing("one")), new(Failing("two"))]);
        var error = await Assert.ThrowsAsync<RerankerException>(() =>
            reranker.RerankAsync("q", _documents, cancellationToken: Cancellation));
        Assert.Equal("one", error.Message);
    }

    private static TestReranker Failing(string message) => new()
    {
        RerankAsyncCallback = (_, _, _, _) => Task.FromException<RerankResponse>(new RerankerException(message)),
    };

    private static TestReranker Scoring(ScoreScale scale, params double[] scores) => new()
    {
        Metadata = new("test") { DefaultModelId = "fixed", ScoreScale = scale, IsPointwise = true },
        RerankAsyncCallback = (_, _, options, _) => Task.FromResult(RerankResponse.Create(scores, scale, options?.TopN)),
    };

    public sealed class RankConformance : RerankerConformanceTests
    {
        protected override IReranker CreateReranker() => new TestReranker().AsBuilder().UseEnsemble([new(new TestReranker())]).Build();
    }

    public sealed class ProbabilityConformance : PointwiseRerankerConformanceTests
    {
        protected override IReranker CreateReranker() =>
            new TestReranker().AsBuilder().UseEnsemble([new(new TestReranker(), 2)], EnsembleMethod.MeanProbability).Build();
    }
}
