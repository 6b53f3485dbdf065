using Microsoft.Extensions.AI;
using Resift.Sqlite;

namespace Resift.Cli;

/// <summary>A collection of an index file that is open.</summary>
internal sealed class OpenCollection : IDisposable
{
    private readonly SqliteIndex _index;

    private OpenCollection(SqliteIndex index, SqliteCollection collection)
    {
        _index = index;
        Collection = collection;
    }

    public SqliteCollection Collection { get; }

    /// <summary>Opens a collection to add to it; what is not there is made.</summary>
    /// <param name="path">The index file.</param>
    /// <param name="collection">The collection's name.</param>
    /// <param name="options">How its texts are made.</param>
    public static OpenCollection ForIndexing(string path, string collection, SqliteCollectionOptions options)
    {
        var index = SqliteIndex.Open(path);
        try
        {
            return new(index, index.GetCollection(collection, options));
        }
        catch
        {
            index.Dispose();
            throw;
        }
    }

    /// <summary>Opens a collection to search it.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no index, or has no such collection.</exception>
    public static OpenCollection ForSearch(string path, string collection)
    {
        if (!Path.Exists(path))
        {
            throw new FileNotFoundException($"There is no index {path}. Make one first, as in: resift index FOLDER --db {path}");
        }

        var index = SqliteIndex.Open(path, new() { ReadOnly = true });
        var names = index.GetCollectionNames();
        if (!names.Contains(collection))
        {
            index.Dispose();
            throw new InvalidDataException(names.Count == 0
                ? $"The index {path} is empty. Fill it first, as in: resift index FOLDER --db {path}"
                : $"The index {path} has no collection '{collection}'; it has {string.Join(", ", names)}. Choose one with --collection.");
        }

        return new(index, index.GetCollection(collection));
    }

    /// <summary>Ensures that an embedder is the one whose vectors the collection holds.</summary>
    /// <exception cref="InvalidDataException">It is another one.</exception>
    public void ThrowUnlessEmbeddedBy(IEmbeddingGenerator<string, Embedding<float>> embedder)
    {
        try
        {
            Collection.ThrowIfEmbeddedByOther(embedder);
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidDataException(
                $"{exception.Message} Name the same one with --embedder, or another collection with --collection.", exception);
        }
    }

    public void Dispose() => _index.Dispose();
}
