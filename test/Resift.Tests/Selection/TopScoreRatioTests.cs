using CsCheck;

namespace Resift.Tests.Selection;

public sealed class TopScoreRatioTests
{
    [Fact]
    public void AtLeastRatioOfTop_AnyProbability_WhatReachesItAndTheMinimum() =>
        Gen.Select(Responses.OfAnyProbability, Gen.OneOf(Gen.Int[0, 4].Select(n => n / 4.0), Gen.Double[0, 1]), Gen.Int[0, 15])
            .Sample((response, ratio, minimum) =>
            {
                var kept = response.AtLeastRatioOfTop(ratio, minimum);
                Responses.AssertBeginning(response, kept);
                var probabilities = response.ConvertTo(ScoreScale.Probability).Results;
                int good = probabilities.Count(result => result.Score >= ratio * probabilities[0].Score);
                Assert.Equal(Math.Min(response.Results.Count, Math.Max(good, minimum)), kept.Results.Count);
                Assert.Equal(kept.Results, kept.AtLeastRatioOfTop(ratio, minimum).Results);
            });

    [Fact]
    public void AtLeastRatioOfTop_AnyResponse_KeepsTheBest() => Responses.OfAnyProbability.Sample(response =>
        Assert.Equal(response.Results.Take(1), response.AtLeastRatioOfTop(1).Results.Take(1)));

    [Fact]
    public void AtLeastRatioOfTop_Default_HalfOfTheTopProbability() =>
        Assert.Equal([0, 2], Responses.Of(ScoreScale.Probability, 0.8, 0.39, 0.4).AtLeastRatioOfTop().Indices());

    // On logits 3 is less than half of 7, although both are all but certain; -3 is more than half of -2, although it is a third as likely.
    [Fact]
    public void AtLeastRatioOfTop_Logits_ComparedAsProbabilities()
    {
        Assert.Equal([0, 1], Responses.Of(ScoreScale.Logit, 7, 3).AtLeastRatioOfTop().Indices());
        Assert.Equal([0], Responses.Of(ScoreScale.Logit, -2, -3).AtLeastRatioOfTop().Indices());
        Assert.Equal(7, Responses.Of(ScoreScale.Logit, 7, 3).AtLeastRatioOfTop().Results[0].Score);
    }

    [Theory]
    [InlineData(ScoreScale.Cosine)]
    [InlineData(ScoreScale.Rank)]
    [InlineData(ScoreScale.Unspecified)]
    public void AtLeastRatioOfTop_ScaleWithoutRatio_RefusedUnlessDegraded(ScoreScale scale)
    {
        var response = Responses.Of(scale, 0.9, 0.1);
        var error = Assert.Throws<NotSupportedException>(() => response.AtLeastRatioOfTop());
        Assert.Contains($"'{scale}'", error.Message, StringComparison.Ordinal);
        var degraded = response.Degraded();
        Assert.Same(degraded, degraded.AtLeastRatioOfTop());
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    public void AtLeastRatioOfTop_RatioOutOfRange_Refused(double ratio) => Assert.Throws<ArgumentOutOfRangeException>(
        nameof(ratio), () => Responses.Of(ScoreScale.Probability, 0.5).Degraded().AtLeastRatioOfTop(ratio));

    [Fact]
    public void AtLeastRatioOfTop_NegativeMinimum_Refused() => Assert.Throws<ArgumentOutOfRangeException>(
        "minimum", () => Responses.Of(ScoreScale.Probability, 0.5).AtLeastRatioOfTop(minimum: -1));
}
