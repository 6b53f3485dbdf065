using Microsoft.Extensions.AI;
using Resift.Retrieval;
using Resift.Sqlite;

namespace Resift.Cli;

/// <summary>An index in a file.</summary>
internal sealed class FilePlace(string path) : IndexPlace
{
    public override string Option => $"--db {path}";

    public override string Home => Path.GetDirectoryName(Path.GetFullPath(path))!;

    public override string File => path;

    public override Task<IIndexStore> OpenForIndexingAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IIndexStore>(new FileStore(SqliteIndex.Open(path)));

    public override Task<IIndexStore> OpenAsync(bool readOnly, CancellationToken cancellationToken) =>
        Task.FromResult<IIndexStore>(new FileStore(readOnly ? IndexForReading(path) : SqliteIndex.Open(path, new() { MustExist = true })));

    public override Task<IIndexStore?> FindAsync(CancellationToken cancellationToken) => Task.FromResult<IIndexStore?>(
        System.IO.File.Exists(path) && new FileInfo(path).Length > 0
            ? new FileStore(SqliteIndex.Open(path, new() { ReadOnly = true }))
            : null);

    /// <summary>Opens an index file that is only read.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no index.</exception>
    public static SqliteIndex IndexForReading(string path) => Path.Exists(path)
        ? SqliteIndex.Open(path, new() { ReadOnly = true })
        : throw new FileNotFoundException($"There is no index {path}. Make one first, as in: resift index FOLDER --db {path}");

    private sealed class FileStore(SqliteIndex index) : IIndexStore
    {
        public string Name => index.FilePath;

        public Task<IReadOnlyList<string>> GetCollectionNamesAsync(CancellationToken cancellationToken) =>
            Task.FromResult(index.GetCollectionNames());

        public IStoredCollection GetCollection(string name, CollectionOptions? options) =>
            new FileCollection(index.GetCollection(name, options));

        public Task<bool> DeleteCollectionAsync(string name, CancellationToken cancellationToken) =>
            index.DeleteCollectionAsync(name, cancellationToken);

        public void Dispose() => index.Dispose();
    }

    private sealed class FileCollection(SqliteCollection collection) : IStoredCollection
    {
        public string Name => collection.Name;

        public SqliteCollection? InFile => collection;

        public Task<CollectionInfo> GetInfoAsync(CancellationToken cancellationToken) => Task.FromResult(collection.GetInfo());

        public Task ThrowIfEmbeddedByOtherAsync(
            IEmbeddingGenerator<string, Embedding<float>> embedder, CancellationToken cancellationToken)
        {
            collection.ThrowIfEmbeddedByOther(embedder);
            return Task.CompletedTask;
        }

        public IRetriever CreateRetriever(
            RetrieverKind kind, IEmbeddingGenerator<string, Embedding<float>>? embedder, FusionOptions? fusion) =>
            embedder is null ? collection.Lexical
            : kind == RetrieverKind.Dense ? collection.CreateDense(embedder)
            : new HybridRetriever([collection.Lexical, collection.CreateDense(embedder)], fusion ?? FusionOptions.LexicalAndDense);

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
