using Microsoft.Extensions.AI;
using Npgsql;
using Resift.Postgres;
using Resift.Retrieval;
using Resift.Sqlite;

namespace Resift.Cli;

/// <summary>An index in a database.</summary>
/// <param name="address">The database.</param>
/// <param name="home">The folder from which paths are told.</param>
internal sealed class DatabasePlace(DatabaseAddress address, string home) : IndexPlace
{
    public override string Option => $"--store {address}";

    public override string Home => home;

    public override Task<IIndexStore> OpenForIndexingAsync(CancellationToken cancellationToken) => OpenAsync([false], cancellationToken);

    // To change what is there it has to be there, which only reading tells.
    public override Task<IIndexStore> OpenAsync(bool readOnly, CancellationToken cancellationToken) =>
        OpenAsync(readOnly ? [true] : [true, false], cancellationToken);

    public override async Task<IIndexStore?> FindAsync(CancellationToken cancellationToken) =>
        await OpenForIndexingAsync(cancellationToken);

    private async Task<IIndexStore> OpenAsync(bool[] readOnly, CancellationToken cancellationToken)
    {
        var source = NpgsqlDataSource.Create(address.ConnectionString);
        try
        {
            PostgresIndex? index = null;
            foreach (bool reading in readOnly)
            {
                index = await PostgresIndex.OpenAsync(
                    source,
                    new() { Schema = address.Schema, TablePrefix = address.TablePrefix, ReadOnly = reading },
                    cancellationToken);
            }

            return new DatabaseStore(source, index!);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    private sealed class DatabaseStore(NpgsqlDataSource source, PostgresIndex index) : IIndexStore
    {
        public string Name => index.Name;

        public Task<IReadOnlyList<string>> GetCollectionNamesAsync(CancellationToken cancellationToken) =>
            index.GetCollectionNamesAsync(cancellationToken);

        public IStoredCollection GetCollection(string name, CollectionOptions? options) =>
            new DatabaseCollection(index.GetCollection(name, options));

        public Task<bool> DeleteCollectionAsync(string name, CancellationToken cancellationToken) =>
            index.DeleteCollectionAsync(name, cancellationToken);

        public void Dispose() => source.Dispose();
    }

    private sealed class DatabaseCollection(PostgresCollection collection) : IStoredCollection
    {
        public string Name => collection.Name;

        public SqliteCollection? InFile => null;

        public Task<CollectionInfo> GetInfoAsync(CancellationToken cancellationToken) => collection.GetInfoAsync(cancellationToken);

        public Task ThrowIfEmbeddedByOtherAsync(
            IEmbeddingGenerator<string, Embedding<float>> embedder, CancellationToken cancellationToken) =>
            collection.ThrowIfEmbeddedByOtherAsync(embedder, cancellationToken);

        public IRetriever CreateRetriever(
            RetrieverKind kind, IEmbeddingGenerator<string, Embedding<float>>? embedder, FusionOptions? fusion) =>
            embedder is null ? collection.Lexical
            : kind == RetrieverKind.Dense ? collection.CreateDense(embedder)
            : collection.CreateHybrid(embedder, fusion ?? FusionOptions.LexicalAndDense);

        public IAsyncEnumerable<string> GetDocumentIdsAsync(
            string? prefix, MetadataFilter? filter, CancellationToken cancellationToken) =>
            collection.GetDocumentIdsAsync(prefix, filter, cancellationToken);

        public Task<IReadOnlyDictionary<string, long>> CountDocumentsByAsync(string key, CancellationToken cancellationToken) =>
            collection.CountDocumentsByAsync(key, cancellationToken);

        public Task<UpsertResult> UpsertAsync(
            IAsyncEnumerable<IndexedDocument> documents,
            IEmbeddingGenerator<string, Embedding<float>> embedder,
            IProgress<UpsertResult>? progress,
            CancellationToken cancellationToken) => collection.UpsertAsync(documents, embedder, progress, cancellationToken);

        public Task<int> DeleteAsync(IEnumerable<string> ids, CancellationToken cancellationToken) =>
            collection.DeleteAsync(ids, cancellationToken);
    }
}
