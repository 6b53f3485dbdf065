using Microsoft.Extensions.AI;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>A collection with the models that search it; only those are loaded that the search needs.</summary>
internal sealed class SearchEngine : IDisposable
{
    private readonly OpenCollection _collection;
    private readonly IEmbeddingGenerator<string, Embedding<float>>? _embedder;
    private readonly IReranker? _reranker;

    private SearchEngine(
        OpenCollection collection, IEmbeddingGenerator<string, Embedding<float>>? embedder, IReranker? reranker, IRetriever first)
    {
        _collection = collection;
        _embedder = embedder;
        _reranker = reranker;
        Retriever = new(first, reranker ?? NoReranker.Instance);
    }

    public TwoStageRetriever Retriever { get; }

    /// <summary>Gets the scale of the reranker's scores; null if there is no reranker, or it does not say.</summary>
    public ScoreScale? RerankerScale => _reranker?.GetService<RerankerMetadata>()?.ScoreScale;

    /// <summary>Opens what a search needs, both models at the same time.</summary>
    /// <param name="collection">The collection; it is disposed with the engine, and also if opening fails.</param>
    /// <param name="openEmbedder">Opens the embedder.</param>
    /// <param name="openReranker">Opens the reranker.</param>
    /// <param name="firstStage">How candidates are found.</param>
    /// <param name="tier">What is spent on their order.</param>
    public static async Task<SearchEngine> OpenAsync(
        OpenCollection collection,
        Func<IEmbeddingGenerator<string, Embedding<float>>> openEmbedder,
        Func<IReranker> openReranker,
        FirstStage firstStage,
        SearchTier tier)
    {
        var embedding = firstStage == FirstStage.Lexical ? null : Task.Run(openEmbedder);
        IReranker? reranker = null;
        IEmbeddingGenerator<string, Embedding<float>>? embedder = null;
        try
        {
            reranker = tier == SearchTier.Embedding ? null : openReranker();
            embedder = embedding is null ? null : await embedding;
            if (embedder is not null)
            {
                collection.ThrowUnlessEmbeddedBy(embedder);
            }

            var lexical = collection.Collection.Lexical;
            return new(collection, embedder, reranker, firstStage switch
            {
                FirstStage.Lexical => lexical,
                FirstStage.Dense => collection.Collection.CreateDense(embedder!),
                _ => new HybridRetriever([lexical, collection.Collection.CreateDense(embedder!)], FusionOptions.LexicalAndDense),
            });
        }
        catch
        {
            reranker?.Dispose();
            embedder?.Dispose();
            collection.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _reranker?.Dispose();
        _embedder?.Dispose();
        _collection.Dispose();
    }
}
