namespace Resift;

/// <summary>
/// The models that come with Resift and work offline: English, 22.7 million parameters each, up to 512 tokens of a pair or 256 of a text.
/// </summary>
public static class MiniModels
{
    /// <summary>The name of the cross-encoder.</summary>
    public const string RerankerName = "resift-mini-v2";

    /// <summary>The name of the sentence embedder.</summary>
    public const string EmbedderName = "all-MiniLM-L6-v2";

    /// <summary>Gets the folder of the cross-encoder.</summary>
    public static string RerankerFolder { get; } = Path.Combine(AppContext.BaseDirectory, "models", RerankerName);

    /// <summary>Gets the folder of the sentence embedder.</summary>
    public static string EmbedderFolder { get; } = Path.Combine(AppContext.BaseDirectory, "models", EmbedderName);

    /// <summary>Loads the bundled cross-encoder.</summary>
    /// <param name="options">How it runs; null for the defaults.</param>
    /// <returns>The reranker; whoever loads it disposes it.</returns>
    public static LocalReranker LoadReranker(LocalModelOptions? options = null) => LocalReranker.Load(RerankerFolder, options);

    /// <summary>Loads the bundled sentence embedder.</summary>
    /// <param name="options">How it runs; null for the defaults.</param>
    /// <returns>The embedder; whoever loads it disposes it.</returns>
    public static LocalEmbeddingGenerator LoadEmbeddingGenerator(LocalModelOptions? options = null) =>
        LocalEmbeddingGenerator.Load(EmbedderFolder, options);
}
