using Microsoft.Extensions.AI;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>A collection of an index that is open.</summary>
internal sealed class OpenCollection : IDisposable
{
    private readonly IIndexStore _store;

    private OpenCollection(IIndexStore store, IStoredCollection collection)
    {
        _store = store;
        Collection = collection;
    }

    public IStoredCollection Collection { get; }

    /// <summary>Opens a collection to add to it; what is not there is made.</summary>
    /// <param name="place">The index.</param>
    /// <param name="collection">The collection's name.</param>
    /// <param name="options">How its texts are made.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<OpenCollection> ForIndexingAsync(
        IndexPlace place, string collection, CollectionOptions options, CancellationToken cancellationToken)
    {
        var store = await place.OpenForIndexingAsync(cancellationToken);
        return await OpenAsync(store, () => Task.FromResult(store.GetCollection(collection, options)));
    }

    /// <summary>Gets what a collection remembers of how it was made; null if there is none yet, or nothing.</summary>
    public static async Task<string?> CutOfAsync(IndexPlace place, string collection, CancellationToken cancellationToken)
    {
        using var store = await place.FindAsync(cancellationToken);
        return store is not null && (await store.GetCollectionNamesAsync(cancellationToken)).Contains(collection)
            ? (await store.GetCollection(collection).GetInfoAsync(cancellationToken)).Cut
            : null;
    }

    /// <summary>Opens a collection to search it.</summary>
    /// <exception cref="IOException">There is no such index.</exception>
    /// <exception cref="InvalidDataException">The file is no index, or has no such collection.</exception>
    public static async Task<OpenCollection> ForSearchAsync(IndexPlace place, string collection, CancellationToken cancellationToken)
    {
        var store = await place.OpenAsync(readOnly: true, cancellationToken);
        return await OpenAsync(
            store, async () => store.GetCollection(await KnownAsync(store, place, collection, cancellationToken)));
    }

    /// <summary>Gets the name of a collection that is there.</summary>
    /// <exception cref="InvalidDataException">The index has no such collection.</exception>
    public static async Task<string> KnownAsync(
        IIndexStore store, IndexPlace place, string collection, CancellationToken cancellationToken)
    {
        var names = await store.GetCollectionNamesAsync(cancellationToken);
        return names.Contains(collection) ? collection : throw new InvalidDataException(names.Count == 0
            ? $"The index {store.Name} is empty. Fill it first, as in: resift index FOLDER {place.Option}"
            : $"The index {store.Name} has no collection '{collection}'; it has {string.Join(", ", names)}. Name one of these.");
    }

    /// <summary>Ensures that an embedder is the one whose vectors the collection holds.</summary>
    /// <exception cref="InvalidDataException">It is another one.</exception>
    public async Task ThrowUnlessEmbeddedByAsync(
        IEmbeddingGenerator<string, Embedding<float>> embedder, CancellationToken cancellationToken)
    {
        try
        {
            await Collection.ThrowIfEmbeddedByOtherAsync(embedder, cancellationToken);
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidDataException(
                $"{exception.Message} Name the same one with --embedder, or another collection with --collection.", exception);
        }
    }

    public void Dispose() => _store.Dispose();

    private static async Task<OpenCollection> OpenAsync(IIndexStore store, Func<Task<IStoredCollection>> open)
    {
        try
        {
            return new(store, await open());
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }
}
