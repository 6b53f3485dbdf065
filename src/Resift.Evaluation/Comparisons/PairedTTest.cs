using MathNet.Numerics.Distributions;

namespace Resift.Evaluation;

/// <summary>The paired t-test of a mean difference of 0.</summary>
/// <param name="T">The statistic; null where the differences do not vary.</param>
/// <param name="DegreesOfFreedom">One less than there are queries.</param>
/// <param name="P">The two-sided probability of such a difference by chance; null for one query, or where nothing differs.</param>
/// <param name="Interval">The 95 % interval of the mean difference; null where the differences do not vary.</param>
public sealed record PairedTTest(double? T, int DegreesOfFreedom, double? P, ConfidenceInterval? Interval)
{
    private const double Level = 0.05;
    private const double Power = 0.8;

    internal static PairedTTest Of(Moments differences)
    {
        int freedom = differences.Count - 1;
        if (differences.Deviation == 0)
        {
            return new(null, freedom, freedom > 0 && differences.Mean != 0 ? 0 : null, null);
        }

        double t = differences.Mean / differences.StandardError;
        double half = Quantile(freedom, 1 - (Level / 2)) * differences.StandardError;
        return new(
            t,
            freedom,
            2 * StudentT.CDF(0, 1, freedom, -Math.Abs(t)),
            new(differences.Mean - half, differences.Mean + half));
    }

    /// <summary>Gets the difference that is found with a power of 80 %; null for one query.</summary>
    internal static double? MinimumDetectableDifference(Moments differences)
    {
        int freedom = differences.Count - 1;
        return freedom == 0
            ? null
            : (Quantile(freedom, 1 - (Level / 2)) + Quantile(freedom, Power)) * differences.StandardError;
    }

    private static double Quantile(int freedom, double share) => StudentT.InvCDF(0, 1, freedom, share);
}
