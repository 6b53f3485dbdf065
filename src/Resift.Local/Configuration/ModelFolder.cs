namespace Resift.Local.Configuration;

/// <summary>Finds the files of a model folder, and says what lies there when one is missing.</summary>
internal static class ModelFolder
{
    public static void ThrowIfMissing(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"The model folder '{folder}' does not exist; expected a folder with config.json, " +
                "model.safetensors and the tokenizer's files.");
        }
    }

    /// <summary>Gets the name of the model in a folder: its repository's in a cache of the hub, and else the folder's.</summary>
    public static string NameOf(string folder)
    {
        const string Prefix = "models--";
        var directory = new DirectoryInfo(folder);
        return directory.Parent is { Name: "snapshots", Parent.Name: var repository }
            && repository.StartsWith(Prefix, StringComparison.Ordinal)
            ? repository[Prefix.Length..].Replace("--", "/", StringComparison.Ordinal)
            : directory.Name;
    }

    /// <summary>Gets the path of a file that the model cannot do without.</summary>
    public static string Require(string folder, string file)
    {
        ThrowIfMissing(folder);
        if (Find(folder, file) is { } path)
        {
            return path;
        }

        ThrowIfGguf(folder);
        throw new FileNotFoundException($"{file} is missing in '{folder}'; {Found(folder)}.", Path.Combine(folder, file));
    }

    /// <summary>Says what to do with a file of llama.cpp where something else is missing.</summary>
    public static void ThrowIfGguf(string folder)
    {
        if (Directory.EnumerateFiles(folder, "*.gguf").FirstOrDefault() is { } file)
        {
            throw new NotSupportedException($"{file} is in GGUF, the format of llama.cpp, which is not read; a folder with config.json " +
                "and model.safetensors was expected. Get the model that it was made from, or serve the file by llama.cpp and use that " +
                "server.");
        }
    }

    /// <summary>Gets the path of a file, or null where the folder has no such file.</summary>
    public static string? Find(string folder, string file)
    {
        string path = Path.Combine(folder, file);
        return File.Exists(path) ? path : null;
    }

    /// <summary>Says what the folder holds instead of what was looked for.</summary>
    public static string Found(string folder)
    {
        const int Shown = 12;
        string[] names = [.. new DirectoryInfo(folder).EnumerateFileSystemInfos().Select(item => item.Name).Order(StringComparer.Ordinal)];
        return names.Length switch
        {
            0 => "the folder is empty",
            <= Shown => $"found: {string.Join(", ", names)}",
            _ => $"found: {string.Join(", ", names.Take(Shown))} and {names.Length - Shown} more",
        };
    }
}
