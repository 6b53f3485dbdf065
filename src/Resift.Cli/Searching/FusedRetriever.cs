using System.Diagnostics;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>
/// Several retrievers at once, joined by reciprocal rank fusion: a document's score is the sum of 1 / (60 + rank) over the lists that it is
/// in (Cormack, Clarke and Büttcher, 2009, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods").
/// </summary>
internal sealed class FusedRetriever(IReadOnlyList<IRetriever> retrievers) : IRetriever
{
    private const double K = 60;

    public string Name => "fused";

    public async Task<RetrievalResponse> RetrieveAsync(
        string query, RetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        var answers = await Task.WhenAll(retrievers.Select(retriever => TimedAsync(retriever, query, options, cancellationToken)));
        var fused = answers.SelectMany(answer => answer.Response.Candidates.Index())
            .GroupBy(item => item.Item.Id)
            .Select(found => (Found: found.Select(item => item.Item).ToArray(), Score: found.Sum(item => 1 / (K + item.Index + 1))))
            .OrderByDescending(document => document.Score)
            .Take(options.Candidates)
            .Select((document, place) => new Candidate(document.Found[0].Document, document.Score)
            {
                ScoreScale = ScoreScale.Rank,
                Source = Name,
                Embedding = document.Found.FirstOrDefault(candidate => !candidate.Embedding.IsEmpty)?.Embedding ?? default,
                Stages =
                [
                    .. document.Found.SelectMany(candidate => candidate.Stages),
                    new(Name, place + 1, document.Score, ScoreScale.Rank),
                ],
            });
        var embedded = answers.FirstOrDefault(answer => !answer.Response.QueryEmbedding.IsEmpty).Response;
        return new([.. fused])
        {
            QueryEmbedding = embedded?.QueryEmbedding ?? default,
            Usage = embedded?.Usage,
            Timings = [.. answers.Select(answer => new StageTiming(answer.Name, answer.Elapsed))],
        };
    }

    private static async Task<(string Name, RetrievalResponse Response, TimeSpan Elapsed)> TimedAsync(
        IRetriever retriever, string query, RetrievalOptions options, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        var response = await retriever.RetrieveAsync(query, options, cancellationToken);
        return (retriever.Name, response, Stopwatch.GetElapsedTime(start));
    }
}
