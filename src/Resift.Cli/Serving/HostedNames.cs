namespace Resift.Cli;

/// <summary>
/// The names of hosted models that applications ask for, as their providers listed them in November 2026. A server answers to them by its
/// own models, and says in its answers whose scores they are.
/// </summary>
internal static class HostedNames
{
    public static IReadOnlyList<string> Rerankers { get; } =
    [
        "rerank-v5.0-pro", "rerank-v5.0-fast", "rerank-v4.0-pro", "rerank-v4.0-fast", "rerank-v3.5",
        "rerank-english-v3.0", "rerank-multilingual-v3.0", "rerank-english-v2.0",
        "rerank-3", "rerank-3-lite", "rerank-2.5", "rerank-2.5-lite", "rerank-2", "rerank-2-lite", "rerank-1", "rerank-lite-1",
        "jina-reranker-v3.5", "jina-reranker-v3", "jina-reranker-m0", "jina-reranker-v2-base-multilingual",
        "bge-reranker-v2-m3", "pinecone-rerank-v0", "cohere-rerank-4-fast", "cohere-rerank-3.5",
        "mixedbread-ai/mxbai-rerank-large-v2", "mixedbread-ai/mxbai-rerank-base-v2", "mxbai-rerank-large-v2", "mxbai-rerank-base-v2",
        "qwen3-rerank",
    ];

    public static IReadOnlyList<string> Embedders { get; } =
        ["text-embedding-3-small", "text-embedding-3-large", "text-embedding-ada-002"];
}
