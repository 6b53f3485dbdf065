using Microsoft.Extensions.AI;
using Npgsql;
using Resift.Retrieval;

namespace Resift.Postgres;

/// <summary>Searches one collection. What is known of it is kept, so that a search asks the database once.</summary>
/// <param name="database">The database.</param>
/// <param name="collection">The collection's name.</param>
internal sealed class CollectionSearch(Database database, string collection)
{
    private volatile CollectionRow? _known;

    public Database Database => database;

    /// <summary>Embeds a query for a collection; null if the collection has no vectors.</summary>
    /// <exception cref="InvalidOperationException">The collection was embedded by another model.</exception>
    public async Task<QueryVector?> EmbedAsync(
        IEmbeddingGenerator<string, Embedding<float>> embedder, string query, CancellationToken cancellationToken)
    {
        var row = _known ?? await database.RunAsync(connection => FindAsync(connection, cancellationToken), cancellationToken)
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        if (row is not { Info.Dimensions: not null })
        {
            return null;
        }

        var model = new EmbeddingModel(embedder);
        model.ThrowUnlessFits(row.Info, database.Name);
        var embeddings = await model.EmbedAsync(query, cancellationToken).ConfigureAwait(false);
        model.ThrowUnlessFits(row.Info, database.Name);
        return new(embeddings[0].Vector, embeddings.Usage, embeddings[0].GetTruncatedTokens());
    }

    /// <summary>Sends statements together, and reads what comes back.</summary>
    /// <param name="statements">Makes the statements for the collection as it is.</param>
    /// <param name="read">Reads the results, in the order of the statements.</param>
    /// <param name="none">What is found in a collection that is not there.</param>
    /// <param name="cancellationToken">Stops it, also while the database does not answer.</param>
    public Task<T> RunAsync<T>(
        Func<CollectionRow, NpgsqlBatchCommand[]> statements,
        Func<NpgsqlDataReader, Task<T>> read,
        T none,
        CancellationToken cancellationToken)
    {
        // A database that neither answers nor ends may take longer than its cancellation; whoever waits has a deadline.
        return database.RunAsync(SearchAsync, cancellationToken).WaitAsync(cancellationToken);

        async Task<T> SearchAsync(NpgsqlConnection connection)
        {
            var row = _known ?? await FindAsync(connection, cancellationToken).ConfigureAwait(false);
            if (row is null)
            {
                return none;
            }

            try
            {
                return await ReadAsync(connection, row).ConfigureAwait(false);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UndefinedTable)
            {
                // Somebody has deleted the collection since it was looked at, and may have begun it anew.
                _known = null;
                row = await FindAsync(connection, cancellationToken).ConfigureAwait(false);
                return row is null ? none : await ReadAsync(connection, row).ConfigureAwait(false);
            }
        }

        async Task<T> ReadAsync(NpgsqlConnection connection, CollectionRow row)
        {
            var commands = statements(row);
            if (commands is [])
            {
                return none;
            }

            using var batch = new NpgsqlBatch(connection);
            Array.ForEach(commands, batch.BatchCommands.Add);
            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var closing = reader.ConfigureAwait(false);
            return await read(reader).ConfigureAwait(false);
        }
    }

    private async Task<CollectionRow?> FindAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var row = await CollectionRow.FindAsync(connection, database.Tables, collection, forUpdate: false, cancellationToken)
            .ConfigureAwait(false);

        // Of one that has vectors nothing changes any more, unless its index is yet to be made.
        _known = row is { Info.Dimensions: not null, LacksVectorIndex: false } ? row : null;
        return row;
    }
}

/// <summary>The embedding of a query.</summary>
/// <param name="Vector">The embedding.</param>
/// <param name="Usage">What was consumed.</param>
/// <param name="TokensCut">How many tokens were not read.</param>
internal sealed record QueryVector(ReadOnlyMemory<float> Vector, UsageDetails? Usage, int TokensCut);
