namespace Resift.Cli;

/// <summary>Says what a model left unread.</summary>
internal static class TruncationReport
{
    /// <summary>Gives the sentence about one query's documents; null if all of it was read.</summary>
    public static string? Of(RerankUsage? usage, int documents, Func<int, string> name)
    {
        if (usage is null || (usage.TruncatedDocuments.Count == 0 && usage.QueryTokensCut == 0))
        {
            return null;
        }

        var parts = new List<string>();
        if (usage.TruncatedDocuments.Count > 0)
        {
            var largest = usage.TruncatedDocuments.MaxBy(cut => cut.TokensCut);
            parts.Add(string.Create(Invariant, $"{usage.TruncatedDocuments.Count} of {documents} documents were cut (largest cut: " +
                $"{largest.TokensCut} tokens of document {name(largest.Index)})"));
        }

        if (usage.QueryTokensCut > 0)
        {
            parts.Add(string.Create(Invariant, $"the query was cut by up to {usage.QueryTokensCut} tokens"));
        }

        return string.Join(" and ", parts);
    }

    private static System.Globalization.CultureInfo Invariant => System.Globalization.CultureInfo.InvariantCulture;
}
