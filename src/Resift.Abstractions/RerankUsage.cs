namespace Resift;

/// <summary>What a call consumed, and what it left unread.</summary>
public sealed record RerankUsage
{
    /// <summary>Gets the number of (query, document) pairs that were scored.</summary>
    public int Pairs { get; init; }

    /// <summary>Gets the tokens that were read, query and special tokens counted once per pair; null if unknown.</summary>
    public long? InputTokens { get; init; }

    /// <summary>Gets the search units that a provider bills; null where there is no such unit.</summary>
    public double? SearchUnits { get; init; }

    /// <summary>
    /// Gets about what the call costs, in US dollars: an estimate from a dated price list, which knows no discounts, free quotas or taxes.
    /// Null if unknown; 0 only for what is free.
    /// </summary>
    public decimal? EstimatedCost { get; init; }

    /// <summary>Gets the documents whose end was not read, by ascending index.</summary>
    public IReadOnlyList<TruncatedDocument> TruncatedDocuments { get; init; } = [];

    /// <summary>
    /// Gets how many tokens of the query were not read, at most over all pairs. A query is cut only where it and a document together
    /// are too long and the query is the longer of the two.
    /// </summary>
    public int QueryTokensCut { get; init; }

    /// <summary>
    /// Gets how many documents' scores came from a cache, so that nothing was consumed for them; they are not among the
    /// <see cref="Pairs"/>.
    /// </summary>
    public int CachedDocuments { get; init; }

    /// <summary>Gets the usage of a call that consumed nothing, as opposed to one of which nothing is known: all numbers are 0.</summary>
    public static RerankUsage None { get; } = Sum([]);

    /// <summary>Adds up what several calls about the same documents consumed, such as the parts of one call.</summary>
    /// <param name="usages">The usages; indices of documents in all of them are those of the same list.</param>
    /// <returns>
    /// The sum; what one of them does not know is unknown in it, but for search units, which others than their provider do not have. A
    /// document that several have cut is listed once, with the largest cut.
    /// </returns>
    public static RerankUsage Sum(IReadOnlyCollection<RerankUsage> usages)
    {
        ArgumentNullException.ThrowIfNull(usages);
        return new()
        {
            Pairs = usages.Sum(usage => usage.Pairs),
            InputTokens = usages.Aggregate((long?)0, (sum, usage) => sum + usage.InputTokens),
            SearchUnits = usages.All(usage => usage.SearchUnits is null) && usages.Count > 0
                ? null
                : usages.Sum(usage => usage.SearchUnits),
            EstimatedCost = usages.Aggregate((decimal?)0, (sum, usage) => sum + usage.EstimatedCost),
            CachedDocuments = usages.Sum(usage => usage.CachedDocuments),
            QueryTokensCut = usages.Select(usage => usage.QueryTokensCut).DefaultIfEmpty().Max(),
            TruncatedDocuments =
            [
                .. usages.SelectMany(usage => usage.TruncatedDocuments).GroupBy(document => document.Index).OrderBy(group => group.Key)
                    .Select(group => new TruncatedDocument(group.Key, group.Max(document => document.TokensCut))),
            ],
        };
    }

    /// <summary>Creates the same usage with its documents counted in another list, of which theirs is a part.</summary>
    /// <param name="map">Gets the index in the other list for an index in this one.</param>
    /// <returns>The usage with the other indices.</returns>
    public RerankUsage MapIndices(Func<int, int> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return this with
        {
            TruncatedDocuments =
            [
                .. TruncatedDocuments.Select(document => document with { Index = map(document.Index) }).OrderBy(document => document.Index),
            ],
        };
    }
}

/// <summary>A document whose end the model did not read.</summary>
/// <param name="Index">The document's index in the caller's list.</param>
/// <param name="TokensCut">How many of its tokens were not read.</param>
public readonly record struct TruncatedDocument(int Index, int TokensCut);
