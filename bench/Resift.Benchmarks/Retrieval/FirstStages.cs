using Microsoft.Extensions.AI;
using Resift.Retrieval;

namespace Resift.Benchmarks;

/// <summary>The first stages that are compared: by words, by meaning, and both.</summary>
internal static class FirstStages
{
    public static async Task<IReadOnlyList<IRetriever>> CreateAsync(
        IReadOnlyList<SearchDocument> documents, IEmbeddingGenerator<string, Embedding<float>> embeddings)
    {
        var lexical = new Bm25Retriever(documents);
        var dense = await DenseRetriever.CreateAsync(documents, embeddings);
        return [lexical, dense, new HybridRetriever([lexical, dense])];
    }
}
