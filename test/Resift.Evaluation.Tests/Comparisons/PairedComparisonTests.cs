namespace Resift.Evaluation.Tests.Comparisons;

public sealed class PairedComparisonTests
{
    [Fact]
    public void Of_SmallExample_IsByFormula()
    {
        var comparison = PairedComparison.Of([0.5, 0.25, 0.5, 0.75], [0.75, 0.25, 0.25, 1], seed: 1);

        Assert.Equal(4, comparison.QueryCount);
        Assert.Equal((0.5, 0.5625, 0.0625), (comparison.BaselineMean, comparison.SystemMean, comparison.MeanDifference));
        Assert.Equal((2, 1, 1), (comparison.Wins, comparison.Losses, comparison.Ties));

        // Differences 0.25, 0, -0.25, 0.25: their variance is 0.171875 / 3.
        double deviation = Math.Sqrt(0.171875 / 3);
        Assert.Equal(0.0625 / (deviation / 2), comparison.TTest.T!.Value, 1e-12);
        Assert.Equal(0.0625 / deviation, comparison.EffectSize!.Value, 1e-12);

        // Of eight ways to give signs to three equal differences, all reach a sum of at least 0.25.
        Assert.Equal(new RandomisationTest(1, true), comparison.Randomisation);
        Assert.Equal(new WilcoxonTest(2, 1, true), comparison.Wilcoxon);
    }

    [Fact]
    public void Of_OneQuery_NothingIsSure()
    {
        var comparison = PairedComparison.Of([0.25], [0.5], seed: 1);

        Assert.Null(comparison.Interval);
        Assert.Null(comparison.EffectSize);
        Assert.Null(comparison.MinimumDetectableDifference);
        Assert.Equal(new PairedTTest(null, 0, null, null), comparison.TTest);
        Assert.Equal(1, comparison.Randomisation.P);
        Assert.Equal(VerdictKind.NoDifferenceShown, Verdict.Of(comparison).Kind);
    }

    [Fact]
    public void Of_SameSeed_TheSameNumbers()
    {
        double[] baseline = [.. Enumerable.Range(0, 40).Select(i => i % 7 / 7.0)];
        double[] system = [.. Enumerable.Range(0, 40).Select(i => i % 5 / 5.0)];

        var comparison = PairedComparison.Of(baseline, system, seed: 5);
        var again = PairedComparison.Of(baseline, system, seed: 5);
        var other = PairedComparison.Of(baseline, system, seed: 6);

        Assert.False(comparison.Randomisation.IsExact);
        Assert.Equal(comparison, again);
        Assert.NotEqual(comparison.Interval, other.Interval);
        Assert.NotEqual(comparison.Randomisation, other.Randomisation);
    }

    [Fact]
    public void MinimumDetectableDifference_PlantedEverywhere_IsFoundInFourOfFive()
    {
        var random = new Random(7);
        int found = 0;
        const int Trials = 2_000;
        for (int i = 0; i < Trials; i++)
        {
            double[] noise = [.. Enumerable.Range(0, 50).Select(_ => random.NextDouble() - 0.5)];
            double least = PairedComparison.Of(new double[50], noise, seed: 0, resamples: 100).MinimumDetectableDifference!.Value;
            found += PairedComparison.Of(new double[50], [.. noise.Select(value => value + least)], seed: 0, resamples: 100).TTest.P < 0.05
                ? 1
                : 0;
        }

        Assert.InRange((double)found / Trials, 0.76, 0.84);
    }

    [Fact]
    public void Of_ResultsThatDoNotBelongTogether_IsRefused()
    {
        var qrels = Judged("q1", "q2");
        var run = Run.Create([KeyValuePair.Create("q1", new ScoredDocument[] { new("d", 1) })]);
        var result = Measure.Ndcg(10).Evaluate(qrels, run);

        Assert.Throws<ArgumentException>("system", () => PairedComparison.Of(result, Measure.Ndcg(5).Evaluate(qrels, run), seed: 1));
        Assert.Throws<ArgumentException>(
            "system", () => PairedComparison.Of(result, Measure.Ndcg(10).Evaluate(Judged("q1", "q3"), run), seed: 1));
        Assert.Throws<ArgumentException>("system", () => PairedComparison.Of([1, 2], [1], seed: 1));
        Assert.Throws<ArgumentException>("system", () => PairedComparison.Of([], [], seed: 1));
        Assert.Throws<ArgumentException>("system", () => PairedComparison.Of([1], [double.NaN], seed: 1));
    }

    [Fact]
    public void Of_ResultsInAnotherOrder_GoesByQuery()
    {
        var run = Run.Create([KeyValuePair.Create("q1", new ScoredDocument[] { new("d", 1) })]);
        var first = Measure.Ndcg(10).Evaluate(Judged("q1", "q2"), run);
        var second = Measure.Ndcg(10).Evaluate(Judged("q2", "q1"), run);

        var comparison = PairedComparison.Of(first, second, seed: 1);

        Assert.Equal((2, 0, 0, 2), (comparison.QueryCount, comparison.Wins, comparison.Losses, comparison.Ties));
        Assert.Equal(Measure.Ndcg(10), comparison.Measure);
    }

    private static Qrels Judged(params string[] queryIds) => Qrels.Create(
        queryIds.Select(queryId => KeyValuePair.Create(queryId, new Dictionary<string, int> { ["d"] = 1 })));
}
