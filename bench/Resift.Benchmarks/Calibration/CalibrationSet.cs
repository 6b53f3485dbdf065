using Resift.Evaluation;

namespace Resift.Benchmarks;

/// <summary>Judged candidates of a data set: what a first stage found for some queries, and whether it is relevant.</summary>
/// <param name="Name">The name of the set's folder.</param>
/// <param name="Queries">The queries with their candidates.</param>
internal sealed record CalibrationSet(string Name, IReadOnlyList<(RerankRequest Request, bool[] Relevant)> Queries)
{
    // The same queries in every run, whatever their order in the file means.
    private const int Seed = 20_261;

    /// <summary>Reads a set.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="level">The grade from which on a document counts as relevant.</param>
    /// <param name="judgedOnly">
    /// True to leave candidates without a judgement out; false where irrelevant documents were not judged, so
    /// that they count as irrelevant.
    /// </param>
    /// <param name="queries">How many queries are drawn.</param>
    /// <param name="depth">How many candidates a query has at most.</param>
    public static async Task<CalibrationSet> ReadAsync(string folder, int level, bool judgedOnly, int queries, int depth)
    {
        var dataset = BeirDataset.Open(folder);
        var qrels = await dataset.ReadQrelsAsync();
        string[] ids = [.. qrels.QueryIds];
        new Random(Seed).Shuffle(ids);
        var drawn = ids.Take(queries).ToHashSet();
        var run = await Run.ReadAsync(Path.Combine(folder, "runs", "bm25-py.trec"));
        var candidates = run.QueryIds.Where(drawn.Contains).ToDictionary(queryId => queryId, queryId => run.GetDocuments(queryId)
            .Select(document => document.Id)
            .Where(id => !judgedOnly || qrels.GetGrades(queryId).ContainsKey(id))
            .Take(depth)
            .ToArray());
        var texts = await dataset.ReadTextsAsync(candidates.Values.SelectMany(documents => documents));
        var questions = await dataset.ReadQueriesAsync();
        return new(dataset.Name,
        [
            .. candidates.Where(query => query.Value.Length > 0).Select(query => (
                new RerankRequest(questions[query.Key], [.. query.Value.Select(id => texts[id])]),
                query.Value.Select(id => qrels.GetGrades(query.Key).GetValueOrDefault(id) >= level).ToArray())),
        ]);
    }

    /// <summary>Scores every candidate by the logit of the model's head.</summary>
    public async Task<IReadOnlyList<JudgedScore>> ScoreAsync(LocalReranker reranker)
    {
        var calibration = reranker.GetService<LocalModelInfo>()!.Calibration;
        var scores = new List<JudgedScore>();
        foreach (var (request, relevant) in Queries)
        {
            var response = await reranker.RerankAsync(request.Query, request.Documents);
            scores.AddRange(response.Results.Select(result => new JudgedScore(
                calibration?.HeadLogit(result.Score) ?? response.ScoreScale.Convert(result.Score, ScoreScale.Logit),
                relevant[result.Index])));
        }

        return scores;
    }
}
