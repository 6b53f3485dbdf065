using System.Runtime.ExceptionServices;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>A query with what the first stage found for it.</summary>
internal sealed record QueryCandidates(JudgedQuery Query, FoundCandidates Found);

/// <summary>How a system ranks one query.</summary>
/// <param name="Candidates">The query with its candidates.</param>
/// <param name="DocumentIds">The documents, best first.</param>
/// <param name="Scores">What the reranker gave the documents that it read.</param>
/// <param name="Pairs">What that took.</param>
internal sealed record QueryRanking(
    QueryCandidates Candidates, IReadOnlyList<string> DocumentIds, IReadOnlyList<RankedScore> Scores, IReadOnlyList<ScoredPair> Pairs)
{
    public string QueryId => Candidates.Query.Id;

    /// <summary>Gets how long the query took; null where that was not measured.</summary>
    public double? Milliseconds => Pairs.Count == 0
        ? Candidates.Found.Milliseconds
        : Pairs.Sum(pair => pair.Milliseconds) + (Candidates.Found.Milliseconds ?? 0);

    /// <summary>Ranks a query by the search that a program would run.</summary>
    /// <param name="source">The first stage's name.</param>
    /// <param name="query">The query with its candidates.</param>
    /// <param name="reranker">What reranks; null for nothing.</param>
    /// <param name="depth">How many candidates it reads.</param>
    /// <param name="firstStageWeight">The share of the first stage in the order.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public static async Task<QueryRanking> CreateAsync(
        string source, QueryCandidates query, StoredReranker? reranker, int depth, double firstStageWeight,
        CancellationToken cancellationToken)
    {
        var candidates = query.Found.Candidates;
        if (candidates.Count == 0)
        {
            return new(query, [], [], []);
        }

        var response = await new KnownCandidates(source, candidates).SearchAsync(
            query.Query.Text, reranker, depth, firstStageWeight, cancellationToken);
        if (reranker?.Failure is { } failure)
        {
            // The search goes on without; an evaluation of it would be about something else.
            ExceptionDispatchInfo.Throw(failure);
        }

        return new(
            query,
            [.. response.Hits.Select(hit => hit.Id)],
            [.. response.Hits.Where(hit => hit.ScoredBy == SearchStages.Rerank).Select(hit => new RankedScore(hit.Id, hit.Score))],
            reranker?.LastPairs ?? []);
    }
}

/// <summary>The score of a document.</summary>
internal readonly record struct RankedScore(string DocumentId, double Score);
