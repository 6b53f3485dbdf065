namespace Resift.Cli;

/// <summary>Finds the folder that a model's name or path means.</summary>
internal static class ModelFolder
{
    public const string Reranker = MiniModels.RerankerName;

    public const string StrongReranker = MiniLM12Model.RerankerName;

    public const string Embedder = MiniModels.EmbedderName;

    /// <summary>Gets the models that come with the tool.</summary>
    public static IReadOnlyList<string> Bundled { get; } = [Reranker, StrongReranker, Embedder];

    /// <summary>Gets the folder of a bundled model by its name, and else takes the text as a path.</summary>
    /// <exception cref="DirectoryNotFoundException">It is neither.</exception>
    public static string Find(string nameOrFolder) => nameOrFolder switch
    {
        Reranker => MiniModels.RerankerFolder,
        StrongReranker => MiniLM12Model.RerankerFolder,
        Embedder => MiniModels.EmbedderFolder,
        _ when Directory.Exists(nameOrFolder) => Path.GetFullPath(nameOrFolder),
        _ when File.Exists(nameOrFolder) => throw new DirectoryNotFoundException(
            $"{nameOrFolder} is a file; the folder that holds a model's config.json and model.safetensors was expected."),
        _ => throw new DirectoryNotFoundException(
            $"There is no model '{nameOrFolder}': neither a folder, nor one of the bundled models ({string.Join(", ", Bundled)})."),
    };
}
