using Resift.Evaluation;

namespace Resift.Cli;

/// <summary>Says what the values of queries show.</summary>
internal static class Comparisons
{
    /// <summary>The verdict on a system that is better than its first stage.</summary>
    public const string Helps = "helps";

    /// <summary>The verdict on one that is worse.</summary>
    public const string Hurts = "hurts";

    /// <summary>Reports on comparisons with one first stage; the more of them, the rarer must chance be for a verdict.</summary>
    public static IReadOnlyList<ComparisonReport> Report(IReadOnlyList<PairedComparison> comparisons)
    {
        double[] unadjusted = [.. comparisons.Select(comparison => comparison.Randomisation.P)];
        var adjusted = comparisons.Count > 1 ? HolmBonferroni.Adjust(unadjusted) : null;
        return [.. comparisons.Select((comparison, i) => Report(comparison, adjusted?[i]))];
    }

    /// <summary>Gets the 95 % interval of a mean, which is that of its difference to nothing.</summary>
    public static (double Low, double High) IntervalOf(MeasureResult result, int seed)
    {
        double[] values = [.. result.ByQuery.Values];
        return PairedComparison.Of(new double[values.Length], values, seed).Interval is { } interval
            ? (interval.Low, interval.High)
            : (result.Mean, result.Mean);
    }

    private static ComparisonReport Report(PairedComparison comparison, double? adjusted)
    {
        var verdict = Verdict.Of(comparison, adjusted);
        var (low, high) = comparison.Interval ?? new(comparison.MeanDifference, comparison.MeanDifference);
        return new(
            verdict.Words,
            verdict.ToString()[(verdict.Words.Length + 2)..],
            comparison.MeanDifference,
            low,
            high,
            adjusted ?? comparison.Randomisation.P,
            comparison.Wins,
            comparison.Losses,
            comparison.MinimumDetectableDifference);
    }
}
