namespace Resift.Testing;

/// <summary>Finds the files that tests read: those of the repository, and the shared folder beside it that may be absent.</summary>
internal static class TestData
{
    /// <summary>Gets the root folder of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Gives the path of a file or folder of the repository.</summary>
    public static string InRepository(string path) => Path.Combine(Root, path);

    /// <summary>Gives the path of a file or folder of the shared folder, or skips the test where it is absent.</summary>
    public static string Shared(string path)
    {
        string? full = SharedOrNull(path);
        Assert.SkipWhen(full is null, $"shared/{path} is not beside the repository");
        return full!;
    }

    /// <summary>Gives the path of a file or folder of the shared folder, or null where it is absent.</summary>
    public static string? SharedOrNull(string path)
    {
        string full = Path.GetFullPath(Path.Combine(Root, "..", "shared", path));
        return Path.Exists(full) ? full : null;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Resift.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"No Resift.slnx above {AppContext.BaseDirectory}.");
    }
}
