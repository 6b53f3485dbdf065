using Microsoft.Extensions.AI;
using Resift.Sqlite;

namespace Resift.Cli;

/// <summary>A collection of an index file that is open.</summary>
internal sealed class OpenCollection : IDisposable
{
    private readonly SqliteIndex _index;
    private readonly string _path;

    private OpenCollection(SqliteIndex index, string path, SqliteCollection collection)
    {
        _index = index;
        _path = path;
        Collection = collection;
    }

    public SqliteCollection Collection { get; }

    /// <summary>Opens a collection to add to it; what is not there is made.</summary>
    public static OpenCollection ForIndexing(string path, string collection)
    {
        var index = SqliteIndex.Open(path);
        return new(index, path, index.GetCollection(collection));
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
        var names = index.CollectionNames;
        if (!names.Contains(collection))
        {
            index.Dispose();
            throw new InvalidDataException(names.Count == 0
                ? $"The index {path} is empty. Fill it first, as in: resift index FOLDER --db {path}"
                : $"The index {path} has no collection '{collection}'; it has {string.Join(", ", names)}. Choose one with --collection.");
        }

        return new(index, path, index.GetCollection(collection));
    }

    /// <summary>Makes sure that an embedder is the one whose vectors the collection holds.</summary>
    /// <exception cref="InvalidDataException">It is another one.</exception>
    public void ThrowUnlessEmbeddedBy(IEmbeddingGenerator<string, Embedding<float>> embedder)
    {
        var info = Collection.GetInfo();
        var metadata = embedder.GetService(typeof(EmbeddingGeneratorMetadata)) as EmbeddingGeneratorMetadata;
        if (info.Dimensions is { } dimensions
            && (info.ModelId != metadata?.DefaultModelId || metadata?.DefaultModelDimensions is { } other && other != dimensions))
        {
            throw new InvalidDataException(
                $"The collection '{Collection.Name}' of {_path} was embedded by '{info.ModelId}' ({dimensions} dimensions), but the " +
                $"embedder is '{metadata?.DefaultModelId}' ({metadata?.DefaultModelDimensions} dimensions), whose vectors cannot be " +
                "compared with those. Name the same one with --embedder, or index into another collection with --collection.");
        }
    }

    public void Dispose() => _index.Dispose();
}
