using System.Diagnostics;
using Microsoft.Extensions.AI;
using Resift.Retrieval;

namespace Resift.Sqlite;

/// <summary>Finds passages by their meaning: those whose embeddings have the greatest cosine with the query's.</summary>
internal sealed class VectorRetriever(IndexFile file, string collection, IEmbeddingGenerator<string, Embedding<float>> embedder)
    : IRetriever
{
    public string Name => "dense";

    public async Task<RetrievalResponse> RetrieveAsync(
        string query, RetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(query);

        // SQLite reads files and offers no asynchronous way to; the caller's thread must not wait for that.
        var known = await Task.Run(() => file.RunAsync(() => FindCollectionAsync(cancellationToken)), cancellationToken)
            .ConfigureAwait(false);
        if (known is not { Dimensions: not null } row)
        {
            return new([]);
        }

        var model = new EmbeddingModel(embedder);
        model.ThrowUnlessFits(row.Info(), file.Path);
        var embeddings = await model.EmbedAsync(query, cancellationToken).ConfigureAwait(false);
        model.ThrowUnlessFits(row.Info(), file.Path);
        var vector = embeddings[0].Vector;
        var candidates = await Task.Run(
            () => SqliteTelemetry.RunAsync(
                SqliteTelemetryNames.Search,
                collection,
                activity => file.RunAsync(() => ScanAsync(vector, options ?? new(), activity, cancellationToken)),
                Name),
            cancellationToken).ConfigureAwait(false);
        return new(candidates)
        {
            QueryEmbedding = vector,
            Usage = embeddings.Usage,
            QueryTokensCut = embeddings[0].GetTruncatedTokens(),
        };
    }

    private async Task<CollectionRow?> FindCollectionAsync(CancellationToken cancellationToken)
    {
        using var transaction = await ReadTransaction.BeginAsync(file, cancellationToken).ConfigureAwait(false);
        return CollectionRow.Find(transaction.Connection, collection);
    }

    private async Task<Candidate[]> ScanAsync(
        ReadOnlyMemory<float> query, RetrievalOptions options, Activity? activity, CancellationToken cancellationToken)
    {
        using var transaction = await ReadTransaction.BeginAsync(file, cancellationToken).ConfigureAwait(false);
        var connection = transaction.Connection;

        // Another process may have deleted it, or begun it anew with another model, since the query was embedded.
        if (CollectionRow.Find(connection, collection) is not { } row || row.Dimensions != query.Length)
        {
            return [];
        }

        var filter = FilterStatement.Create(options.Filter, row.Id);
        var scan = new VectorScan(connection, row, cancellationToken);
        var found = connection.RunInterruptibly(() => scan.Search(query.Span, options.Candidates, filter), cancellationToken);
        SqliteTelemetry.RecordScan(activity, collection, scan.RowsScanned);
        activity?.SetTag(SqliteTelemetryNames.ReturnedRows, found.Count);
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
