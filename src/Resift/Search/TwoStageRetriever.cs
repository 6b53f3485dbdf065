using System.Diagnostics;

namespace Resift.Retrieval;

/// <summary>
/// Search in two stages: a retriever finds candidates, a reranker orders them, a cut keeps what is relevant, and passages of one document
/// become one hit.
/// </summary>
/// <remarks>
/// <para>Safe for concurrent use if its parts are. It disposes none of them.</para>
/// <para>
/// A reranker that fails or exceeds <see cref="SearchOptions.RerankTimeout"/> does not fail the search: the answer is then the first
/// stage's, says why it <see cref="SearchResponse.IsDegraded"/>, and carries the first stage's scores and scale. What the caller did wrong
/// is not hidden in this way: an <see cref="ArgumentException"/>, <see cref="NotSupportedException"/> or
/// <see cref="ObjectDisposedException"/> of the reranker is thrown, as is everything that the retriever throws.
/// </para>
/// </remarks>
public sealed class TwoStageRetriever
{
    private readonly IRetriever _retriever;
    private readonly IReranker _reranker;

    /// <summary>Joins two stages.</summary>
    /// <param name="retriever">The first stage; a <c>HybridRetriever</c> for several at once.</param>
    /// <param name="reranker">The second stage.</param>
    public TwoStageRetriever(IRetriever retriever, IReranker reranker)
    {
        ArgumentNullException.ThrowIfNull(retriever);
        ArgumentNullException.ThrowIfNull(reranker);
        _retriever = retriever;
        _reranker = reranker;
    }

    /// <summary>
    /// Gets the reranker of <see cref="SearchTier.Light"/>, such as a cascade or a smaller model, which then reads every candidate; null to
    /// let the first stage's scores choose what the full reranker reads (<see cref="SearchOptions.LightCandidates"/>). What it leaves out
    /// of its response is no hit: a cascade should keep at least as many candidates as hits are wanted.
    /// </summary>
    public IReranker? LightReranker { get; init; }

    /// <summary>Searches.</summary>
    /// <param name="query">What is asked. Neither null, empty nor white space.</param>
    /// <param name="options">What this search wants; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the search. A reranker that does not listen to it is left behind.</param>
    /// <returns>The hits, best first, with how they came about; none if the retriever found nothing.</returns>
    /// <exception cref="ArgumentException">
    /// The query is blank, <see cref="SearchOptions.Rerank"/> has a <see cref="RerankOptions.TopN"/>, or the reranker refuses its options.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// <see cref="SearchOptions.Select"/> gave back something that it did not get.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<SearchResponse> SearchAsync(
        string query, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ThrowIfBlank(query);
        options ??= new();
        ThrowIfRerankerCuts(options);
        var reranker = RerankerOf(options.Tier);
        long start = Stopwatch.GetTimestamp();
        var found = await _retriever.RetrieveAsync(
            query, new() { Candidates = options.Candidates, Filter = options.Filter }, cancellationToken).ConfigureAwait(false);
        List<StageTiming> timings = found.Timings is []
            ? [new(StageNames.Retrieve, Stopwatch.GetElapsedTime(start))]
            : [.. found.Timings];
        var firstStage = new FirstStage(found, _retriever.Name);
        if (reranker is null || firstStage.Candidates.Count == 0)
        {
            return FirstStageResponse(firstStage, options, options.Tier, timings);
        }

        // The first stage is the cheap one of a cascade, and has scored every candidate already.
        var read = options.Tier == SearchTier.Light && LightReranker is null
            ? firstStage.Best(Math.Max(options.LightCandidates, options.TopN))
            : firstStage;
        var outcome = await RerankStage.RunAsync(reranker, query, read.Candidates, options, cancellationToken).ConfigureAwait(false);
        timings.Add(new(StageNames.Rerank, outcome.Elapsed));
        return outcome.Response is { } reranked
            ? RerankedResponse(read, reranked, options, timings) with { CandidateCount = firstStage.Candidates.Count }
            : FirstStageResponse(firstStage, options, SearchTier.Embedding, timings) with
            {
                DegradedReason = Join(found.DegradedReason, outcome.Failure),
            };
    }

    private static SearchResponse FirstStageResponse(
        FirstStage firstStage, SearchOptions options, SearchTier tier, List<StageTiming> timings) =>
        new(DocumentGroups.Of(firstStage.Passages(), options.TopN))
        {
            CandidateCount = firstStage.Candidates.Count,
            Tier = tier,
            ScoreScale = firstStage.ScoreScale,
            Timings = timings,
            EmbeddingUsage = firstStage.Found.Usage,
            DegradedReason = firstStage.Found.DegradedReason,
        };

    private static SearchResponse RerankedResponse(
        FirstStage firstStage, RerankResponse reranked, SearchOptions options, List<StageTiming> timings)
    {
        // The scores of a degraded response are not the reranker's: neither a cut nor a weight that is meant for those fits them.
        long start = Stopwatch.GetTimestamp();
        var kept = reranked.IsDegraded ? reranked : SecondStage.Select(options, reranked, firstStage.Candidates);
        double weight = reranked.IsDegraded ? 0 : options.FirstStageWeight;
        var passages = SecondStage.Passages(firstStage, reranked, kept, weight);
        var hits = DocumentGroups.Of(passages, options.TopN);
        timings.Add(new(StageNames.Select, Stopwatch.GetElapsedTime(start)));
        return new(hits)
        {
            CandidateCount = firstStage.Candidates.Count,
            Tier = options.Tier,
            ScoreScale = kept.ScoreScale,
            ModelId = reranked.ModelId,
            Timings = timings,
            RerankUsage = reranked.Usage,
            EmbeddingUsage = firstStage.Found.Usage,
            DegradedReason = Join(firstStage.Found.DegradedReason, reranked.DegradedReason),
        };
    }

    private static string? Join(string? first, string? second) =>
        first is null ? second : second is null ? first : $"{first}; {second}";

    private static void ThrowIfBlank(string query)
    {
        if (string.IsNullOrWhiteSpace(query))
        {
            ArgumentNullException.ThrowIfNull(query);
            throw new ArgumentException("The query is empty; a text to search for was expected.", nameof(query));
        }
    }

    private static void ThrowIfRerankerCuts(SearchOptions options)
    {
        if (options.Rerank?.TopN is { } topN)
        {
            throw new ArgumentException(
                $"Rerank.TopN is {topN}; null was expected, because the reranker must score every candidate before passages become " +
                "documents. Set SearchOptions.TopN for fewer hits, or SearchOptions.Candidates for less work.",
                nameof(options));
        }
    }

    private IReranker? RerankerOf(SearchTier tier) => tier switch
    {
        SearchTier.Embedding => null,
        SearchTier.Light => LightReranker ?? _reranker,
        _ => _reranker,
    };
}
