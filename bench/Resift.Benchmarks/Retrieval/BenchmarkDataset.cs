using System.Text.Json;
using Resift.Retrieval;
using Resift.Testing;

namespace Resift.Benchmarks;

/// <summary>A corpus with judged queries, in the files of BEIR.</summary>
/// <param name="Name">The name of its folder.</param>
/// <param name="Documents">The corpus; a document's text is its title, a space, and its text.</param>
/// <param name="Queries">The queries that are judged.</param>
internal sealed record BenchmarkDataset(string Name, IReadOnlyList<SearchDocument> Documents, IReadOnlyList<JudgedQuery> Queries)
{
    private const string Corpus = "corpus.jsonl";
    private const string QueryTexts = "queries.jsonl";
    private const string Judgements = "qrels/test.tsv";

    public static IReadOnlyList<string> Files { get; } = [Corpus, QueryTexts, Judgements];

    public static BenchmarkDataset Read(string folder, int queries)
    {
        var texts = ReadTexts(Path.Combine(folder, QueryTexts), _ => true);
        var qrels = Qrels.Read(Path.Combine(folder, Judgements));
        return new(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)),
            [.. Read(Path.Combine(folder, Corpus))],
            [.. qrels.QueryIds.Take(queries).Select(id => new JudgedQuery(texts[id].Trim(), qrels[id]))]);
    }

    /// <summary>Reads texts by their ids: of a document its title, a space, and its text.</summary>
    public static Dictionary<string, string> ReadTexts(string path, Func<string, bool> wanted) =>
        Read(path).Where(text => wanted(text.Id)).ToDictionary(text => text.Id, text => text.Text);

    private static IEnumerable<SearchDocument> Read(string path)
    {
        foreach (string line in File.ReadLines(path))
        {
            using var json = JsonDocument.Parse(line);
            string? title = json.RootElement.TryGetProperty("title", out var value) ? value.GetString() : null;
            string text = json.RootElement.GetProperty("text").GetString()!;
            yield return new(json.RootElement.GetProperty("_id").GetString()!, string.IsNullOrEmpty(title) ? text : $"{title} {text}");
        }
    }
}

/// <summary>A query whose relevant documents are known.</summary>
/// <param name="Text">What is asked.</param>
/// <param name="Grades">The grades of the judged documents, by id; the others are not relevant.</param>
internal sealed record JudgedQuery(string Text, IReadOnlyDictionary<string, int> Grades)
{
    /// <summary>Measures nDCG@10 of documents in the order in which they were given.</summary>
    public double NdcgAt10(IEnumerable<string> documents) => Ndcg.At(10, Grades, documents.Select((id, place) => (id, -(double)place)));

    /// <summary>Measures which share of the relevant documents was found.</summary>
    public double Recall(IEnumerable<string> documents)
    {
        string[] relevant = [.. Grades.Where(grade => grade.Value > 0).Select(grade => grade.Key)];
        return relevant is [] ? 0 : documents.Intersect(relevant).Count() / (double)relevant.Length;
    }
}
