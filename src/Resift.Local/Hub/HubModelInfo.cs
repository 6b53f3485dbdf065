namespace Resift;

/// <summary>Which weights of a model are downloaded.</summary>
public enum HubWeights
{
    /// <summary>Those that <see cref="LocalReranker"/> and <see cref="LocalEmbeddingGenerator"/> read.</summary>
    Safetensors,

    /// <summary>The graph for ONNX Runtime.</summary>
    Onnx,
}

/// <summary>A file of a model on the hub.</summary>
public sealed record HubFile
{
    internal HubFile(string path, long size, string hash)
    {
        Path = path;
        Size = size;
        Hash = hash;
    }

    /// <summary>Gets its path in the repository, with slashes.</summary>
    public string Path { get; }

    /// <summary>Gets its size in bytes.</summary>
    public long Size { get; }

    /// <summary>Gets the hash that the hub states, which is the name of its blob.</summary>
    internal string Hash { get; }
}

/// <summary>What the hub says of a model at one commit.</summary>
public sealed record HubModelInfo
{
    internal HubModelInfo()
    {
    }

    /// <summary>Gets the name that was asked for.</summary>
    public required HubModelId Id { get; init; }

    /// <summary>Gets the commit that its revision means now.</summary>
    public required string Commit { get; init; }

    /// <summary>Gets the licence that the model card states; null if it states none.</summary>
    public string? License { get; init; }

    /// <summary>Gets a value indicating whether its terms have to be accepted on the hub before it can be downloaded.</summary>
    public bool IsGated { get; init; }

    /// <summary>Gets the <c>model_type</c> of its configuration; null if it has none.</summary>
    public string? ModelType { get; init; }

    /// <summary>Gets a value indicating whether its configuration names code of its own (<c>auto_map</c>), which is never run.</summary>
    public bool HasOwnCode { get; init; }

    /// <summary>Gets all files of the repository.</summary>
    public required IReadOnlyList<HubFile> Files { get; init; }

    /// <summary>Gets the files that are needed: configuration, tokenizer, model card, licence and weights.</summary>
    /// <param name="weights">Which weights.</param>
    /// <returns>The files.</returns>
    /// <exception cref="NotSupportedException">
    /// The repository has no such weights: only pickles, which can run code, or GGUF files. The message names one and says what to do.
    /// </exception>
    public IReadOnlyList<HubFile> FilesNeeded(HubWeights weights) => Local.Hub.NeededFiles.Of(this, weights);
}
