namespace Resift;

/// <summary>The strong model that comes with Resift and works offline: English, 33.4 million parameters, up to 512 tokens.</summary>
public static class MiniLM12Model
{
    /// <summary>The name of the cross-encoder.</summary>
    public const string RerankerName = "ms-marco-MiniLM-L12-v2";

    /// <summary>Gets the folder of the cross-encoder.</summary>
    public static string RerankerFolder { get; } = Path.Combine(AppContext.BaseDirectory, "models", RerankerName);

    /// <summary>Loads the cross-encoder.</summary>
    /// <param name="options">How it runs; null for the defaults.</param>
    /// <returns>The reranker; whoever loads it disposes it.</returns>
    public static LocalReranker LoadReranker(LocalModelOptions? options = null) => LocalReranker.Load(RerankerFolder, options);
}
