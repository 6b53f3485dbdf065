using System.Globalization;
using Resift.Evaluation;

namespace Resift.Benchmarks;

/// <summary>A run in a temporary file and judgements for it, with ids and scores like those of MS MARCO.</summary>
internal sealed class GeneratedRun : IDisposable
{
    private const int Depth = 1_000;
    private const int JudgedOfEachQuery = 100;

    // Small enough that what is held of a run is its lines and not the ids.
    private const int Corpus = 100_000;

    public GeneratedRun(int lines, bool isInterleaved)
    {
        int queries = Math.Max(1, lines / Depth);
        Lines = queries * Depth;
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"resift-evaluation-{Guid.NewGuid():N}.trec");
        Qrels = Qrels.Create(Enumerable.Range(0, queries).Select(query => KeyValuePair.Create(
            QueryId(query),
            Enumerable.Range(0, JudgedOfEachQuery).Select(i => KeyValuePair.Create(DocumentId(query, i * 7), i % 4)))));
        using var writer = new StreamWriter(Path);
        for (int line = 0; line < Lines; line++)
        {
            var (query, rank) = isInterleaved ? (line % queries, line / queries) : (line / Depth, line % Depth);
            writer.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"{QueryId(query)} Q0 {DocumentId(query, rank)} {rank + 1} {40 - (rank * 0.0123457f)} generated\n"));
        }
    }

    public string Path { get; }

    public int Lines { get; }

    public Qrels Qrels { get; }

    public void Dispose() => File.Delete(Path);

    private static string QueryId(int query) => string.Create(CultureInfo.InvariantCulture, $"{1_000_000 + query}");

    private static string DocumentId(int query, int rank)
    {
        long document = ((query * 7_919L) + (rank * 104_729L)) % Corpus;
        return string.Create(CultureInfo.InvariantCulture, $"msmarco_passage_{document % 70:D2}_{document}");
    }
}
