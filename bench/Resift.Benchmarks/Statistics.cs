namespace Resift.Benchmarks;

/// <summary>What a noisy machine's timings are summed up by.</summary>
internal static class Statistics
{
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>Gives the value that a share of all values does not exceed.</summary>
    /// <param name="sorted">The values, in rising order; at least one.</param>
    /// <param name="share">Above 0, and at most 1.</param>
    public static double Quantile(double[] sorted, double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
}
