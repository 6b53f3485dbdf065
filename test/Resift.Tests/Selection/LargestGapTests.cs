using CsCheck;

namespace Resift.Tests.Selection;

public sealed class LargestGapTests
{
    private static readonly Gen<RerankResponse> _responses =
        Gen.OneOf(Responses.OfLogits, Responses.OfProbabilities, Responses.OfCosines);

    [Fact]
    public void BeforeLargestGap_AnyResponse_BeginningWithinTheLimits() =>
        Gen.Select(_responses, Gen.Int[1, 8], Gen.Int[0, 8], Gen.Bool).Sample((response, minimum, more, isLimited) =>
        {
            int? maximum = isLimited ? minimum + more : null;
            var kept = response.BeforeLargestGap(minimum, maximum);
            Responses.AssertBeginning(response, kept);
            int all = response.Results.Count;
            Assert.InRange(kept.Results.Count, Math.Min(all, minimum), Math.Min(all, maximum ?? all));
        });

    [Fact]
    public void BeforeLargestGap_AnyResponse_NoLargerGapElsewhere() => _responses.Sample(response =>
    {
        double[] scores = [.. response.Results.Select(result => result.Score)];
        int count = response.BeforeLargestGap().Results.Count;
        var gaps = scores.Zip(scores.Skip(1), (score, next) => score == next ? 0 : score - next).ToList();
        Assert.True(count == scores.Length ? gaps.TrueForAll(gap => gap == 0) : gaps[count - 1] == gaps.Max());
    });

    [Fact]
    public void BeforeLargestGap_OneClearGap_CutThere() =>
        Assert.Equal([1, 3], Responses.Of(ScoreScale.Probability, 0.3, 0.9, 0.1, 0.8).BeforeLargestGap().Indices());

    // What is left has a largest gap too: 0.9 to 0.8.
    [Fact]
    public void BeforeLargestGap_Twice_CutsAgain() =>
        Assert.Equal([1], Responses.Of(ScoreScale.Probability, 0.3, 0.9, 0.1, 0.8).BeforeLargestGap().BeforeLargestGap().Indices());

    // The gap from 2 to -1 is the largest one of probabilities (0.88, 0.27, 0.0001), that from -1 to -9 of logits.
    [Fact]
    public void BeforeLargestGap_LogitsOrProbabilities_GapOfTheResponsesScale()
    {
        var logits = Responses.Of(ScoreScale.Logit, 2, -1, -9);
        Assert.Equal([0, 1], logits.BeforeLargestGap().Indices());
        Assert.Equal([0], logits.ConvertTo(ScoreScale.Probability).BeforeLargestGap().Indices());
    }

    [Fact]
    public void BeforeLargestGap_EqualGaps_TheFirst() =>
        Assert.Equal([0], Responses.Of(ScoreScale.Logit, 3, 2, 1).BeforeLargestGap().Indices());

    [Fact]
    public void BeforeLargestGap_MinimumBehindTheGap_NextLargestOne() =>
        Assert.Equal([0, 1, 2], Responses.Of(ScoreScale.Logit, 9, 4, 3.5, 1, 0.9).BeforeLargestGap(minimum: 2).Indices());

    [Fact]
    public void BeforeLargestGap_EqualScores_OnlyTheMaximumCuts()
    {
        var response = Responses.Of(ScoreScale.Logit, 1, 1, 1);
        Assert.Equal([0, 1, 2], response.BeforeLargestGap().Indices());
        Assert.Equal([0, 1], response.BeforeLargestGap(maximum: 2).Indices());
    }

    [Theory]
    [InlineData(ScoreScale.Rank)]
    [InlineData(ScoreScale.Unspecified)]
    public void BeforeLargestGap_ScaleWithoutDifferences_RefusedUnlessDegraded(ScoreScale scale)
    {
        var response = Responses.Of(scale, 1, 0.5);
        var error = Assert.Throws<NotSupportedException>(() => response.BeforeLargestGap());
        Assert.Contains($"'{scale}'", error.Message, StringComparison.Ordinal);
        var degraded = response.Degraded();
        Assert.Same(degraded, degraded.BeforeLargestGap());
    }

    [Fact]
    public void BeforeLargestGap_LimitsOutOfRange_Refused()
    {
        var response = Responses.Of(ScoreScale.Logit, 1);
        Assert.Throws<ArgumentOutOfRangeException>("minimum", () => response.BeforeLargestGap(minimum: 0));
        Assert.Throws<ArgumentOutOfRangeException>("maximum", () => response.BeforeLargestGap(minimum: 3, maximum: 2));
    }
}
