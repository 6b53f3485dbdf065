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
        Assert.SkipUnless(HasShared(path), $"shared/{path} is not beside the repository");
        return SharedPath(path);
    }

    /// <summary>Determines whether the shared folder has a file or folder.</summary>
    public static bool HasShared(string path) => Path.Exists(SharedPath(path));

    /// <summary>Gets a value indicating whether other models than those of the shared folder are read.</summary>
    public static bool HasOtherModels => Environment.GetEnvironmentVariable("RESIFT_GOLDEN_MODELS") is { Length: > 0 };

    /// <summary>The environment variable <c>RESIFT_GOLDEN_MODELS</c> names another folder in the place of <c>golden/models</c>.</summary>
    private static string SharedPath(string path)
    {
        const string Models = "golden/models";
        return path.StartsWith(Models, StringComparison.Ordinal) &&
            Environment.GetEnvironmentVariable("RESIFT_GOLDEN_MODELS") is { Length: > 0 } folder
            ? Path.GetFullPath(Path.Join(folder, path[Models.Length..]))
            : Path.GetFullPath(Path.Combine(Root, "..", "shared", path));
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
