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
    /// <param name="path">The index file.</param>
    /// <param name="collection">The collection's name.</param>
    /// <param name="settings">How its texts are made.</param>
    public static OpenCollection ForIndexing(string path, string collection, SqliteCollectionSettings settings)
    {
        var index = SqliteIndex.Open(path);
        return new(index, path, index.GetCollection(collection, settings));
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

    /// <summary>Ensures that an embedder is the one whose vectors the collection holds.</summary>
    /// <exception cref="InvalidDataException">It is another one.</exception>
    public void ThrowUnlessEmbeddedBy(IEmbeddingGenerator<string, Embedding<float>> embedder)
    {
        var info = Collection.GetInfo();
        var metadata = embedder.GetService(typeof(EmbeddingGeneratorMetadata)) as EmbeddingGeneratorMetadata;
        string? fingerprint = (embedder.GetService(typeof(ModelFingerprint)) as ModelFingerprint)?.Value;
        if (info.Dimensions is not { } dimensions)
        {
            return;
        }

        // Two models may be called alike, and one model differently: where both have a fingerprint, that decides.
        bool isSame = info.ModelFingerprint is { } known && fingerprint is not null
            ? known == fingerprint
            : info.ModelId == metadata?.DefaultModelId && (metadata?.DefaultModelDimensions ?? dimensions) == dimensions;
        if (!isSame)
        {
            throw new InvalidDataException(
                $"The collection '{Collection.Name}' of {_path} was embedded by '{info.ModelId}' " +
                $"({Facts(dimensions, info.ModelFingerprint)}), but the embedder is '{metadata?.DefaultModelId}' " +
                $"({Facts(metadata?.DefaultModelDimensions, fingerprint)}), whose vectors cannot be compared with those. Name the same one " +
                "with --embedder, or index into another collection with --collection.");
        }

        static string Facts(int? dimensions, string? fingerprint) =>
            $"{dimensions} dimensions{(fingerprint is null ? "" : $", fingerprint {fingerprint}")}";
    }

    public void Dispose() => _index.Dispose();
}
