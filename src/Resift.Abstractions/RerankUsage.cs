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
}

/// <summary>A document whose end the model did not read.</summary>
/// <param name="Index">The document's index in the caller's list.</param>
/// <param name="TokensCut">How many of its tokens were not read.</param>
public readonly record struct TruncatedDocument(int Index, int TokensCut);
