using Microsoft.Extensions.AI;
using Resift.Retrieval;
using Resift.Sqlite;

namespace Resift.Cli;

/// <summary>Where an index is: a file, or a database.</summary>
internal abstract class IndexPlace
{
    /// <summary>Gets the option that names it, for examples in messages; without what is secret.</summary>
    public abstract string Option { get; }

    /// <summary>Gets the folder from which the index tells the paths of what is in it.</summary>
    public abstract string Home { get; }

    /// <summary>Gets the file that it is, whose own changes are no news; null for a database.</summary>
    public virtual string? File => null;

    /// <summary>Opens it to add to it; what is not there is made.</summary>
    public abstract Task<IIndexStore> OpenForIndexingAsync(CancellationToken cancellationToken);

    /// <summary>Opens it to read it, or to remove something from it.</summary>
    /// <param name="readOnly">Whether nothing is changed.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="IOException">There is none.</exception>
    /// <exception cref="InvalidDataException">There is something else, or no index yet.</exception>
    public abstract Task<IIndexStore> OpenAsync(bool readOnly, CancellationToken cancellationToken);

    /// <summary>Opens it to read it; null if there is nothing yet.</summary>
    public abstract Task<IIndexStore?> FindAsync(CancellationToken cancellationToken);
}

/// <summary>An index that is open.</summary>
internal interface IIndexStore : IDisposable
{
    /// <summary>Gets what people call it: the path of the file, or host and database.</summary>
    string Name { get; }

    Task<IReadOnlyList<string>> GetCollectionNamesAsync(CancellationToken cancellationToken);

    IStoredCollection GetCollection(string name, CollectionOptions? options = null);

    Task<bool> DeleteCollectionAsync(string name, CancellationToken cancellationToken);
}

/// <summary>A collection of an index that is open.</summary>
internal interface IStoredCollection
{
    string Name { get; }

    /// <summary>Gets the collection of a file; null for one of a database.</summary>
    SqliteCollection? InFile { get; }

    Task<CollectionInfo> GetInfoAsync(CancellationToken cancellationToken);

    Task ThrowIfEmbeddedByOtherAsync(IEmbeddingGenerator<string, Embedding<float>> embedder, CancellationToken cancellationToken);

    /// <summary>Creates what finds candidates.</summary>
    /// <param name="kind">How.</param>
    /// <param name="embedder">Embeds the query; null to find by words alone.</param>
    /// <param name="fusion">How both lists of a hybrid search are fused; null for the usual way.</param>
    IRetriever CreateRetriever(
        RetrieverKind kind, IEmbeddingGenerator<string, Embedding<float>>? embedder, FusionOptions? fusion = null);

    IAsyncEnumerable<string> GetDocumentIdsAsync(string? prefix, MetadataFilter? filter, CancellationToken cancellationToken);

    Task<IReadOnlyDictionary<string, long>> CountDocumentsByAsync(string key, CancellationToken cancellationToken);

    Task<UpsertResult> UpsertAsync(
        IAsyncEnumerable<IndexedDocument> documents,
        IEmbeddingGenerator<string, Embedding<float>> embedder,
        IProgress<UpsertResult>? progress,
        CancellationToken cancellationToken);

    Task<int> DeleteAsync(IEnumerable<string> ids, CancellationToken cancellationToken);
}
