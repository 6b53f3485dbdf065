using Resift.Retrieval;

namespace Resift.Postgres;

/// <summary>Finds passages by their words.</summary>
internal sealed class LexicalRetriever(CollectionSearch search) : IRetriever
{
    public string Name => LexicalStatement.Retriever;

    public async Task<RetrievalResponse> RetrieveAsync(
        string query, RetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(query);
        cancellationToken.ThrowIfCancellationRequested();
        string[] terms = PassageTerms.OfQuery(query);
        return new(terms is [] ? [] : await search.RunAsync(
            row => [LexicalStatement.Create(search.Database.Tables, row, terms, options ?? new())],
            reader => StoredPassage.ReadFoundAsync(reader, Name, ScoreScale.Unspecified, cancellationToken),
            none: [],
            cancellationToken).ConfigureAwait(false));
    }
}
