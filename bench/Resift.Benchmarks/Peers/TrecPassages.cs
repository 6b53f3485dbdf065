using Resift.Evaluation;

namespace Resift.Benchmarks;

/// <summary>The first queries of a stored first-stage run with their 100 candidates: real passages of real lengths.</summary>
internal static class TrecPassages
{
    private const int Depth = 100;

    public static async Task<IReadOnlyList<RerankRequest>> ReadAsync(string folder, int queries)
    {
        var dataset = BeirDataset.Open(folder);
        var run = await Run.ReadAsync(Path.Combine(folder, "runs", "bm25.trec"));
        (string QueryId, string[] Documents)[] candidates =
        [
            .. run.QueryIds.Where(id => run.GetDocuments(id).Count >= Depth)
                .Take(queries)
                .Select(id => (id, run.GetDocuments(id).Take(Depth).Select(document => document.Id).ToArray())),
        ];
        var texts = await dataset.ReadTextsAsync(candidates.SelectMany(query => query.Documents));
        var questions = await dataset.ReadQueriesAsync();
        return [.. candidates.Select(query => new RerankRequest(questions[query.QueryId], [.. query.Documents.Select(id => texts[id])]))];
    }
}
