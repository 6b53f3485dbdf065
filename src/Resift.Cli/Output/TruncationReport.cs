using System.Globalization;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>Says what a model left unread.</summary>
internal static class TruncationReport
{
    /// <summary>Gets the sentence about one query and its documents; null if all of it was read.</summary>
    public static string? Create(RerankUsage? usage, int documents, Func<int, string> name) => Create(usage, documents, name, "document");

    private static string? Create(RerankUsage? usage, int documents, Func<int, string?> name, string noun)
    {
        if (usage is null)
        {
            return null;
        }

        string? query = usage.QueryTokensCut == 0
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"the query was cut by up to {usage.QueryTokensCut} tokens");
        string? cut = Create(usage.TruncatedDocuments, documents, noun, name);
        return query is null || cut is null ? query ?? cut : $"{cut} and {query}";
    }

    /// <summary>Gets the sentence about a search; null if all of its query and candidates was read.</summary>
    public static string? Create(SearchResponse response) => Create(
        (response.RerankUsage ?? new()) with { QueryTokensCut = response.QueryTokensCut },
        response.RerankedCount,
        static _ => null,
        "passage");

    /// <summary>Gets the sentence about texts; null if all of them were read.</summary>
    public static string? Create(IReadOnlyList<TruncatedDocument> cut, int texts, string noun, Func<int, string?> name)
    {
        if (cut.Count == 0)
        {
            return null;
        }

        var largest = cut.MaxBy(text => text.TokensCut);
        string which = name(largest.Index) is { } known ? $" of {noun} {known}" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{cut.Count} of {texts} {noun}s were cut (largest cut: {largest.TokensCut} tokens{which})");
    }
}
