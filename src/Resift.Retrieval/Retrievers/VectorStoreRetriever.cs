using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace Resift.Retrieval;

/// <summary>Finds candidates in a vector store that is there already: anything that implements Microsoft.Extensions.VectorData.</summary>
/// <typeparam name="TRecord">The type of the store's records.</typeparam>
/// <remarks>Safe for concurrent use if the store and the embedder are. It disposes nothing.</remarks>
public sealed class VectorStoreRetriever<TRecord> : IRetriever
    where TRecord : class
{
    private readonly Search _search;
    private readonly IEmbeddingGenerator<string, Embedding<float>>? _embedder;
    private readonly Func<TRecord, SearchDocument> _toDocument;

    /// <summary>Creates a retriever of a store that searches by vector and embeds the query itself.</summary>
    /// <param name="store">The store.</param>
    /// <param name="toDocument">Makes a document of a record.</param>
    public VectorStoreRetriever(IVectorSearchable<TRecord> store, Func<TRecord, SearchDocument> toDocument)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(toDocument);
        _toDocument = toDocument;
        _search = (query, vector, count, filter, cancellationToken) =>
        {
            var options = new VectorSearchOptions<TRecord> { Filter = filter };
            return vector is { } embedded
                ? store.SearchAsync(embedded, count, options, cancellationToken)
                : store.SearchAsync(query, count, options, cancellationToken);
        };
    }

    /// <summary>Creates a retriever of a store that searches by vector, and embeds the query before it is asked.</summary>
    /// <param name="store">The store; its vectors come from the model that embeds queries.</param>
    /// <param name="toDocument">Makes a document of a record.</param>
    /// <param name="embedder">
    /// Embeds queries, and is told that they are by <see cref="EmbeddingProperties.PurposeKey"/>; it is not disposed.
    /// </param>
    public VectorStoreRetriever(
        IVectorSearchable<TRecord> store,
        Func<TRecord, SearchDocument> toDocument,
        IEmbeddingGenerator<string, Embedding<float>> embedder)
        : this(store, toDocument)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        _embedder = embedder;
    }

    /// <summary>Creates a retriever of a store that searches by vector and by keywords at once, and embeds the query itself.</summary>
    /// <param name="store">The store.</param>
    /// <param name="toDocument">Makes a document of a record.</param>
    /// <param name="keywords">
    /// Gets the keywords of a query, such as <see cref="TextAnalyzers.English"/>, or words split at white space.
    /// </param>
    public VectorStoreRetriever(IKeywordHybridSearchable<TRecord> store, Func<TRecord, SearchDocument> toDocument, TextAnalyzer keywords)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(toDocument);
        ArgumentNullException.ThrowIfNull(keywords);
        _toDocument = toDocument;
        _search = (query, vector, count, filter, cancellationToken) =>
        {
            string[] words = [.. keywords(query)];
            var options = new HybridSearchOptions<TRecord> { Filter = filter };
            return vector is { } embedded
                ? store.HybridSearchAsync(embedded, words, count, options, cancellationToken)
                : store.HybridSearchAsync(query, words, count, options, cancellationToken);
        };
    }

    /// <summary>
    /// Creates a retriever of a store that searches by vector and by keywords at once, and embeds the query before it is asked.
    /// </summary>
    /// <param name="store">The store; its vectors come from the model that embeds queries.</param>
    /// <param name="toDocument">Makes a document of a record.</param>
    /// <param name="keywords">Gets the keywords of a query.</param>
    /// <param name="embedder">
    /// Embeds queries, and is told that they are by <see cref="EmbeddingProperties.PurposeKey"/>; it is not disposed.
    /// </param>
    public VectorStoreRetriever(
        IKeywordHybridSearchable<TRecord> store,
        Func<TRecord, SearchDocument> toDocument,
        TextAnalyzer keywords,
        IEmbeddingGenerator<string, Embedding<float>> embedder)
        : this(store, toDocument, keywords)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        _embedder = embedder;
    }

    private delegate IAsyncEnumerable<VectorSearchResult<TRecord>> Search(
        string query,
        ReadOnlyMemory<float>? vector,
        int count,
        Expression<Func<TRecord, bool>>? filter,
        CancellationToken cancellationToken);

    /// <inheritdoc />
    /// <remarks><c>store</c> unless set otherwise.</remarks>
    public string Name { get; init; } = "store";

    /// <summary>
    /// Gets what the store's scores mean: <see cref="ScoreScale.Cosine"/> where it gives cosine similarities. Stores differ in it, so
    /// nothing is assumed.
    /// </summary>
    public ScoreScale ScoreScale { get; init; }

    /// <summary>
    /// Gets a value indicating whether the store gives distances, of which the lowest is the best. Their sign is then turned, so that
    /// higher is better as everywhere else, and <see cref="ScoreScale"/> must not be a cosine.
    /// </summary>
    public bool ScoresAreDistances { get; init; }

    /// <summary>Gets what makes a condition on records of a filter on metadata; null where searches with a filter are refused.</summary>
    public Func<MetadataFilter, Expression<Func<TRecord, bool>>>? ToCondition { get; init; }

    /// <inheritdoc />
    /// <remarks>The order is the store's own; a result without a score gets the reciprocal of its rank.</remarks>
    /// <exception cref="NotSupportedException">There is a filter, and <see cref="ToCondition"/> is null.</exception>
    /// <exception cref="RerankerException">The embedder gave nonsense, such as a component that is not a finite number.</exception>
    public async Task<RetrievalResponse> RetrieveAsync(
        string query, RetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(query);
        cancellationToken.ThrowIfCancellationRequested();
        options ??= new();
        var filter = Condition(options);
        var embeddings = _embedder is null ? null
            : await _embedder.EmbedAsync([query], EmbeddingPurpose.Query, cancellationToken: cancellationToken).ConfigureAwait(false);
        var vector = embeddings?[0].Vector;
        var candidates = new List<Candidate>();
        var found = _search(query, vector, options.Candidates, filter, cancellationToken);
        await foreach (var (document, score) in FoundAsync(found, options.Candidates, cancellationToken).ConfigureAwait(false))
        {
            var scale = score is null ? ScoreScale.Rank : ScoreScale;
            double value = score is not { } given ? 1.0 / (candidates.Count + 1) : ScoresAreDistances ? -given : given;
            candidates.Add(new(document, value)
            {
                ScoreScale = scale,
                Source = Name,
                Stages = [new(Name, candidates.Count + 1, value, scale)],
            });
        }

        return new(candidates)
        {
            QueryEmbedding = vector ?? default,
            Usage = embeddings?.Usage,
            QueryTokensCut = embeddings?[0].GetTruncatedTokens() ?? 0,
        };
    }

    private Expression<Func<TRecord, bool>>? Condition(RetrievalOptions options) =>
        options.Filter is not { Conditions.Count: > 0 } filter ? null : ToCondition is { } toCondition
            ? toCondition(filter)
            : throw new NotSupportedException(
                $"The search has a filter ({filter}), and nobody said how to ask the store for it. Set " +
                $"{nameof(ToCondition)}.");

    private async IAsyncEnumerable<(SearchDocument Document, double? Score)> FoundAsync(
        IAsyncEnumerable<VectorSearchResult<TRecord>> found, int most, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int count = 0;
        await foreach (var result in found.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (count++ < most)
            {
                yield return (_toDocument(result.Record), result.Score);
            }
        }
    }
}
