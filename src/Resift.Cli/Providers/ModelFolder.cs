namespace Resift.Cli;

/// <summary>Finds the folder that a model's name or path means.</summary>
internal static class ModelFolder
{
    public const string Reranker = MiniModels.RerankerName;

    public const string StrongReranker = MiniLM12Model.RerankerName;

    public const string Embedder = MiniModels.EmbedderName;

    /// <summary>Gets the models that come with the tool.</summary>
    public static IReadOnlyList<string> Bundled { get; } = [Reranker, StrongReranker, Embedder];

    /// <summary>
    /// Gets the folder of a bundled model by its name, takes the text as a path, or finds a model of the hub in its cache.
    /// </summary>
    /// <param name="nameOrFolder">The name or path.</param>
    /// <param name="variable">Gets the value of an environment variable, by which the cache is found.</param>
    /// <exception cref="DirectoryNotFoundException">It is none of these.</exception>
    public static string Find(string nameOrFolder, Func<string, string?> variable) => nameOrFolder switch
    {
        Reranker => MiniModels.RerankerFolder,
        StrongReranker => MiniLM12Model.RerankerFolder,
        Embedder => MiniModels.EmbedderFolder,
        _ when Directory.Exists(nameOrFolder) => Path.GetFullPath(nameOrFolder),
        _ when File.Exists(nameOrFolder) => throw new DirectoryNotFoundException(
            $"{nameOrFolder} is a file; the folder that holds a model's config.json and model.safetensors was expected."),
        _ when HubAccess.IdOf(nameOrFolder) is { } id => InCache(id, variable),
        _ => throw new DirectoryNotFoundException($"There is no model '{nameOrFolder}': neither a folder, nor one of the bundled models " +
            $"({string.Join(", ", Bundled)}), nor one of the hub as ORG/NAME; 'resift models' lists some."),
    };

    private static string InCache(HubModelId id, Func<string, string?> variable)
    {
        using var hub = HubAccess.Open(variable);
        return hub.Find(id) switch
        {
            { IsComplete: true } model => model.Folder,
            null => throw new DirectoryNotFoundException($"There is no folder '{id}', and no model of that name in the cache, " +
                $"{hub.CacheFolder}. If it is one of the hub, 'resift models pull {id}' gets it."),
            _ => throw new DirectoryNotFoundException(
                $"{id} is not complete in the cache, {hub.CacheFolder}; 'resift models pull {id}' gets what is missing."),
        };
    }
}
