namespace Resift.Cli;

/// <summary>Finds out where a path leads to once all links in it are followed, as the system does when it opens the file.</summary>
internal static class RealPath
{
    // As many as Linux follows.
    private const int MaxLinks = 40;

    /// <summary>Gets the path without links.</summary>
    /// <returns>Null if its links lead in a circle.</returns>
    public static string? Of(string path)
    {
        path = Path.GetFullPath(path);
        string real = Path.GetPathRoot(path)!;
        // Of what is still to be walked through, the next part is on top. A target may be relative, and then to where its link really is.
        var parts = new Stack<string>(Reversed(path[real.Length..]));
        for (int links = 0; parts.TryPop(out string? part);)
        {
            string next = Path.GetFullPath(part, real);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                return null;
            }

            string root = Path.GetPathRoot(target)!;
            real = root.Length > 0 ? Path.GetFullPath(root) : real;
            foreach (string inner in Reversed(target[root.Length..]))
            {
                parts.Push(inner);
            }
        }

        return real;
    }

    /// <summary>Determines whether a path is that of a folder or of something in it, where neither has links.</summary>
    public static bool IsWithin(string path, string folder) =>
        Path.GetRelativePath(folder, path) is var relative && !Path.IsPathRooted(relative)
            && relative != ".." && !relative.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal);

    private static IEnumerable<string> Reversed(string path) =>
        path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries).Reverse();
}
