namespace Resift.Benchmarks;

/// <summary>The first queries of a stored first-stage run with their 100 candidates: real passages of real lengths.</summary>
internal static class TrecPassages
{
    private const int Depth = 100;

    public static IReadOnlyList<RerankRequest> Read(string folder, int queries)
    {
        var candidates = ReadRun(Path.Combine(folder, "runs", "bm25.trec"), queries);
        var wanted = candidates.SelectMany(query => query.Documents).ToHashSet();
        var texts = BenchmarkDataset.ReadTexts(Path.Combine(folder, "corpus.jsonl"), wanted.Contains);
        var questions = BenchmarkDataset.ReadTexts(Path.Combine(folder, "queries.jsonl"), _ => true);
        return [.. candidates.Select(query => new RerankRequest(questions[query.Id], [.. query.Documents.Select(id => texts[id])]))];
    }

    private static List<(string Id, string[] Documents)> ReadRun(string path, int queries) =>
    [
        .. File.ReadLines(path)
            .Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .GroupBy(fields => fields[0], fields => fields[2])
            .Where(query => query.Count() >= Depth)
            .Take(queries)
            .Select(query => (query.Key, query.Take(Depth).ToArray())),
    ];
}
