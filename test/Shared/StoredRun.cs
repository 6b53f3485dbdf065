using Resift.Evaluation;

namespace Resift.Testing;

/// <summary>A data set of the shared folder with the ranking that a first stage stored for it.</summary>
internal sealed class StoredRun
{
    private readonly BeirDataset _dataset;
    private readonly Qrels _qrels;
    private readonly Dictionary<string, string[]> _candidates;

    private StoredRun(BeirDataset dataset, Qrels qrels, Dictionary<string, string[]> candidates) =>
        (_dataset, _qrels, _candidates, QueryIds) = (dataset, qrels, candidates, [.. candidates.Keys]);

    /// <summary>Gets the queries that are measured.</summary>
    public IReadOnlyList<string> QueryIds { get; }

    /// <summary>Reads a stored run, or skips the test where the shared folder is absent.</summary>
    /// <param name="set">The data set's name.</param>
    /// <param name="run">The run's file name.</param>
    /// <param name="queries">How many judged queries of the run are measured, in the order of the judgements; null for all.</param>
    /// <param name="depth">How many of each query's candidates are reranked.</param>
    public static async Task<StoredRun> OpenAsync(string set, string run, int? queries, int depth)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var dataset = BeirDataset.Open(TestData.Shared($"datasets/{set}"));
        var found = await Run.ReadAsync(Path.Combine(dataset.Folder, "runs", run), cancellation);
        var qrels = await dataset.ReadQrelsAsync(cancellationToken: cancellation);
        var candidates = qrels.QueryIds.Intersect(found.QueryIds)
            .Take(queries ?? int.MaxValue)
            .ToDictionary(id => id, id => found.GetDocuments(id).Take(depth).Select(document => document.Id).ToArray());
        return new(dataset, qrels, candidates);
    }

    /// <summary>Gets the documents that the first stage found, best first.</summary>
    public IReadOnlyList<string> Candidates(string queryId) => _candidates[queryId];

    /// <summary>Gets the grades of a query's judged documents.</summary>
    public IReadOnlyDictionary<string, int> Grades(string queryId) => _qrels.GetGrades(queryId);

    /// <summary>Computes the mean nDCG@10 of rankings of the measured queries.</summary>
    public double MeanNdcg(Func<string, IEnumerable<ScoredDocument>> ranking) =>
        QueryIds.Average(id => Measure.Ndcg(10).Evaluate(Grades(id), ranking(id)));

    /// <summary>Reads the measured queries with their candidates' texts.</summary>
    public async Task<List<RerankRequest>> ReadRequestsAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var queries = await _dataset.ReadQueriesAsync(cancellation);
        var texts = await _dataset.ReadTextsAsync(_candidates.Values.SelectMany(ids => ids), cancellation);
        return [.. QueryIds.Select(id => new RerankRequest(queries[id], [.. _candidates[id].Select(documentId => texts[documentId])]))];
    }
}
