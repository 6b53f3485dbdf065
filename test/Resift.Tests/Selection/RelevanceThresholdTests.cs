using CsCheck;

namespace Resift.Tests.Selection;

public sealed class RelevanceThresholdTests
{
    [Fact]
    public void AtLeast_OwnScale_WhatReachesItAndTheMinimum() =>
        Gen.Select(Responses.OfAnyScale, Gen.OneOf(Gen.Int[-4, 4].Select(n => n / 4.0), Gen.Double[-1, 1]), Gen.Int[0, 15])
            .Where((response, threshold, _) => response.ScoreScale != ScoreScale.Probability || threshold >= 0)
            .Sample((response, threshold, minimum) =>
            {
                var kept = response.AtLeast(threshold, response.ScoreScale, minimum);
                Responses.AssertBeginning(response, kept);
                int good = response.Results.Count(result => result.Score >= threshold);
                Assert.Equal(Math.Min(response.Results.Count, Math.Max(good, minimum)), kept.Results.Count);
                Assert.Equal(kept.Results, kept.AtLeast(threshold, response.ScoreScale, minimum).Results);
            });

    [Fact]
    public void AtLeast_ProbabilityOfLogits_AsOnLogits() => Responses.OfLogits.Sample(response =>
        Assert.Equal(
            response.Results.Where(result => result.Score >= 0),
            response.AtLeast(0.5, ScoreScale.Probability).Results));

    [Fact]
    public void AtLeast_LogitOfProbabilities_AsOnProbabilities() => Responses.OfProbabilities.Sample(response =>
        Assert.Equal(
            response.Results.Where(result => result.Score >= 0.5),
            response.AtLeast(0, ScoreScale.Logit).Results));

    [Fact]
    public void AtLeast_EqualScore_Stays() =>
        Assert.Equal([1, 0], Responses.Of(ScoreScale.Probability, 0.5, 0.7, 0.49).AtLeast(0.5, ScoreScale.Probability).Indices());

    // ln(0.9 / 0.1) is 2.197.
    [Fact]
    public void AtLeast_ProbabilityOfLogits_ConvertsTheThresholdAndNoScore()
    {
        var kept = Responses.Of(ScoreScale.Logit, 2.19, 2.20, -1).AtLeast(0.9, ScoreScale.Probability);
        Assert.Equal(new RerankResult(1, 2.20), Assert.Single(kept.Results));
        Assert.Equal(ScoreScale.Logit, kept.ScoreScale);
    }

    [Theory]
    [InlineData(ScoreScale.Cosine)]
    [InlineData(ScoreScale.Rank)]
    [InlineData(ScoreScale.Unspecified)]
    public void AtLeast_ScaleWithoutFormula_Refused(ScoreScale scale)
    {
        var error = Assert.Throws<NotSupportedException>(() => Responses.Of(scale, 0.3).AtLeast(0.5, ScoreScale.Probability));
        Assert.Contains(scale.ToString(), error.Message, StringComparison.Ordinal);
    }

    // A first stage's fused scores lie far below any threshold for a reranker.
    [Fact]
    public void AtLeast_DegradedResponse_AsItIs()
    {
        var response = Responses.Of(ScoreScale.Rank, 0.016, 0.015).Degraded();
        Assert.Same(response, response.AtLeast(0.5, ScoreScale.Probability));
    }

    [Theory]
    [InlineData(double.NaN, ScoreScale.Logit)]
    [InlineData(double.NaN, ScoreScale.Unspecified)]
    [InlineData(double.NaN, ScoreScale.Probability)]
    [InlineData(-0.1, ScoreScale.Probability)]
    [InlineData(1.1, ScoreScale.Probability)]
    [InlineData(-1.1, ScoreScale.Cosine)]
    [InlineData(30, ScoreScale.Cosine)]
    public void AtLeast_ThresholdNotOnItsScale_RefusedForEveryResponse(double threshold, ScoreScale scale)
    {
        var response = Responses.Of(scale, 0.5);
        var error = Assert.Throws<ArgumentOutOfRangeException>(nameof(threshold), () => response.AtLeast(threshold, scale));
        Assert.Contains(scale.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(nameof(threshold), () => response.Degraded().AtLeast(threshold, scale));
    }

    [Fact]
    public void AtLeast_NegativeMinimum_Refused() => Assert.Throws<ArgumentOutOfRangeException>(
        "minimum", () => Responses.Of(ScoreScale.Logit, 1).AtLeast(0, ScoreScale.Logit, minimum: -1));
}
