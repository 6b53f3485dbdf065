using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Resift.Retrieval;
using Resift.Sqlite;

namespace Resift.Benchmarks;

/// <summary>
/// How fast the vectors of an index file are scanned, and how many of the fifty nearest the first pass over codes loses. Everything but the
/// exact scan goes through the public API.
/// </summary>
internal static class SqliteBenchmark
{
    private const int Dimensions = 384;
    private const int VectorsPerCluster = 500;
    private const int PassagesPerDocument = 100;
    private const int Wanted = 50;

    // Numbers of queries begin where no vector's does.
    private const int FirstQuery = 1_000_000_000;

    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output)
    {
        int at = args.ToList().IndexOf("--vectors");
        string sizes = at >= 0 && at + 1 < args.Count ? args[at + 1] : "10000,100000,1000000";
        var rest = at >= 0 ? args.Where((_, i) => i != at && i != at + 1).ToArray() : args;
        int queries = NumberArguments.Parse(rest, ("--queries", 50))["--queries"];
        output.WriteLine($"{Dimensions} dimensions, {queries} queries for {Wanted} each, one thread, warm files");
        foreach (string size in sizes.Split(','))
        {
            int vectors = NumberArguments.Parse(["--vectors", size], ("--vectors", 0))["--vectors"];
            await MeasureAsync(vectors, queries, output).ConfigureAwait(false);
        }

        return 0;
    }

    private static async Task MeasureAsync(int count, int queries, TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("resift-bench-");
        try
        {
            string path = Path.Combine(folder.FullName, "index.db");
            var vectors = new ClusteredVectors(Dimensions, Math.Max(1, count / VectorsPerCluster));
            using var embedder = new GivenVectors(vectors);
            double seconds;
            using (var index = SqliteIndex.Open(path))
            {
                long start = Stopwatch.GetTimestamp();
                await index.GetCollection().UpsertAsync(Documents(count).ToAsyncEnumerable(), embedder).ConfigureAwait(false);
                seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }

            output.WriteLine(
                $"{count} vectors: file {new FileInfo(path).Length / 1e6:F0} MB, upserted at {count / seconds:F0} passages/s");
            await SearchAsync(path, vectors, embedder, queries, output).ConfigureAwait(false);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task SearchAsync(
        string path, ClusteredVectors vectors, GivenVectors embedder, int queries, TextWriter output)
    {
        using var connection = new SqliteConnection($"Data Source={path};Mode=ReadOnly;Pooling=False");
        connection.Open();
        var scan = new ExactScan(connection, CollectionRow.Find(connection, SqliteIndex.DefaultCollection)!);
        using var index = SqliteIndex.Open(path, new() { ReadOnly = true });
        var dense = index.GetCollection().CreateDense(embedder);
        var exactTimes = new List<double>();
        var times = new List<double>();
        int found = 0;
        for (int i = -1; i < queries; i++)
        {
            long start = Stopwatch.GetTimestamp();
            var exact = scan.Search(vectors.Create(FirstQuery + i), Wanted);
            double exactTime = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            start = Stopwatch.GetTimestamp();
            var response = await dense.RetrieveAsync($"query {FirstQuery + i}").ConfigureAwait(false);
            double time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;

            // The first query is for warming up.
            if (i >= 0)
            {
                exactTimes.Add(exactTime);
                times.Add(time);
                double last = exact[^1];
                found += response.Candidates.Count(candidate => candidate.Score >= last);
            }
        }

        output.WriteLine(
            $"  exact scan {Statistics.Median(exactTimes):F1} ms/query, retriever {Statistics.Median(times):F1} ms/query, " +
            $"recall@{Wanted} {found / (double)(Wanted * queries):F4}");
    }

    private static IEnumerable<IndexedDocument> Documents(int count) =>
        Enumerable.Range(0, count).Chunk(PassagesPerDocument).Select(numbers => new IndexedDocument($"document {numbers[0]}", "1", () =>
            numbers.Select(number => new SearchDocument($"{numbers[0]}#{number}", $"passage {number}")
            {
                Location = new($"document {numbers[0]}", number, 1),
            })));
}
