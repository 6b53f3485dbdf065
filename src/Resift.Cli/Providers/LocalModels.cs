using Microsoft.Extensions.AI;

namespace Resift.Cli;

/// <summary>Opens models of this machine in the way that the command line says they run.</summary>
/// <param name="loader">Opens them.</param>
/// <param name="options">How they run.</param>
internal sealed class LocalModels(IModelLoader loader, LocalModelOptions options)
{
    public IModelLoader Loader => loader;

    public LocalModelOptions Options => options;

    /// <summary>Opens a cross-encoder, or an embedder as a reranker by cosine.</summary>
    public IReranker OpenReranker(string nameOrFolder)
    {
        string folder = loader.FindFolder(nameOrFolder);

        // What the bundled models are is known without their files.
        bool isEmbedder = ModelFolder.Bundled.Contains(nameOrFolder)
            ? nameOrFolder == ModelFolder.Embedder
            : loader.ReadInfo(folder).Kind == LocalModelKind.Embedder;
        return isEmbedder ? OpenRerankerByEmbedding(folder) : Load(() => loader.LoadReranker(folder, options));
    }

    /// <summary>Opens an embedder, and nothing else, as a reranker by cosine.</summary>
    public IReranker OpenRerankerByEmbedding(string nameOrFolder) => loader.RerankBy(OpenEmbedder(nameOrFolder));

    public IEmbeddingGenerator<string, Embedding<float>> OpenEmbedder(string nameOrFolder) =>
        Load(() => loader.LoadEmbedder(loader.FindFolder(nameOrFolder), options));

    private T Load<T>(Func<T> load)
    {
        try
        {
            return load();
        }
        catch (ArgumentOutOfRangeException exception) when (options.MaxTokens is not null)
        {
            // The only option that a model may have a limit of its own for.
            string why = exception.Message.Split(" (Parameter")[0]
                .Replace("MaxTokens", FormattableString.Invariant($"--max-tokens {options.MaxTokens}"), StringComparison.Ordinal);
            throw new UsageException(why);
        }
    }
}
