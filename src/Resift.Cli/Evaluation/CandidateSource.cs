using System.Diagnostics;
using Resift.Evaluation;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>What a first stage found for a query.</summary>
/// <param name="Candidates">The candidates, best first.</param>
/// <param name="Milliseconds">How long that took; null where it was done elsewhere.</param>
internal sealed record FoundCandidates(IReadOnlyList<Candidate> Candidates, double? Milliseconds);

/// <summary>A first stage, whose candidates are reranked.</summary>
/// <param name="Name">Its name.</param>
/// <param name="FindAsync">Finds at most so many candidates of a query.</param>
internal sealed record CandidateSource(string Name, Func<JudgedQuery, int, CancellationToken, Task<FoundCandidates>> FindAsync)
{
    /// <summary>Creates a first stage that searches.</summary>
    public static CandidateSource Of(string name, IRetriever retriever) => new(name, async (query, depth, cancellationToken) =>
    {
        long start = Stopwatch.GetTimestamp();
        var found = await retriever.RetrieveAsync(query.Text, new() { Candidates = depth }, cancellationToken);
        return new(found.Candidates, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    });

    /// <summary>Creates a first stage of what somebody else found.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="run">What was found.</param>
    /// <param name="texts">The texts of all that the run names for the queries.</param>
    public static CandidateSource Of(string name, Run run, IReadOnlyDictionary<string, string> texts) => new(name, (query, depth, _) =>
    {
        var found = run.GetDocuments(query.Id).Take(depth).Select(found => new Candidate(new(found.Id, texts[found.Id]), found.Score));
        return Task.FromResult(new FoundCandidates([.. found], null));
    });
}

/// <summary>Candidates that are known already, as the first stage of a search.</summary>
internal sealed class KnownCandidates(string name, IReadOnlyList<Candidate> candidates) : IRetriever
{
    public string Name => name;

    public Task<RetrievalResponse> RetrieveAsync(
        string query, RetrievalOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(new RetrievalResponse(candidates));

    /// <summary>Orders the candidates as a search does, and keeps all of them.</summary>
    /// <param name="query">What is asked.</param>
    /// <param name="reranker">What reranks; null for nothing.</param>
    /// <param name="depth">How many candidates it reads; null for all. Without a reranker it means nothing.</param>
    /// <param name="firstStageWeight">The share of the first stage in the order.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public Task<SearchResponse> SearchAsync(
        string query, IReranker? reranker, int? depth, double firstStageWeight, CancellationToken cancellationToken) =>
        new TwoStageRetriever(this, reranker).SearchAsync(
            query,
            new()
            {
                Candidates = candidates.Count,
                TopN = candidates.Count,
                Tier = reranker is null ? SearchTier.FirstStageOnly : SearchTier.Full,
                Depth = reranker is null ? null : depth,
                FirstStageWeight = firstStageWeight,
            },
            cancellationToken);
}
