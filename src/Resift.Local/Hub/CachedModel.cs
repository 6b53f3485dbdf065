namespace Resift;

/// <summary>A model in the cache, at one commit.</summary>
public sealed record CachedModel
{
    internal CachedModel()
    {
    }

    /// <summary>Gets the repository, such as <c>BAAI/bge-reranker-base</c>.</summary>
    public required string Repository { get; init; }

    /// <summary>Gets the commit.</summary>
    public required string Commit { get; init; }

    /// <summary>Gets the branches and tags that mean this commit as far as the cache knows.</summary>
    public required IReadOnlyList<string> Revisions { get; init; }

    /// <summary>Gets the folder that a local model is loaded from.</summary>
    public required string Folder { get; init; }

    /// <summary>Gets the size of its files in bytes, those included that other commits share.</summary>
    public required long Size { get; init; }

    /// <summary>Gets the licence that its model card states; null if it states none.</summary>
    public string? License { get; init; }

    /// <summary>Gets a value indicating whether configuration and weights are all there.</summary>
    public required bool IsComplete { get; init; }
}
