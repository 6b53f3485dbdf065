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

    /// <summary>Gets what a collection remembers of how it was made; null if there is none yet, or nothing.</summary>
    public static string? CutOf(string path, string collection)
    {
        if (!File.Exists(path) || new FileInfo(path).Length == 0)
        {
            return null;
        }

        using var index = SqliteIndex.Open(path, new() { ReadOnly = true });
        return index.GetCollectionNames().Contains(collection) ? index.GetCollection(collection).GetInfo().Cut : null;
    }

    /// <summary>Opens a collection to search it.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no index, or has no such collection.</exception>
    public static OpenCollection ForSearch(string path, string collection)
    {
        var index = IndexForReading(path);
        try
        {
            return new(index, index.GetCollection(Known(index, collection)));
        }
        catch
        {
            index.Dispose();
            throw;
        }
    }

    /// <summary>Opens an index that is only read.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no index.</exception>
    public static SqliteIndex IndexForReading(string path) => Path.Exists(path)
        ? SqliteIndex.Open(path, new() { ReadOnly = true })
        : throw new FileNotFoundException($"There is no index {path}. Make one first, as in: resift index FOLDER --db {path}");

    /// <summary>Gets the name of a collection that is there.</summary>
    /// <exception cref="InvalidDataException">The index has no such collection.</exception>
    public static string Known(SqliteIndex index, string collection)
    {
        var names = index.GetCollectionNames();
        return names.Contains(collection) ? collection : throw new InvalidDataException(names.Count == 0
            ? $"The index {index.FilePath} is empty. Fill it first, as in: resift index FOLDER --db {index.FilePath}"
            : $"The index {index.FilePath} has no collection '{collection}'; it has {string.Join(", ", names)}. Name one of these.");
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
