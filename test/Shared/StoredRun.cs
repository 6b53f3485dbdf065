using System.Text.Json;

namespace Resift.Testing;

/// <summary>A data set of the shared folder with the ranking that a first stage stored for it.</summary>
internal sealed class StoredRun
{
    private readonly Dictionary<string, string[]> _run;
    private readonly Qrels _qrels;
    private readonly string _folder;

    private StoredRun(string folder, Qrels qrels, Dictionary<string, string[]> run, string[] queryIds)
    {
        _folder = folder;
        _qrels = qrels;
        _run = run;
        QueryIds = queryIds;
    }

    /// <summary>Gets the queries that are measured.</summary>
    public IReadOnlyList<string> QueryIds { get; }

    /// <summary>Reads a stored run, or skips the test where the shared folder is absent.</summary>
    /// <param name="set">The data set's name.</param>
    /// <param name="run">The run's file name.</param>
    /// <param name="queries">How many judged queries of the run are measured, in the order of the judgements; null for all.</param>
    /// <param name="depth">How many of each query's candidates are reranked.</param>
    public static StoredRun Open(string set, string run, int? queries, int depth)
    {
        string folder = TestData.Shared($"datasets/{set}");
        var candidates = File.ReadLines(Path.Combine(folder, "runs", run))
            .Select(line => line.Split(' '))
            .GroupBy(columns => columns[0], columns => columns[2])
            .ToDictionary(group => group.Key, group => group.Take(depth).ToArray());
        var qrels = Qrels.Read(Path.Combine(folder, "qrels", "test.tsv"));
        string[] ids = [.. qrels.QueryIds.Where(candidates.ContainsKey).Take(queries ?? int.MaxValue)];
        return new(folder, qrels, candidates, ids);
    }

    /// <summary>Gives the documents that the first stage found, best first.</summary>
    public IReadOnlyList<string> Candidates(string queryId) => _run[queryId];

    /// <summary>Gives the mean nDCG@10 of rankings of the measured queries.</summary>
    public double MeanNdcg(Func<string, IEnumerable<(string DocumentId, double Score)>> ranking) =>
        QueryIds.Average(id => Ndcg.At(10, _qrels[id], ranking(id)));

    /// <summary>Reads the measured queries with their candidates' texts, title and text joined by one space.</summary>
    public List<RerankRequest> ReadRequests()
    {
        var queries = ReadTexts("queries.jsonl", QueryIds);
        var documents = ReadTexts("corpus.jsonl", QueryIds.SelectMany(id => _run[id]));
        return [.. QueryIds.Select(id => new RerankRequest(queries[id], [.. _run[id].Select(documentId => documents[documentId])]))];
    }

    private Dictionary<string, string> ReadTexts(string file, IEnumerable<string> ids)
    {
        var needed = ids.ToHashSet();
        var texts = new Dictionary<string, string>();
        foreach (string line in File.ReadLines(Path.Combine(_folder, file)))
        {
            using var json = JsonDocument.Parse(line);
            string id = json.RootElement.GetProperty("_id").GetString()!;
            if (needed.Contains(id))
            {
                string? title = json.RootElement.TryGetProperty("title", out var value) ? value.GetString() : null;
                string text = json.RootElement.GetProperty("text").GetString()!;
                texts.Add(id, string.IsNullOrEmpty(title) ? text : $"{title} {text}");
            }
        }

        return texts;
    }
}
