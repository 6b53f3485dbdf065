namespace Resift.Evaluation;

/// <summary>The Wilcoxon signed-rank test (1945); queries without a difference are left out.</summary>
/// <param name="W">The lesser of the sums of ranks of wins and of losses; equal differences share their ranks.</param>
/// <param name="P">The two-sided probability of such a sum by chance.</param>
/// <param name="IsExact">Whether it is exact, as for up to 50 differences, or by the normal distribution.</param>
public sealed record WilcoxonTest(double W, double P, bool IsExact)
{
    private const int MostForExact = 50;

    internal static WilcoxonTest Of(IReadOnlyList<double> differences)
    {
        var ranks = new SignedRanks(differences);
        return ranks.Count <= MostForExact ? new(ranks.Statistic, Exact(ranks), true) : new(ranks.Statistic, Normal(ranks), false);
    }

    /// <summary>Counts the signs with which the sum of ranks is as small, ties and all. Ranks are doubled to be whole numbers.</summary>
    internal static double Exact(SignedRanks ranks)
    {
        int[] doubled = [.. ranks.Ranks.Select(rank => (int)(2 * rank))];
        double[] ways = new double[doubled.Sum() + 1];
        ways[0] = 1;
        int reached = 0;
        foreach (int rank in doubled)
        {
            reached += rank;
            for (int sum = reached; sum >= rank; sum--)
            {
                ways[sum] += ways[sum - rank];
            }
        }

        double asSmall = ways[..((int)(2 * ranks.Statistic) + 1)].Sum();
        return Math.Min(1, 2 * asSmall / Math.Pow(2, ranks.Count));
    }

    /// <summary>Compares the sum of ranks with the normal distribution of its mean and variance, corrected for ties.</summary>
    internal static double Normal(SignedRanks ranks)
    {
        double count = ranks.Count;
        double mean = count * (count + 1) / 4;
        double variance = (count * (count + 1) * ((2 * count) + 1) / 24) - (ranks.TieCorrection / 48);
        return variance == 0 ? 1 : 2 * MathNet.Numerics.Distributions.Normal.CDF(0, 1, (ranks.Statistic - mean) / Math.Sqrt(variance));
    }
}

/// <summary>The ranks of differences by their size, without those that are 0.</summary>
internal sealed class SignedRanks
{
    public SignedRanks(IReadOnlyList<double> differences)
    {
        double[] sorted = [.. differences.Where(difference => difference != 0).OrderBy(Math.Abs)];
        double[] ranks = new double[sorted.Length];
        double wins = 0;
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            end = start + 1;
            while (end < sorted.Length && Math.Abs(sorted[end]) == Math.Abs(sorted[start]))
            {
                end++;
            }

            double ties = end - start;
            TieCorrection += (ties * ties * ties) - ties;
            for (int i = start; i < end; i++)
            {
                ranks[i] = (start + 1 + end) / 2.0;
                wins += sorted[i] > 0 ? ranks[i] : 0;
            }
        }

        Ranks = ranks;
        Statistic = Math.Min(wins, ranks.Sum() - wins);
    }

    public IReadOnlyList<double> Ranks { get; }

    public int Count => Ranks.Count;

    public double Statistic { get; }

    public double TieCorrection { get; }
}
