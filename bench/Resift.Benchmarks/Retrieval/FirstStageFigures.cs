using System.Diagnostics;
using Resift.Retrieval;

namespace Resift.Benchmarks;

/// <summary>One first stage on one data set, alone and with the reranker behind it.</summary>
/// <param name="dataset">The data set's name.</param>
/// <param name="retriever">The first stage.</param>
internal sealed class FirstStageFigures(string dataset, IRetriever retriever)
{
    private readonly List<double> _ndcg = [];
    private readonly List<double> _recall = [];
    private readonly List<double> _retrieval = [];
    private readonly List<double> _reranking = [];
    private readonly List<double>[] _mixed = [.. Weights.Select(_ => new List<double>())];

    /// <summary>Gets the shares of the first stage that are tried.</summary>
    public static IReadOnlyList<double> Weights { get; } = [0, 0.25, 0.5, 0.75, 1];

    public string Dataset => dataset;

    public string FirstStage => retriever.Name;

    public double Ndcg => _ndcg.Average();

    public double Recall => _recall.Average();

    /// <summary>Gets the median time of the first stage, in milliseconds a query.</summary>
    public double RetrievalTime => Statistics.Median(_retrieval);

    /// <summary>Gets the median time of reranking its candidates, in milliseconds a query.</summary>
    public double RerankingTime => Statistics.Median(_reranking);

    /// <summary>Gets nDCG@10 after reranking, by the weights' order.</summary>
    public IReadOnlyList<double> Mixed => [.. _mixed.Select(values => values.Average())];

    public async Task<RetrievalResponse> RetrieveAsync(JudgedQuery query, int candidates)
    {
        long start = Stopwatch.GetTimestamp();
        var found = await retriever.RetrieveAsync(query.Text, new() { Candidates = candidates });
        _retrieval.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        string[] ids = [.. found.Candidates.Select(candidate => candidate.Id)];
        _ndcg.Add(query.NdcgAt10(ids));
        _recall.Add(query.Recall(ids));
        return found;
    }

    public async Task RerankAsync(JudgedQuery query, RetrievalResponse found, RememberedScores scores, double millisecondsPerPair)
    {
        _reranking.Add(millisecondsPerPair * found.Candidates.Count);
        var search = new TwoStageRetriever(new RememberedRetriever(retriever.Name, found), scores);
        foreach (var (weight, values) in Weights.Zip(_mixed))
        {
            var response = await search.SearchAsync(query.Text, new() { TopN = 10, FirstStageWeight = weight });
            values.Add(query.NdcgAt10(response.Hits.Select(hit => hit.Id)));
        }
    }
}
