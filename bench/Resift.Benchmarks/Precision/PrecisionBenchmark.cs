using System.Diagnostics;
using System.Globalization;
using Resift.Evaluation;

namespace Resift.Benchmarks;

/// <summary>What int8 arithmetic costs in order: nDCG@10 of the same candidates in single precision and in int8, query by query.</summary>
internal static class PrecisionBenchmark
{
    private const int Resamples = 10_000;

    private static readonly (string Name, string Run)[] _sets =
    [
        ("trec-dl21-passage", "bm25.trec"),
        ("scifact", "bm25-py.trec"),
        ("nfcorpus", "bm25-py.trec"),
        ("cosqa", "bm25-py.trec"),
        ("cranfield", "bm25-py.trec"),
    ];

    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter progress)
    {
        bool strong = args.Contains("--strong");
        var numbers = NumberArguments.Parse(
            [.. args.Where(arg => arg != "--strong")],
            ("--queries", int.MaxValue), ("--depth", 50), ("--threads", Environment.ProcessorCount));
        string folder = strong ? MiniLM12Model.RerankerFolder : MiniModels.RerankerFolder;
        if (Repository.SharedOrNull("datasets") is not { } datasets)
        {
            output.WriteLine("The data sets are expected in ../shared/datasets beside the repository.");
            return 2;
        }

        int threads = numbers["--threads"];
        using var single = LocalReranker.Load(folder, new() { Precision = LocalPrecision.Single, Threads = threads });
        using var int8 = LocalReranker.Load(folder, new() { Precision = LocalPrecision.Int8, Threads = threads });
        output.WriteLine($"{Path.GetFileName(folder)}, the first {numbers["--depth"]} candidates of each query; nDCG@10 of judged queries");
        output.WriteLine("difference: int8 less single precision, with the interval of 95 % of resampled queries (percentile bootstrap)");
        output.WriteLine();
        output.WriteLine("data set              queries   single     int8   difference  [from,      to]   time single / int8");
        List<double> all = [];
        foreach (var (name, run) in _sets)
        {
            string set = Path.Combine(datasets, name);
            var comparison = await CompareAsync(set, run, numbers["--queries"], numbers["--depth"], single, int8, progress);
            output.WriteLine(comparison.Line(name));
            all.AddRange(comparison.Differences);
        }

        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"all {all.Count} queries: mean difference {all.Average():+0.0000;-0.0000}"));
        return 0;
    }

    private static async Task<Comparison> CompareAsync(
        string folder, string runFile, int queries, int depth, LocalReranker single, LocalReranker int8, TextWriter progress)
    {
        var dataset = BeirDataset.Open(folder);
        var qrels = await dataset.ReadQrelsAsync();
        var run = await Run.ReadAsync(Path.Combine(folder, "runs", runFile));
        string[] ids = [.. qrels.QueryIds.Where(id => run.QueryIds.Contains(id)).Take(queries)];
        var candidates = ids.ToDictionary(id => id, id => run.GetDocuments(id).Take(depth).Select(document => document.Id).ToArray());
        var texts = await dataset.ReadTextsAsync(candidates.Values.SelectMany(documents => documents));
        var questions = await dataset.ReadQueriesAsync();
        List<(double Single, double Int8)> scores = [];
        double singleSeconds = 0, int8Seconds = 0;
        foreach (string id in ids)
        {
            string[] documents = [.. candidates[id].Select(document => texts[document])];
            var grades = qrels.GetGrades(id);
            long start = Stopwatch.GetTimestamp();
            double exact = Measure.Ndcg(10).Evaluate(grades, await ScoresAsync(single, questions[id], candidates[id], documents));
            singleSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
            start = Stopwatch.GetTimestamp();
            double rounded = Measure.Ndcg(10).Evaluate(grades, await ScoresAsync(int8, questions[id], candidates[id], documents));
            int8Seconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
            scores.Add((exact, rounded));
            if (scores.Count % 50 == 0)
            {
                await progress.WriteLineAsync($"{dataset.Name}: {scores.Count} of {ids.Length} queries");
            }
        }

        return new(scores, singleSeconds / int8Seconds);
    }

    private static async Task<IEnumerable<ScoredDocument>> ScoresAsync(
        LocalReranker reranker, string query, string[] ids, string[] documents)
    {
        var response = await reranker.RerankAsync(query.Trim(), documents);
        return response.Results.Select(result => new ScoredDocument(ids[result.Index], result.Score));
    }

    /// <summary>What a data set gave, query by query.</summary>
    private sealed record Comparison(IReadOnlyList<(double Single, double Int8)> Scores, double Ratio)
    {
        public double[] Differences => [.. Scores.Select(score => score.Int8 - score.Single)];

        public string Line(string name)
        {
            var (from, to) = Interval(Differences);
            double exact = Scores.Average(score => score.Single), rounded = Scores.Average(score => score.Int8);
            string difference = string.Create(
                CultureInfo.InvariantCulture,
                $"{rounded - exact,12:+0.0000;-0.0000} {from,9:+0.0000;-0.0000} {to,8:+0.0000;-0.0000}");
            return string.Create(
                CultureInfo.InvariantCulture, $"{name,-20} {Scores.Count,8} {exact,8:F4} {rounded,8:F4} {difference} {Ratio,12:F2}");
        }

        private static (double From, double To) Interval(double[] values)
        {
            var random = new Random(1);
            double[] means = [.. Enumerable.Range(0, Resamples)
                .Select(_ => Enumerable.Range(0, values.Length).Sum(_ => values[random.Next(values.Length)]) / values.Length)
                .Order()];
            return (Statistics.Quantile(means, 0.025), Statistics.Quantile(means, 0.975));
        }
    }
}
