using Microsoft.Extensions.AI;
using Resift.Retrieval;

namespace Resift.Sqlite;

/// <summary>Finds passages by their meaning: those whose embeddings have the greatest cosine with the query's.</summary>
internal sealed class VectorRetriever(IndexFile file, string collection, IEmbeddingGenerator<string, Embedding<float>> embedder) : IRetriever
{
    public string Name => "dense";

    public async Task<RetrievalResponse> RetrieveAsync(
        string query, RetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(query);
        if (FindCollection() is not { Dimensions: { } dimensions } row)
        {
            return new([]);
        }

        var model = new EmbeddingModel(embedder);
        model.ThrowUnlessFits(row, file.Path);
        var embeddings = await model.EmbedAsync(query, cancellationToken).ConfigureAwait(false);
        model.ThrowUnlessFits(row, file.Path);
        var vector = embeddings[0].Vector;

        // SQLite reads files and offers no asynchronous way to; the caller's thread must not wait for that.
        var candidates = await Task.Run(() => Scan(vector, options ?? new(), cancellationToken), cancellationToken).ConfigureAwait(false);
        return new(candidates)
        {
            QueryEmbedding = vector,
            Usage = embeddings.Usage,
            QueryTokensCut = embeddings[0].GetTruncatedTokens(),
        };
    }

    private CollectionRow? FindCollection()
    {
        using var transaction = new ReadTransaction(file);
        return CollectionRow.Find(transaction.Connection, collection);
    }

    private Candidate[] Scan(ReadOnlyMemory<float> query, RetrievalOptions options, CancellationToken cancellationToken)
    {
        using var transaction = new ReadTransaction(file);
        var connection = transaction.Connection;

        // Another process may have deleted it, or begun it anew with another model, since the query was embedded.
        if (CollectionRow.Find(connection, collection) is not { } row || row.Dimensions != query.Length)
        {
            return [];
        }

        var filter = MetadataFilter.Of(options.Filter, row.Id);
        var found = connection.RunInterruptibly(
            () => new VectorScan(connection, row, cancellationToken).Search(query.Span, options.Candidates, filter), cancellationToken);
        using var passages = new StoredPassages(connection);
        return
        [
            .. found.Select((item, place) => passages.Read(item.Passage, item.Cosine) with
            {
                ScoreScale = ScoreScale.Cosine,
                Source = Name,
                Stages = [new(Name, place + 1, item.Cosine, ScoreScale.Cosine)],
            }),
        ];
    }
}
