namespace Resift.Cli;

/// <summary>Adds up what rankings took.</summary>
internal static class Effort
{
    private const double SlowShare = 0.95;

    /// <summary>Adds up.</summary>
    /// <param name="rankings">The rankings of all queries.</param>
    /// <param name="isLocal">Whether a machine of one's own computes, so that nothing is paid for.</param>
    public static EffortReport Of(IReadOnlyList<QueryRanking> rankings, bool isLocal)
    {
        double[] times = TimesOf(rankings);
        ScoredPair[] pairs = [.. rankings.SelectMany(ranking => ranking.Pairs)];
        double seconds = pairs.Sum(pair => pair.Milliseconds) / 1000;
        return new()
        {
            MedianMilliseconds = Quantile(times, 0.5),
            SlowMilliseconds = Quantile(times, SlowShare),
            PairsPerSecond = seconds > 0 ? pairs.Length / seconds : null,
            Pairs = pairs.Length,
            Tokens = pairs.Length > 0 && pairs.All(pair => pair.Tokens is not null) ? pairs.Sum(pair => pair.Tokens) : null,
            CostPerThousand = isLocal || pairs.Length == 0 ? 0
                : pairs.All(pair => pair.Cost is not null) ? pairs.Sum(pair => pair.Cost) * 1000 / rankings.Count
                : null,
        };
    }

    /// <summary>Gets the median time of a query; null where nobody measured it.</summary>
    public static double? Median(IReadOnlyList<QueryRanking> rankings) => Quantile(TimesOf(rankings), 0.5);

    private static double[] TimesOf(IReadOnlyList<QueryRanking> rankings) =>
        [.. rankings.Select(ranking => ranking.Milliseconds).OfType<double>().Order()];

    // The smallest time that so large a share keeps to.
    private static double? Quantile(double[] ascending, double share) =>
        ascending.Length == 0 ? null : ascending[Math.Max(0, (int)Math.Ceiling(share * ascending.Length) - 1)];
}
