namespace Resift.Benchmarks;

/// <summary>Finds the repository, and the shared folder beside it, which may be absent.</summary>
internal static class Repository
{
    /// <summary>Gets the root folder of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Gives the path of a file or folder of the shared folder, or null where it is absent.</summary>
    public static string? SharedOrNull(string path)
    {
        string full = Path.GetFullPath(Path.Combine(Root, "..", "shared", path));
        return Path.Exists(full) ? full : null;
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Resift.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException($"No Resift.slnx above {AppContext.BaseDirectory}.");
    }
}
