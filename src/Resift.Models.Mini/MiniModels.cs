namespace Resift;

/// <summary>The models that come with Resift and work offline: English, 22.7 million parameters each, up to 256 tokens.</summary>
public static class MiniModels
{
    /// <summary>Gets the folder of the cross-encoder <c>resift-mini-v1</c>.</summary>
    public static string RerankerFolder { get; } = Path.Combine(AppContext.BaseDirectory, "models", "resift-mini-v1");

    /// <summary>Gets the folder of the sentence embedder <c>all-MiniLM-L6-v2</c>.</summary>
    public static string EmbedderFolder { get; } = Path.Combine(AppContext.BaseDirectory, "models", "all-MiniLM-L6-v2");

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
