namespace Resift.Evaluation;

/// <summary>
/// Fisher's randomisation test: how often the mean difference is as large if the names of the two systems are swapped by chance, query by
/// query (Smucker, Allan and Carterette 2007 for retrieval).
/// </summary>
/// <param name="P">The two-sided probability; never 0 where swaps are drawn.</param>
/// <param name="IsExact">Whether all swaps were counted, as for up to 16 queries that differ, or some were drawn.</param>
public sealed record RandomisationTest(double P, bool IsExact)
{
    private const int MostForExact = 16;

    // One draw decides for so many queries.
    private const int Bits = 64;

    // The same numbers in another order have another sum in their last digits.
    private const double Rounding = 1e-12;

    internal static RandomisationTest Of(double[] differences, int seed, int resamples)
    {
        double[] nonZero = [.. differences.Where(difference => difference != 0)];
        double observed = Math.Abs(nonZero.Sum()) - (Rounding * nonZero.Sum(Math.Abs));
        return nonZero.Length <= MostForExact ? new(Exact(nonZero, observed), true) : new(Drawn(nonZero, observed, seed, resamples), false);
    }

    private static double Exact(double[] differences, double observed)
    {
        int ways = 1 << differences.Length;
        int asLarge = 0;
        for (int swapped = 0; swapped < ways; swapped++)
        {
            asLarge += Math.Abs(SwappedSum(differences, (uint)swapped)) >= observed ? 1 : 0;
        }

        return (double)asLarge / ways;
    }

    // What was observed is one of the ways, so that it is counted with those that are drawn.
    private static double Drawn(double[] differences, double observed, int seed, int resamples)
    {
        var random = new SplitMix64(seed);
        int asLarge = 1;
        for (int i = 0; i < resamples; i++)
        {
            double sum = 0;
            for (int start = 0; start < differences.Length; start += Bits)
            {
                sum += SwappedSum(differences.AsSpan(start, Math.Min(Bits, differences.Length - start)), random.Next());
            }

            asLarge += Math.Abs(sum) >= observed ? 1 : 0;
        }

        return (double)asLarge / (resamples + 1);
    }

    private static double SwappedSum(ReadOnlySpan<double> differences, ulong swapped)
    {
        double sum = 0;
        foreach (double difference in differences)
        {
            sum += (swapped & 1) == 0 ? difference : -difference;
            swapped >>= 1;
        }

        return sum;
    }
}
