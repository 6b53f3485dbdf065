using System.Globalization;
using Resift.Evaluation;
using Resift.Testing;

namespace Resift.Retrieval.Tests.Quality;

/// <summary>Reranks a stored run and prints quality and cost as a row of a table.</summary>
internal sealed class StoredRunReranking
{
    private readonly StoredRun _run;
    private readonly List<RerankRequest> _requests;

    private StoredRunReranking(StoredRun run, List<RerankRequest> requests) => (_run, _requests) = (run, requests);

    /// <summary>Reads a stored run and its texts, or skips the test, as <see cref="StoredRun.OpenAsync"/> does.</summary>
    public static async Task<StoredRunReranking> OpenAsync(string set, string runFile, int? queries, int depth)
    {
        var run = await StoredRun.OpenAsync(set, runFile, queries, depth);
        return new(run, await run.ReadRequestsAsync());
    }

    /// <summary>Measures a reranker.</summary>
    /// <param name="name">The name of the row.</param>
    /// <param name="reranker">The reranker.</param>
    /// <returns>nDCG@10.</returns>
    public async Task<double> MeasureAsync(string name, IReranker reranker)
    {
        var rankings = new Dictionary<string, ScoredDocument[]>();
        long pairs = 0, tokens = 0, cut = 0;
        for (int i = 0; i < _requests.Count; i++)
        {
            string queryId = _run.QueryIds[i];
            var response = await reranker.RerankAsync(
                _requests[i].Query, _requests[i].Documents, cancellationToken: TestContext.Current.CancellationToken);
            var candidates = _run.Candidates(queryId);
            rankings.Add(queryId, [.. response.Results.Select(result => new ScoredDocument(candidates[result.Index], result.Score))]);
            pairs += response.Usage!.Pairs;
            tokens += response.Usage.InputTokens!.Value;
            cut += response.Usage.TruncatedDocuments.Count;
        }

        double ndcg = _run.MeanNdcg(id => rankings[id]);
        double queries = _requests.Count;
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {ndcg:0.0000} | {pairs / queries:0.0} | {tokens / queries:0} | {cut / queries:0.0} |"));
        return ndcg;
    }
}
