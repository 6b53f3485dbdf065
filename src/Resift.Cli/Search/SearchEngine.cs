using Microsoft.Extensions.AI;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>How candidates are found.</summary>
internal enum RetrieverKind
{
    /// <summary>By words and by meaning, fused.</summary>
    Hybrid,

    /// <summary>By words (BM25).</summary>
    Lexical,

    /// <summary>By meaning (the cosine of embeddings).</summary>
    Dense,
}

/// <summary>A collection with the models that search it; only those are loaded that the search needs.</summary>
internal sealed class SearchEngine : IDisposable
{
    private readonly OpenCollection _collection;
    private readonly IDisposable? _embedder;
    private readonly IDisposable? _reranker;

    private SearchEngine(OpenCollection collection, TwoStageRetriever retriever, IDisposable? embedder, IDisposable? reranker)
    {
        _collection = collection;
        _embedder = embedder;
        _reranker = reranker;
        Retriever = retriever;
    }

    public TwoStageRetriever Retriever { get; }

    /// <summary>Opens what a search needs, all models at the same time.</summary>
    /// <param name="collection">The collection; it is disposed with the engine, and also if opening fails.</param>
    /// <param name="openEmbedder">Opens the embedder; null to find by words alone.</param>
    /// <param name="openReranker">Opens the reranker; null for none.</param>
    /// <param name="retriever">How candidates are found.</param>
    /// <param name="cancellationToken">Stops asking the index.</param>
    public static async Task<SearchEngine> OpenAsync(
        OpenCollection collection,
        Func<IEmbeddingGenerator<string, Embedding<float>>>? openEmbedder,
        Func<IReranker>? openReranker,
        RetrieverKind retriever,
        CancellationToken cancellationToken)
    {
        IEmbeddingGenerator<string, Embedding<float>>? embedder = null;
        IReranker? reranker = null;
        try
        {
            (embedder, reranker) = await Opening.BothAsync(() => openEmbedder?.Invoke(), () => openReranker?.Invoke());
            if (embedder is not null)
            {
                await collection.ThrowUnlessEmbeddedByAsync(embedder, cancellationToken);
            }

            return new(collection, new(collection.Collection.CreateRetriever(retriever, embedder), reranker), embedder, reranker);
        }
        catch
        {
            embedder?.Dispose();
            reranker?.Dispose();
            collection.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _embedder?.Dispose();
        _reranker?.Dispose();
        _collection.Dispose();
    }
}

/// <summary>A search as the command line describes it.</summary>
/// <param name="OptionsFor">Gets how the index is searched for a query.</param>
/// <param name="Threshold">Which scores are good enough; the options apply it already.</param>
/// <param name="OpenAsync">Opens the index and the models that the search needs.</param>
internal sealed record SearchPlan(
    Func<string, SearchOptions> OptionsFor, ScoreThreshold Threshold, Func<CancellationToken, Task<SearchEngine>> OpenAsync);
