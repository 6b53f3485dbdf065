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

    /// <summary>Gets the median of ratios, and the least and the greatest in brackets.</summary>
    public static string Spread(IEnumerable<double> ratios)
    {
        double[] sorted = [.. ratios.Order()];
        return $"{Median(sorted):F2} [{sorted[0]:F2}, {sorted[^1]:F2}]";
    }

    /// <summary>Gives the value that a share of all values does not exceed.</summary>
    /// <param name="sorted">The values, in rising order; at least one.</param>
    /// <param name="share">Above 0, and at most 1.</param>
    public static double Quantile(double[] sorted, double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
}
