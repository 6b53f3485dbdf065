namespace Resift.Evaluation.Tests.Comparisons;

/// <summary>Holds verdicts and intervals to what they promise, over many comparisons of which the truth is known.</summary>
public sealed class HonestyTests
{
    private const int Comparisons = 1_000;

    // Values of nDCG are often 0 or 1, and their differences are mostly small with a few large ones.
    [Fact]
    public void Of_ASystemWithItself_HelpsOrHurtsSeldom()
    {
        const int Queries = 50;
        var random = new Random(Queries);
        int wrong = 0;
        for (int i = 0; i < Comparisons; i++)
        {
            double[] truth = [.. Enumerable.Range(0, Queries).Select(_ => random.NextDouble())];
            var comparison = PairedComparison.Of(Noisy(truth, random), Noisy(truth, random), seed: i, resamples: 1_000);
            wrong += Verdict.Of(comparison).Kind == VerdictKind.NoDifferenceShown ? 0 : 1;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{wrong} of {Comparisons} comparisons of a system with itself say helps or hurts");
        Assert.InRange((double)wrong / Comparisons, 0.01, 0.06);
    }

    [Theory]
    [InlineData(50, 0.05)]
    [InlineData(100, 0.02)]
    public void Interval_PlantedDifference_HoldsItAsOftenAsStated(int queries, double planted)
    {
        var random = new Random(queries);
        int held = 0;
        for (int i = 0; i < Comparisons; i++)
        {
            double[] baseline = [.. Enumerable.Range(0, queries).Select(_ => random.NextDouble())];
            double[] system = [.. baseline.Select(value => value + planted + Difference(random))];
            var interval = PairedComparison.Of(baseline, system, seed: i, resamples: 1_000).Interval!.Value;
            held += interval.Low <= planted && planted <= interval.High ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{held} of {Comparisons} intervals over {queries} queries hold {planted}");
        Assert.InRange((double)held / Comparisons, 0.93, 0.97);
    }

    private static double[] Noisy(double[] truth, Random random) =>
        [.. truth.Select(value => Math.Clamp(value + Difference(random), 0, 1))];

    // None for one query in four; otherwise symmetric around 0, with a peak there.
    private static double Difference(Random random) =>
        random.Next(4) == 0 ? 0 : (random.NextDouble() - random.NextDouble()) * random.NextDouble();
}
