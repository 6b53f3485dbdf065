using Microsoft.Extensions.AI;

namespace Resift.Cli;

/// <summary>Opens models of this machine in the way that the command line says they run.</summary>
/// <param name="loader">Opens them.</param>
/// <param name="options">How they run.</param>
internal sealed class LocalModels(IModelLoader loader, LocalModelOptions options)
{
    /// <summary>The name that models of this machine have for their provider.</summary>
    public const string ProviderName = "resift.local";

    /// <summary>Reads what a model is, without loading it.</summary>
    public LocalModelInfo ReadInfo(string nameOrFolder) => loader.ReadInfo(loader.FindFolder(nameOrFolder));

    /// <summary>Gets about how many bytes a model takes in memory: what its weights are kept as, for all of its parameters.</summary>
    public long BytesOf(LocalModelInfo info) => info.Parameters *
        (options.Precision is LocalPrecision.Int8 ? LocalWeightType.Int8 : options.WeightType ?? info.WeightType) switch
        {
            LocalWeightType.Int8 => 1,
            LocalWeightType.BFloat16 or LocalWeightType.Half => 2,
            _ => sizeof(float),
        };

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
