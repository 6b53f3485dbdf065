using System.Diagnostics;

namespace Resift.Retrieval;

/// <summary>
/// Search in two stages: a retriever finds candidates, a reranker orders them, a cut keeps what is relevant, and passages of one document
/// become one hit.
/// </summary>
/// <remarks>
/// <para>Safe for concurrent use if its parts are. It disposes none of them.</para>
/// <para>
/// A reranker that fails or exceeds <see cref="SearchOptions.RerankTimeout"/> does not fail the search: the answer is then in the order of
/// the stage before it, says why it <see cref="SearchResponse.IsDegraded"/>, and carries that stage's scores and scale. What the caller did
/// wrong is not hidden in this way: an <see cref="ArgumentException"/>, <see cref="NotSupportedException"/> or
/// <see cref="ObjectDisposedException"/> of the reranker is thrown, as is everything that the retriever throws.
/// </para>
/// </remarks>
public sealed class TwoStageRetriever
{
    private readonly IRetriever _retriever;
    private readonly IReranker? _reranker;
    private readonly SearchOptions _options;

    /// <summary>Creates a search of two stages.</summary>
    /// <param name="retriever">The first stage; a <c>HybridRetriever</c> for several at once.</param>
    /// <param name="reranker">The second stage; null for none, and the first stage's order in every tier.</param>
    /// <param name="options">What searches want that say nothing else; null for the defaults. It is copied.</param>
    public TwoStageRetriever(IRetriever retriever, IReranker? reranker = null, SearchOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(retriever);
        _retriever = retriever;
        _reranker = reranker;
        _options = options?.Clone() ?? new();
    }

    /// <summary>
    /// Gets a smaller reranker, which reads in the tier <see cref="SearchTier.Light"/> in place of the other, and in the tier
    /// <see cref="SearchTier.Full"/> before it, where it chooses the <see cref="SearchOptions.Depth"/> candidates that the other reads;
    /// null for none.
    /// </summary>
    public IReranker? LightReranker { get; init; }

    /// <summary>
    /// Gets what makes of a candidate the text that rerankers read; <see cref="PassageTemplate.TitleAndHeadings"/> unless set. Where a
    /// reranker says how much it reads, as local ones do, the prefix is cut to what the passage leaves.
    /// </summary>
    public PassageTemplate Template
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(Template));
    } = PassageTemplate.TitleAndHeadings;

    /// <summary>Searches.</summary>
    /// <param name="query">What is asked. Neither null, empty nor white space.</param>
    /// <param name="options">What this search wants; null for the options of the retriever.</param>
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
        ArgumentException.ThrowIfNullOrWhiteSpace(query);
        options ??= _options;
        ThrowIfRerankerCuts(options);
        using var telemetry = new SearchTelemetry(_retriever.Name, query, options);
        try
        {
            var response = await RunAsync(query, options, cancellationToken).ConfigureAwait(false);
            telemetry.Searched(response);
            return response;
        }
        catch (Exception error)
        {
            telemetry.Failed(error);
            throw;
        }
    }

    private async Task<SearchResponse> RunAsync(string query, SearchOptions options, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        var found = await _retriever.RetrieveTracedAsync(
            query, new() { Candidates = FirstStage.Wanted(options), Filter = options.Filter }, cancellationToken).ConfigureAwait(false);
        var order = new CandidateOrder(new FirstStage(found, _retriever.Name, options), options);
        order.Timings.AddRange(
            found.Timings is [] ? [new(SearchStages.Retrieve, Stopwatch.GetElapsedTime(start))] : found.Timings);
        long reranking = Stopwatch.GetTimestamp();
        foreach (var (reranker, depth, stage, isLast) in StepsOf(options, order.Count))
        {
            int[] read = order.Best(depth);
            if (read is [])
            {
                break;
            }

            var outcome = await SecondStage.RunAsync(
                stage,
                reranker,
                query,
                order.Candidates,
                read,
                Template,
                OptionsOf(options, isLast),
                (options.RerankTimeout, reranking),
                cancellationToken).ConfigureAwait(false);
            order.Add(stage, outcome);
        }

        return order.ToResponse();
    }

    // Which rerankers read how much, in turn.
    private IEnumerable<(IReranker Reranker, int? Depth, string Stage, bool IsLast)> StepsOf(SearchOptions options, int candidates)
    {
        switch (options.Tier)
        {
            case SearchTier.Light when (LightReranker ?? _reranker) is { } only:
                yield return (only, options.LightDepth, SearchStages.Rerank, true);
                break;
            case SearchTier.Full when _reranker is { } last:
                // Where everything is read anyway, there is nothing to choose.
                if (LightReranker is { } light && options.Depth < candidates)
                {
                    yield return (light, options.LightDepth, SearchStages.Light, false);
                }

                yield return (last, options.Depth, SearchStages.Rerank, true);
                break;
        }
    }

    private static RerankOptions? OptionsOf(SearchOptions options, bool isLast)
    {
        if (isLast || options.Rerank is null)
        {
            return options.Rerank;
        }

        var clone = options.Rerank.Clone();
        clone.ModelId = null;
        return clone;
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
}
