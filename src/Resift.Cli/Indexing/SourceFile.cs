namespace Resift.Cli;

/// <summary>A file that is to be indexed.</summary>
/// <param name="FullPath">Where it is.</param>
/// <param name="Root">The name of the folder that <paramref name="Name"/> is relative to, as it is kept in the index.</param>
/// <param name="Name">Its path below the root, with slashes.</param>
/// <param name="Kind">How it is read.</param>
/// <param name="Length">Its length in bytes when it was found.</param>
/// <param name="IsNamed">Whether it was given by name, and not found in a folder.</param>
internal sealed record SourceFile(string FullPath, string Root, string Name, FileKind Kind, long Length, bool IsNamed)
{
    /// <summary>What stands between the name of a file and the id of a record in it.</summary>
    public const char RecordSeparator = '#';

    /// <summary>Gets the program that turns it into Markdown; null if it is read as it is.</summary>
    public Converter? Converter { get; init; }

    /// <summary>
    /// Gets its path from the index file, with slashes: the id of its document, or the beginning of the ids of its records. Two folders
    /// with a file of one name each fit into one index.
    /// </summary>
    public string Id => IdOf(Root, Name);

    /// <summary>Gets the id of what lies in a folder of the index.</summary>
    public static string IdOf(string root, string name) => root is "" or "." ? name : $"{root}/{name}";

    /// <summary>Gets the path as it is shown to people: relative to where they are, if that is shorter.</summary>
    public string ShownPath => Shown(FullPath);

    /// <summary>Gets a path as it is shown to people.</summary>
    public static string Shown(string fullPath)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, fullPath);
        return relative.Length < fullPath.Length ? relative : fullPath;
    }

    /// <summary>Determines whether a document came out of this file.</summary>
    public bool Holds(string documentId) => documentId.StartsWith(Id, StringComparison.Ordinal)
        && (documentId.Length == Id.Length || documentId[Id.Length] == RecordSeparator);
}

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
    public bool IsUnread(string documentId) => _unread.Exists(
        folder => documentId.StartsWith(SourceFile.IdOf(Name, folder), StringComparison.Ordinal));
}
