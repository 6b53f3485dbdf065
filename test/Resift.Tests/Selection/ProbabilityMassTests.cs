using CsCheck;

namespace Resift.Tests.Selection;

public sealed class ProbabilityMassTests
{
    private static readonly Gen<double> _masses = Gen.OneOf(Gen.Double[0.001, 1], Gen.OneOf(0.5, 0.9, 1));

    [Fact]
    public void TopP_AnyProbability_BeginningWithTheMassAndNoShorterOne() =>
        Gen.Select(Responses.OfAnyProbability, _masses).Sample((response, mass) =>
        {
            var kept = response.TopP(mass);
            Responses.AssertBeginning(response, kept);
            double[] probabilities = [.. response.ConvertTo(ScoreScale.Probability).Results.Select(result => result.Score)];
            int count = kept.Results.Count;
            double wanted = mass * probabilities.Sum();
            Assert.True(probabilities.Take(count).Sum() >= wanted - 1e-12);
            Assert.True(probabilities.Sum() == 0 ? count == probabilities.Length : probabilities.Take(count - 1).Sum() < wanted + 1e-12);
        });

    [Fact]
    public void TopP_Minimum_Respected() =>
        Gen.Select(Responses.OfAnyProbability, _masses, Gen.Int[0, 15]).Sample((response, mass, minimum) =>
        {
            var kept = response.TopP(mass, minimum);
            Responses.AssertBeginning(response, kept);
            int enough = response.TopP(mass).Results.Count;
            Assert.Equal(Math.Min(response.Results.Count, Math.Max(enough, minimum)), kept.Results.Count);
        });

    // Of 2 in all, three quarters are 1.5: the first two together, exactly.
    [Fact]
    public void TopP_MassReachedExactly_NoMore() =>
        Assert.Equal([0, 1], Responses.Of(ScoreScale.Probability, 1, 0.5, 0.25, 0.25).TopP(0.75).Indices());

    // The same probabilities, 0.8 and 0.2, as logits: ±ln 4.
    [Fact]
    public void TopP_Logits_ConvertedAndNotSoftmaxed()
    {
        var response = Responses.Of(ScoreScale.Logit, Math.Log(4), -Math.Log(4));
        Assert.Equal([0], response.TopP(0.79).Indices());
        Assert.Equal([0, 1], response.TopP(0.81).Indices());
    }

    // Three of four equal results hold 0.6 of the mass, and two of these three 0.6 of theirs.
    [Fact]
    public void TopP_Twice_CutsAgain()
    {
        var once = Responses.Of(ScoreScale.Probability, 0.5, 0.5, 0.5, 0.5).TopP(0.6);
        Assert.Equal([0, 1, 2], once.Indices());
        Assert.Equal([0, 1], once.TopP(0.6).Indices());
    }

    [Fact]
    public void TopP_NoProbabilityAtAll_Everything() =>
        Assert.Equal([0, 1], Responses.Of(ScoreScale.Probability, 0, 0).TopP(0.1).Indices());

    [Theory]
    [InlineData(ScoreScale.Cosine)]
    [InlineData(ScoreScale.Rank)]
    [InlineData(ScoreScale.Unspecified)]
    public void TopP_ScaleWithoutMass_RefusedUnlessDegraded(ScoreScale scale)
    {
        var response = Responses.Of(scale, 0.9, 0.1);
        var error = Assert.Throws<NotSupportedException>(() => response.TopP());
        Assert.Contains($"'{scale}'", error.Message, StringComparison.Ordinal);
        var degraded = response.Degraded();
        Assert.Same(degraded, degraded.TopP());
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(0)]
    [InlineData(1.1)]
    public void TopP_MassOutOfRange_Refused(double mass) =>
        Assert.Throws<ArgumentOutOfRangeException>(nameof(mass), () => Responses.Of(ScoreScale.Probability, 0.5).TopP(mass));

    [Fact]
    public void TopP_NegativeMinimum_Refused() =>
        Assert.Throws<ArgumentOutOfRangeException>("minimum", () => Responses.Of(ScoreScale.Probability, 0.5).TopP(minimum: -1));
}
