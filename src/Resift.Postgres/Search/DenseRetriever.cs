using Microsoft.Extensions.AI;
using Resift.Retrieval;

namespace Resift.Postgres;

/// <summary>Finds passages by their meaning: those whose embeddings have the greatest cosine with the query's.</summary>
internal sealed class DenseRetriever(CollectionSearch search, IEmbeddingGenerator<string, Embedding<float>> embedder, bool exact)
    : IRetriever
{
    public string Name => DenseStatement.Retriever;

    public async Task<RetrievalResponse> RetrieveAsync(
        string query, RetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(query);
        cancellationToken.ThrowIfCancellationRequested();
        options ??= new();
        if (await search.EmbedAsync(embedder, query, cancellationToken).ConfigureAwait(false) is not { } embedded)
        {
            return new([]);
        }

        var found = await search.RunAsync<Candidate[]>(
            row => DenseStatement.Create(search.Database.Tables, row, embedded.Vector, options, exact),
            reader => StoredPassage.ReadFoundAsync(reader, Name, ScoreScale.Cosine, cancellationToken),
            none: [],
            cancellationToken).ConfigureAwait(false);
        return new(found) { QueryEmbedding = embedded.Vector, Usage = embedded.Usage, QueryTokensCut = embedded.TokensCut };
    }
}
