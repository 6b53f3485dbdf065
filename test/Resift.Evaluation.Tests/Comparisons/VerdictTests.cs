namespace Resift.Evaluation.Tests.Comparisons;

public sealed class VerdictTests
{
    private static readonly double[] _baseline = [.. Enumerable.Range(0, 50).Select(i => i % 10 / 20.0)];

    [Fact]
    public void Of_SystemThatIsBetterAlmostEverywhere_Helps()
    {
        var comparison = PairedComparison.Of(_baseline, [.. _baseline.Select((value, i) => value + (i % 5 == 0 ? -0.02 : 0.04))], seed: 3);
        var verdict = Verdict.Of(comparison);

        Assert.Equal(VerdictKind.Helps, verdict.Kind);
        Assert.Equal("helps", verdict.Words);
        Assert.Matches(
            @"^helps: \+0\.028, 95 % interval \+0\.02\d … \+0\.03\d, p = 0\.0001; helps 80 %, hurts 20 % of the queries$",
            verdict.ToString());
    }

    [Fact]
    public void Of_TheOtherWayRound_Hurts()
    {
        var comparison = PairedComparison.Of(_baseline, [.. _baseline.Select(value => value - 0.01)], seed: 3);
        var verdict = Verdict.Of(comparison);

        Assert.Equal((VerdictKind.Hurts, "hurts"), (verdict.Kind, verdict.Words));
        Assert.StartsWith("hurts: −0.010, 95 % interval −0.010 … −0.010, p = 0.0001", verdict.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_Noise_ShowsNoDifferenceAndSaysWhatStaysUnseen()
    {
        var comparison = PairedComparison.Of(_baseline, [.. _baseline.Select((value, i) => value + (i % 2 == 0 ? 0.1 : -0.1))], seed: 3);
        var verdict = Verdict.Of(comparison);

        Assert.Equal((VerdictKind.NoDifferenceShown, "no difference shown"), (verdict.Kind, verdict.Words));
        Assert.Matches(
            @"^no difference shown: \+0\.000, 95 % interval −0\.0\d\d … \+0\.0\d\d, p = \S+; helps 50 %, hurts 50 % of the queries; " +
            @"with 50 queries like these, less than 0\.041 is likely to stay unseen$",
            verdict.ToString());
    }

    [Fact]
    public void Of_AdjustedProbability_DecidesAndIsNamed()
    {
        var comparison = PairedComparison.Of(_baseline, [.. _baseline.Select(value => value + 0.01)], seed: 3);
        var verdict = Verdict.Of(comparison, adjustedP: 0.06);

        Assert.Equal(VerdictKind.NoDifferenceShown, verdict.Kind);
        Assert.Contains("adjusted p = 0.06;", verdict.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ToString_ComparisonOfAMeasure_NamesIt()
    {
        var qrels = Qrels.Create([KeyValuePair.Create("q", new Dictionary<string, int> { ["d"] = 1 })]);
        var run = Run.Create([KeyValuePair.Create("q", new ScoredDocument[] { new("d", 1) })]);
        var result = Measure.Ndcg(10).Evaluate(qrels, run);

        Assert.Equal(
            "no difference shown: +0.000 nDCG@10, p = 1.0; helps 0 %, hurts 0 % of the queries",
            Verdict.Of(PairedComparison.Of(result, result, seed: 1)).ToString());
    }
}
