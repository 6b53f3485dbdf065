namespace Resift;

/// <summary>How a shadow's answer compares with the one that was given.</summary>
/// <param name="DocumentCount">How many documents there were.</param>
public sealed record ShadowComparison(int DocumentCount)
{
    /// <summary>
    /// Gets Spearman's rank correlation of the two orders, over the documents that both ranked: 1 for the same order, -1 for the
    /// reverse. Null if the shadow failed, or fewer than two documents are in both answers.
    /// </summary>
    public double? RankCorrelation { get; init; }

    /// <summary>
    /// Gets a value indicating whether both put the same document first; null if one of them ranked none or the shadow failed.
    /// </summary>
    public bool? SameBest { get; init; }

    /// <summary>Gets how long the given answer took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Gets how long the shadow took.</summary>
    public TimeSpan ShadowElapsed { get; init; }

    /// <summary>Gets the shadow's answer; null if it failed.</summary>
    public RerankResponse? ShadowResponse { get; init; }

    /// <summary>Gets why the shadow failed; null if it did not.</summary>
    public Exception? Error { get; init; }

    /// <summary>Computes Spearman's rho, 1 - 6 Σd² / (n (n² - 1)), over the documents that are in both answers.</summary>
    internal static double? Correlate(RerankResponse answer, RerankResponse shadow)
    {
        var inShadow = shadow.Results.Select(result => result.Index).ToHashSet();
        int[] common = [.. answer.Results.Select(result => result.Index).Where(inShadow.Contains)];
        if (common.Length < 2)
        {
            return null;
        }

        var ranks = common.Select((index, rank) => (index, rank)).ToDictionary(pair => pair.index, pair => pair.rank);
        double squares = 0;
        int place = 0;
        foreach (var result in shadow.Results)
        {
            if (ranks.TryGetValue(result.Index, out int rank))
            {
                double difference = rank - place++;
                squares += difference * difference;
            }
        }

        double n = common.Length;
        return 1 - (6 * squares / (n * ((n * n) - 1)));
    }
}
