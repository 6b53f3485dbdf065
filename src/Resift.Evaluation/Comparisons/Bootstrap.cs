namespace Resift.Evaluation;

/// <summary>The percentile bootstrap (Efron 1979) of a mean.</summary>
internal static class Bootstrap
{
    private const double Outside = 0.025;

    /// <summary>Gets the 95 % interval of the mean; null for one value.</summary>
    public static ConfidenceInterval? Interval(double[] values, int seed, int resamples)
    {
        if (values.Length < 2)
        {
            return null;
        }

        var random = new SplitMix64(seed);
        double[] means = new double[resamples];
        for (int i = 0; i < resamples; i++)
        {
            double sum = 0;
            for (int j = 0; j < values.Length; j++)
            {
                sum += values[random.Next(values.Length)];
            }

            means[i] = sum / values.Length;
        }

        Array.Sort(means);
        return new(Quantile(means, Outside), Quantile(means, 1 - Outside));
    }

    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        return below + 1 == sorted.Length
            ? sorted[below]
            : double.Lerp(sorted[below], sorted[below + 1], place - below);
    }
}

/// <summary>
/// A generator of random numbers (Steele, Lea and Flood 2014), here because that of .NET may change from version to version, and with it
/// what a seed gives.
/// </summary>
internal struct SplitMix64(int seed)
{
    private ulong _state = (ulong)seed;

    /// <summary>Draws 64 bits.</summary>
    public ulong Next()
    {
        ulong bits = _state += 0x9E3779B97F4A7C15;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }

    /// <summary>Draws a number from 0 to one below a bound.</summary>
    public int Next(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);
}
