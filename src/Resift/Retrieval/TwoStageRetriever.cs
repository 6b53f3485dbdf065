using System.Diagnostics;

namespace Resift.Retrieval;

/// <summary>Search in two stages: a retriever finds candidates, a reranker orders them.</summary>
/// <remarks>Safe for concurrent use if its parts are. It disposes none of them.</remarks>
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

    /// <summary>Gets the reranker of <see cref="SearchTier.Light"/>, usually a cascade; null if that tier is not offered.</summary>
    public IReranker? LightReranker { get; init; }

    /// <summary>Searches.</summary>
    /// <param name="query">What is asked. Neither null, empty nor white space.</param>
    /// <param name="options">What this search wants; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>The hits, best first, with how they came about.</returns>
    /// <exception cref="ArgumentException">The query is blank.</exception>
    /// <exception cref="InvalidOperationException">The tier is light and there is no light reranker.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<SearchResponse> SearchAsync(
        string query, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        long start = Stopwatch.GetTimestamp();
        var found = await _retriever.RetrieveAsync(
            query, new() { Candidates = options.Candidates, Filter = options.Filter }, cancellationToken).ConfigureAwait(false);
        var retrieved = Stopwatch.GetElapsedTime(start);
        var candidates = found.Candidates;
        var response = await _reranker.RerankAsync(
            query, [.. candidates.Select(candidate => candidate.Text)], options.Rerank, cancellationToken).ConfigureAwait(false);
        var hits = response.Results.Take(options.TopN).Select((result, place) => new SearchHit(candidates[result.Index].Document, result.Score)
        {
            Rank = place + 1,
            Stages = [.. candidates[result.Index].Stages, new("rerank", place + 1, result.Score, response.ScoreScale)],
        });
        return new([.. hits])
        {
            CandidateCount = candidates.Count,
            Tier = options.Tier,
            ScoreScale = response.ScoreScale,
            ModelId = response.ModelId,
            Timings = [.. found.Timings, new("retrieve", retrieved), new("rerank", Stopwatch.GetElapsedTime(start) - retrieved)],
            RerankUsage = response.Usage,
            EmbeddingUsage = found.Usage,
        };
    }
}
