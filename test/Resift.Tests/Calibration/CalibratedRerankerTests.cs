using Resift.Testing;

namespace Resift.Tests.Calibration;

public sealed class CalibratedRerankerTests
{
    private static readonly TemperatureCalibration _milder = new(2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RerankAsync_Logits_CalibratedProbabilities()
    {
        var response = await Rerank(_milder, RerankResponse.Create([-2 * Math.Log(3), 2 * Math.Log(4)], ScoreScale.Logit, topN: null) with
        {
            ModelId = "model",
            Usage = new() { Pairs = 2 },
            AdditionalProperties = new() { ["key"] = "value" },
        });

        Assert.Equal(ScoreScale.Probability, response.ScoreScale);
        Assert.Equal([1, 0], response.Indices());
        Assert.Equal(0.8, response.Results[0].Score, 1e-12);
        Assert.Equal(0.25, response.Results[1].Score, 1e-12);
        Assert.Equal(("model", 2, "value"), (response.ModelId, response.Usage?.Pairs, response.AdditionalProperties?["key"]));
    }

    // 0.9 is a logit of 2 ln 3, half of which is the probability 3/4. 0 and 1 are infinite logits and stay what they are.
    [Fact]
    public async Task RerankAsync_Probabilities_CalibratedAsTheirLogits()
    {
        var response = await Rerank(_milder, RerankResponse.Create([0.9, 0, 1, 0.5], ScoreScale.Probability, topN: null));
        Assert.Equal(ScoreScale.Probability, response.ScoreScale);
        Assert.Equal([2, 0, 3, 1], response.Indices());
        Assert.Equal([1, 0.75, 0.5, 0], response.Results.Select(result => Math.Round(result.Score, 12)));
    }

    // Document 2 is better than 0 and 1 and stays before them, although all three become one half.
    [Fact]
    public async Task RerankAsync_ScoresThatBecomeEqual_OrderOfTheReranker()
    {
        var calibration = new IsotonicCalibration([-5, 5], [0.5, 0.5]);
        var response = await Rerank(calibration, RerankResponse.Create([1, -1, 3.0], ScoreScale.Logit, topN: null));
        Assert.Equal([new(2, 0.5), new(0, 0.5), new(1, 0.5)], response.Results);
    }

    [Fact]
    public async Task RerankAsync_TopN_PassedOnAndKept()
    {
        using var reranker = new TestReranker().AsBuilder().UseCalibration(_milder).Build();
        var response = await reranker.RerankAsync("cats sleep", ["dogs", "cats sleep", "cats"], new() { TopN = 2 }, Cancellation);
        Assert.Equal([1, 2], response.Indices());
    }

    [Fact]
    public async Task RerankAsync_DegradedResponse_Untouched()
    {
        var degraded = RerankResponse.Create([0.016, 3], ScoreScale.Logit, topN: null).Degraded();
        Assert.Same(degraded, await Rerank(_milder, degraded));

        degraded = RerankResponse.Create([1, 0.5], ScoreScale.Rank, topN: null).Degraded();
        Assert.Same(degraded, await Rerank(_milder, degraded));
    }

    [Theory]
    [InlineData(ScoreScale.Cosine)]
    [InlineData(ScoreScale.Rank)]
    [InlineData(ScoreScale.Unspecified)]
    public async Task RerankAsync_OtherScale_Refused(ScoreScale scale)
    {
        var error = await Assert.ThrowsAsync<NotSupportedException>(
            () => Rerank(_milder, RerankResponse.Create([0.5], scale, topN: null)));
        Assert.Contains($"'{scale}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GetService_Metadata_OfTheRerankerWithProbabilities()
    {
        var metadata = new RerankerMetadata("test") { ScoreScale = ScoreScale.Logit, IsPointwise = true, MaxDocuments = 7 };
        using var reranker = new TestReranker { Metadata = metadata }.AsBuilder().UseCalibration(_milder).Build();
        Assert.Equal(metadata with { ScoreScale = ScoreScale.Probability }, reranker.GetService<RerankerMetadata>());
        Assert.Null(reranker.GetService(typeof(RerankerMetadata), "key"));
        Assert.IsType<CalibratedReranker>(reranker);
    }

    [Fact]
    public void UseCalibration_Null_Refused()
    {
        using var inner = new TestReranker();
        Assert.Throws<ArgumentNullException>("calibration", () => inner.AsBuilder().UseCalibration(null!));
        Assert.Throws<ArgumentNullException>("calibration", () => new CalibratedReranker(inner, null!));
    }

    private static async Task<RerankResponse> Rerank(ScoreCalibration calibration, RerankResponse response)
    {
        using var reranker = new TestReranker { RerankAsyncCallback = (_, _, _, _) => Task.FromResult(response) }
            .AsBuilder().UseCalibration(calibration).Build();
        return await reranker.RerankAsync("query", [.. response.Results.Select(_ => "document")], cancellationToken: Cancellation);
    }

    public sealed class ConformanceOfProbabilities : PointwiseRerankerConformanceTests
    {
        protected override IReranker CreateReranker() =>
            new TestReranker().AsBuilder().UseCalibration(new PlattCalibration(0.7, -1)).Build();
    }

    public sealed class ConformanceOfLogits : PointwiseRerankerConformanceTests
    {
        protected override IReranker CreateReranker() =>
            new TestReranker { Metadata = new("test") { ScoreScale = ScoreScale.Logit, IsPointwise = true } }
                .AsBuilder().UseCalibration(_milder).Build();
    }
}
