namespace Resift.Benchmarks;

/// <summary>Finds the shared folder beside the repository, which may be absent.</summary>
internal static class Repository
{
    /// <summary>Gives the path of a file or folder of the shared folder, or null where it is absent.</summary>
    public static string? SharedOrNull(string path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Resift.slnx")))
        {
            folder = folder.Parent;
        }

        string? full = folder?.Parent is { } parent ? Path.Combine(parent.FullName, "shared", path) : null;
        return Path.Exists(full) ? full : null;
    }
}
