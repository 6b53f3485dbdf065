using Microsoft.Extensions.AI;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>How candidates are found.</summary>
internal enum FirstStage
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
    private readonly List<IDisposable> _models;

    private SearchEngine(OpenCollection collection, TwoStageRetriever retriever, List<IDisposable> models)
    {
        _collection = collection;
        _models = models;
        Retriever = retriever;
    }

    public TwoStageRetriever Retriever { get; }

    /// <summary>Opens what a search needs, all models at the same time.</summary>
    /// <param name="collection">The collection; it is disposed with the engine, and also if opening fails.</param>
    /// <param name="openEmbedder">Opens the embedder; null where none is needed.</param>
    /// <param name="openReranker">Opens the reranker; null for none.</param>
    /// <param name="firstStage">How candidates are found.</param>
    public static async Task<SearchEngine> OpenAsync(
        OpenCollection collection,
        Func<IEmbeddingGenerator<string, Embedding<float>>>? openEmbedder,
        Func<IReranker>? openReranker,
        FirstStage firstStage)
    {
        var embedding = Start(openEmbedder);
        var reranking = Start(openReranker);
        try
        {
            // One after the other, so that all that was opened is known when one of them fails.
            var embedder = await embedding;
            var reranker = await reranking;
            if (embedder is not null)
            {
                collection.ThrowUnlessEmbeddedBy(embedder);
            }

            var lexical = collection.Collection.Lexical;
            IRetriever first = firstStage switch
            {
                FirstStage.Lexical => lexical,
                FirstStage.Dense => collection.Collection.CreateDense(embedder!),
                _ => new HybridRetriever([lexical, collection.Collection.CreateDense(embedder!)], FusionOptions.LexicalAndDense),
            };
            return new(
                collection,
                new(first, reranker),
                [.. new IDisposable?[] { embedder, reranker }.OfType<IDisposable>()]);
        }
        catch
        {
            await DisposeAsync(embedding);
            await DisposeAsync(reranking);
            collection.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _models.ForEach(model => model.Dispose());
        _collection.Dispose();
    }

    private static Task<T?> Start<T>(Func<T>? open)
        where T : class => open is null ? Task.FromResult<T?>(null) : Task.Run(() => (T?)open());

    private static async Task DisposeAsync<T>(Task<T?> opening)
        where T : class, IDisposable
    {
        // Only the first failure is reported; what else failed to open needs no disposal.
        await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (opening.IsCompletedSuccessfully)
        {
            opening.Result?.Dispose();
        }
    }
}
