using Microsoft.Extensions.AI;
using Resift.Retrieval;
using Resift.Sqlite;

namespace Resift.Cli;

/// <summary>A collection with the models that search it; only those are loaded that the search needs.</summary>
internal sealed class SearchEngine : IDisposable
{
    private readonly OpenCollection _collection;
    private readonly IDisposable? _embedder;

    private SearchEngine(OpenCollection collection, TwoStageRetriever retriever, IDisposable? embedder, IReranker? reranker)
    {
        _collection = collection;
        _embedder = embedder;
        Reranker = reranker;
        Retriever = retriever;
    }

    public TwoStageRetriever Retriever { get; }

    /// <summary>Gets the reranker; null for none.</summary>
    public IReranker? Reranker { get; }

    /// <summary>Gets the collection, to read whole documents back; null for one of a database.</summary>
    public SqliteCollection? Documents => _collection.Collection.InFile;

    /// <summary>Opens what a search needs, all models at the same time.</summary>
    /// <param name="collection">The collection; it is disposed with the engine, and also if opening fails.</param>
    /// <param name="openEmbedder">Opens the embedder; null to find by words alone.</param>
    /// <param name="openReranker">Opens the reranker; null for none.</param>
    /// <param name="retriever">How candidates are found.</param>
    /// <param name="fusion">How both lists of a hybrid search are fused; null for the usual way.</param>
    /// <param name="cancellationToken">Stops asking the index.</param>
    public static async Task<SearchEngine> OpenAsync(
        OpenCollection collection,
        Func<IEmbeddingGenerator<string, Embedding<float>>>? openEmbedder,
        Func<IReranker>? openReranker,
        RetrieverKind retriever,
        FusionOptions? fusion,
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

            var first = collection.Collection.CreateRetriever(retriever, embedder, fusion);
            return new(collection, new(first, reranker), embedder, reranker);
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
        Reranker?.Dispose();
        _collection.Dispose();
    }
}

/// <summary>A search as the command line describes it.</summary>
/// <param name="OptionsFor">Gets how the index is searched for a query.</param>
/// <param name="Threshold">Which scores are good enough; the options apply it already.</param>
/// <param name="OpenAsync">Opens the index and the models that the search needs.</param>
internal sealed record SearchPlan(
    Func<string, SearchOptions> OptionsFor, ScoreThreshold Threshold, Func<CancellationToken, Task<SearchEngine>> OpenAsync);
