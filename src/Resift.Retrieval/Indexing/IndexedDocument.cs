namespace Resift.Retrieval;

/// <summary>A document to be kept in a collection, with the passages by which it is found.</summary>
/// <param name="Id">
/// What tells it from the collection's other documents, such as a path; not empty, without the character NUL. A document of the same id is
/// replaced.
/// </param>
/// <param name="ContentHash">
/// What changes whenever the passages would: a hash of the text together with whatever decides how it is cut, not empty. The collection
/// compares it for equality only.
/// </param>
/// <param name="Passages">
/// Cuts the document into passages. It is called only if the document is new, its hash has changed or its metadata has, so that an
/// unchanged document is neither cut nor embedded. Each passage's <see cref="SearchDocument.DocumentId"/> must be <paramref name="Id"/>;
/// passages of nothing but white space are left out, since nothing can find them.
/// </param>
public sealed record IndexedDocument(string Id, string ContentHash, Func<IEnumerable<SearchDocument>> Passages)
{
    /// <summary>
    /// Gets what else is known about the document. Every passage has it besides its own metadata, which wins where both have a key.
    /// </summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = EmptyMetadata;

    private static IReadOnlyDictionary<string, string> EmptyMetadata { get; } = new Dictionary<string, string>().AsReadOnly();
}
