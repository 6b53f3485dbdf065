namespace Resift.Retrieval;

/// <summary>The documents of an index in memory, each with an id of its own.</summary>
internal sealed class InMemoryDocuments
{
    private readonly SearchDocument[] _documents;

    public InMemoryDocuments(IEnumerable<SearchDocument> documents)
    {
        ArgumentNullException.ThrowIfNull(documents);
        _documents = [.. documents];
        var ids = new HashSet<string>(_documents.Length, StringComparer.Ordinal);
        for (int i = 0; i < _documents.Length; i++)
        {
            string id = _documents[i]?.Id ??
                throw new ArgumentException($"Document {i} is null; a document was expected.", nameof(documents));
            if (!ids.Add(id))
            {
                throw new ArgumentException(
                    $"Document {i} has the id '{id}', which an earlier one has too. Results are told apart by it: give each its own.",
                    nameof(documents));
            }
        }
    }

    public int Count => _documents.Length;

    public SearchDocument this[int index] => _documents[index];

    /// <summary>Determines whether a document's metadata fulfils a filter, if there is one.</summary>
    public bool Matches(int index, MetadataFilter? filter) => filter is null || filter.Matches(_documents[index].Metadata);
}
