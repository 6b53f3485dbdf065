using Microsoft.Extensions.AI;
using Npgsql;
using Resift.Retrieval;

namespace Resift.Postgres;

/// <summary>One run of adding documents to a collection of a database.</summary>
internal sealed class Upsert(
    Database database,
    string collection,
    CollectionOptions options,
    IEmbeddingGenerator<string, Embedding<float>> embedder,
    IProgress<UpsertResult>? progress)
    : DocumentUpsert(database.Name, options, embedder, progress)
{
    // What a B-tree can keep of a key is a third of a page.
    private const int LongestId = 2000;

    // A round trip each, and so many documents in memory.
    protected override int LookUpSize => 32;

    /// <summary>Gets documents as the database can keep them.</summary>
    /// <exception cref="ArgumentException">An id is too long.</exception>
    public static IAsyncEnumerable<IndexedDocument> Storable(IAsyncEnumerable<IndexedDocument> documents) => documents.Select(document =>
        document?.Id is not { } id || System.Text.Encoding.UTF8.GetByteCount(id) <= LongestId
            ? document is null ? null! : StorableText.Of(document)
            : throw new ArgumentException($"The id '{id[..50]}…' has more than {LongestId} bytes in UTF-8, which is the most that the " +
                "database can look up. Choose a shorter one."));

    protected override async Task<CollectionInfo?> FindCollectionAsync(CancellationToken cancellationToken) => (await database.RunAsync(
        connection => CollectionRow.FindAsync(connection, database.Tables, collection, forUpdate: false, cancellationToken),
        cancellationToken).ConfigureAwait(false))?.Info;

    protected override Task<IReadOnlyDictionary<string, StoredDocument>> FindDocumentsAsync(
        IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        return database.RunAsync(FindAsync, cancellationToken);

        async Task<IReadOnlyDictionary<string, StoredDocument>> FindAsync(NpgsqlConnection connection)
        {
            var row = await CollectionRow.FindAsync(connection, database.Tables, collection, forUpdate: false, cancellationToken)
                .ConfigureAwait(false);
            return row is null ? new Dictionary<string, StoredDocument>() : (await connection.ReadAsync(
                $"SELECT key, hash, metadata::text FROM {database.Tables.Documents(row.Id)} WHERE key = ANY($1)",
                [ids.ToArray()],
                static reader => (Key: reader.GetString(0), Hash: reader.GetString(1), Metadata: reader.GetString(2)),
                cancellationToken).ConfigureAwait(false)).ToDictionary(
                    found => found.Key,
                    found => new StoredDocument(found.Hash, MetadataJson.Write(MetadataJson.Read(found.Metadata))),
                    StringComparer.Ordinal);
        }
    }

    protected override Task<Dictionary<string, ReadOnlyMemory<float>>> FindVectorsAsync(string id, CancellationToken cancellationToken)
    {
        return database.RunAsync(FindAsync, cancellationToken);

        async Task<Dictionary<string, ReadOnlyMemory<float>>> FindAsync(NpgsqlConnection connection)
        {
            var row = await CollectionRow.FindAsync(connection, database.Tables, collection, forUpdate: false, cancellationToken)
                .ConfigureAwait(false);
            var vectors = new Dictionary<string, ReadOnlyMemory<float>>(StringComparer.Ordinal);
            foreach (var passage in row is null ? [] : await connection.ReadAsync(
                $"SELECT {StoredPassage.Columns} FROM {database.Tables.Passages(row.Id)} WHERE document = $1",
                [id],
                static reader => StoredPassage.Read(reader),
                cancellationToken).ConfigureAwait(false))
            {
                vectors[Options.Template.TextOf(passage.Document)] = passage.Embedding;
            }

            return vectors;
        }
    }

    protected override Task<int> WriteAsync(IReadOnlyCollection<PendingDocument> documents, CancellationToken cancellationToken)
    {
        return database.RunAsync(WriteAsync, cancellationToken);

        async Task<int> WriteAsync(NpgsqlConnection connection)
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using var rollback = transaction.ConfigureAwait(false);
            var tables = database.Tables;
            var row = await CollectionRow.FindAsync(connection, tables, collection, forUpdate: true, cancellationToken)
                .ConfigureAwait(false)
                ?? await CollectionRow.CreateAsync(connection, tables, collection, Options.Template.Name, cancellationToken)
                    .ConfigureAwait(false);

            // Looked at again, since another writer may have begun the collection since this one first looked.
            ThrowUnlessFits(row.Info);
            if (row.Info.Dimensions is null && Model.Dimensions is { } dimensions)
            {
                await connection.ExecuteAsync(
                    $"UPDATE {tables.Collections} SET model = $1, fingerprint = $2, dimensions = $3 WHERE id = $4",
                    [Storable(Model.Name), Storable(Model.Fingerprint), dimensions, row.Id],
                    cancellationToken).ConfigureAwait(false);
                row = row with { Info = row.Info with { Dimensions = dimensions } };
            }

            await SetCutAsync(connection, row, cancellationToken).ConfigureAwait(false);
            int updated = await new DocumentWriter(connection, database, row).WriteAsync(documents, Options.Template, cancellationToken)
                .ConfigureAwait(false);
            if (row.LacksVectorIndex)
            {
                await row.CreateVectorIndexAsync(connection, tables, cancellationToken).ConfigureAwait(false);
            }

            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return updated;
        }
    }

    protected override async Task RememberCutAsync(CancellationToken cancellationToken)
    {
        if (Options.Cut is not null)
        {
            await database.RunAsync(RememberAsync, cancellationToken).ConfigureAwait(false);
        }

        async Task<bool> RememberAsync(NpgsqlConnection connection)
        {
            var row = await CollectionRow.FindAsync(connection, database.Tables, collection, forUpdate: false, cancellationToken)
                .ConfigureAwait(false);
            return row is not null && await SetCutAsync(connection, row, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> SetCutAsync(NpgsqlConnection connection, CollectionRow row, CancellationToken cancellationToken) =>
        Options.Cut is { } cut && StorableText.Of(cut) != row.Info.Cut && await connection.ExecuteAsync(
            $"UPDATE {database.Tables.Collections} SET cut = $1 WHERE id = $2", [StorableText.Of(cut), row.Id], cancellationToken)
            .ConfigureAwait(false) > 0;

    private static string? Storable(string? text) => text is null ? null : StorableText.Of(text);
}
