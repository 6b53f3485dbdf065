namespace Resift.Cli;

/// <summary>A folder that is indexed as a whole: a document that came from it and is not found in it any more is removed.</summary>
/// <param name="FullPath">Where it is.</param>
/// <param name="Name">Its name in the index.</param>
internal sealed record SourceFolder(string FullPath, string Name)
{
    private readonly List<string> _unread = [];

    /// <summary>Gets the path of something in the folder relative to it, with slashes.</summary>
    public string NameOf(string fullPath) => Path.GetRelativePath(FullPath, fullPath).Replace('\\', '/');

    /// <summary>Takes note of a folder inside that could not be read: nobody knows what is in there.</summary>
    public void AddUnread(string fullPath) => _unread.Add(fullPath == FullPath ? "" : $"{NameOf(fullPath)}/");

    /// <summary>Determines whether a document came from a folder that could not be read.</summary>
    public bool IsUnread(string documentId) => _unread.Exists(folder => documentId.StartsWith(SourceFile.IdOf(Name, folder), StringComparison.Ordinal));
}
