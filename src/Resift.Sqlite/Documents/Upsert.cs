using Microsoft.Data.Sqlite;
using Microsoft.Extensions.AI;
using Resift.Retrieval;

namespace Resift.Sqlite;

/// <summary>One run of adding documents to a collection of an index file.</summary>
internal sealed class Upsert(
    IndexFile file,
    string collection,
    CollectionOptions options,
    IEmbeddingGenerator<string, Embedding<float>> embedder,
    IProgress<UpsertResult>? progress)
    : DocumentUpsert(file.Path, options, embedder, progress)
{
    protected override async Task<CollectionInfo?> FindCollectionAsync(CancellationToken cancellationToken) =>
        (await file.RunAsync(() => FindRowAsync(cancellationToken)).ConfigureAwait(false))?.Info();

    protected override Task<IReadOnlyDictionary<string, StoredDocument>> FindDocumentsAsync(
        IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        return file.RunAsync(FindAsync);

        async Task<IReadOnlyDictionary<string, StoredDocument>> FindAsync()
        {
            using var transaction = await ReadTransaction.BeginAsync(file, cancellationToken).ConfigureAwait(false);
            var found = new Dictionary<string, StoredDocument>(StringComparer.Ordinal);
            foreach (string id in ids)
            {
                if (Find(transaction.Connection, id) is { } row)
                {
                    found.Add(id, row.Document);
                }
            }

            return found;
        }
    }

    protected override Task<Dictionary<string, ReadOnlyMemory<float>>> FindVectorsAsync(string id, CancellationToken cancellationToken)
    {
        return file.RunAsync(FindAsync);

        async Task<Dictionary<string, ReadOnlyMemory<float>>> FindAsync()
        {
            using var transaction = await ReadTransaction.BeginAsync(file, cancellationToken).ConfigureAwait(false);

            // Looked for again, since another writer may have replaced it meanwhile.
            return Find(transaction.Connection, id) is { } row
                ? StoredPassages.VectorsByText(transaction.Connection, row.Id, Options.Template)
                : [];
        }
    }

    protected override Task<int> WriteAsync(IReadOnlyCollection<PendingDocument> documents, CancellationToken cancellationToken)
    {
        return file.RunAsync(WriteAsync);

        async Task<int> WriteAsync()
        {
            using var transaction = await WriteTransaction.BeginAsync(file, cancellationToken).ConfigureAwait(false);
            var connection = transaction.Connection;
            var row = CollectionRow.Find(connection, collection) ?? CollectionRow.Create(connection, collection, Options.Template.Name);

            // Looked at again, since another writer may have begun the collection since this one first looked.
            ThrowUnlessFits(row.Info());
            if (row.Dimensions is null && Model.Dimensions is { } dimensions)
            {
                row.SetModel(connection, Model.Name, Model.Fingerprint, dimensions);
            }

            if (Options.Cut is { } cut && cut != row.Cut)
            {
                row.SetCut(connection, cut);
            }

            int updated;
            using (var writer = new DocumentWriter(connection, row, Options.Template))
            {
                updated = documents.Count(writer.Write);
                writer.Flush();
            }

            transaction.Commit();
            return updated;
        }
    }

    protected override Task RememberCutAsync(CancellationToken cancellationToken)
    {
        return file.RunAsync(RememberAsync);

        async Task<bool> RememberAsync()
        {
            if (Options.Cut is not { } cut || await FindRowAsync(cancellationToken).ConfigureAwait(false) is not { } known
                || known.Cut == cut)
            {
                return false;
            }

            using var transaction = await WriteTransaction.BeginAsync(file, cancellationToken).ConfigureAwait(false);
            CollectionRow.Find(transaction.Connection, collection)?.SetCut(transaction.Connection, cut);
            transaction.Commit();
            return true;
        }
    }

    protected override void Record(UpsertResult before, UpsertResult now) => SqliteTelemetry.RecordUpsert(collection, before, now);

    private async Task<CollectionRow?> FindRowAsync(CancellationToken cancellationToken)
    {
        using var transaction = await ReadTransaction.BeginAsync(file, cancellationToken).ConfigureAwait(false);
        return CollectionRow.Find(transaction.Connection, collection);
    }

    private (long Id, StoredDocument Document)? Find(SqliteConnection connection, string key)
    {
        using var command = connection.Command(
            "SELECT d.id, d.hash, d.metadata FROM collections c JOIN documents d ON d.collection = c.id " +
            "WHERE c.name = $collection AND d.key = $key",
            ("$collection", collection),
            ("$key", key));
        using var reader = command.ExecuteReader();
        return reader.Read() ? (reader.GetInt64(0), new(reader.GetString(1), reader.GetString(2))) : null;
    }
}
