using System.Diagnostics;
using System.Globalization;

namespace Resift.Benchmarks;

/// <summary>The time that one caller waits: for a query with few and many documents, and for the first score of a new process.</summary>
internal static class LatencyBenchmark
{
    private const string Passages = "datasets/trec-dl21-passage";
    private const string FirstScore = "--first-score";
    private const int Starts = 5;

    private static readonly int[] _documents = [10, 50, 100];
    private static readonly double[] _shares = [0.5, 0.95, 0.99];

    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output)
    {
        if (args is [FirstScore, var precisionName])
        {
            return await ScoreOnceAsync(Enum.Parse<LocalPrecision>(precisionName), output);
        }

        bool quick = args.Contains("--quick");
        var numbers = NumberArguments.Parse(
            [.. args.Where(arg => arg != "--quick")], ("--queries", quick ? 5 : 40), ("--threads", Environment.ProcessorCount));
        string? folder = Repository.SharedOrNull(Passages);
        var requests = folder is null
            ? SyntheticPassages.Generate(numbers["--queries"])
            : await TrecPassages.ReadAsync(folder, numbers["--queries"]);
        output.WriteLine(Processor.Describe());
        output.WriteLine($"{requests.Count} queries of {(folder is null ? "generated passages" : Passages)}, {MiniModels.RerankerName}, " +
            $"{numbers["--threads"]} threads; tokenizing counts");
        output.WriteLine();
        output.WriteLine("precision   documents      p50 ms      p95 ms      p99 ms");
        foreach (var precision in (LocalPrecision[])[LocalPrecision.Single, LocalPrecision.Int8])
        {
            using var reranker = LocalReranker.Load(
                MiniModels.RerankerFolder, new() { Precision = precision, Threads = numbers["--threads"] });
            foreach (int count in _documents)
            {
                double[] times = await TimeAsync(reranker, requests, count);
                string[] cells = [.. _shares.Select(share => Number(Statistics.Quantile(times, share), "F1").PadLeft(11))];
                output.WriteLine($"{precision,-9} {count,11} {string.Join(' ', cells)}");
            }
        }

        output.WriteLine();
        foreach (var precision in (LocalPrecision[])[LocalPrecision.Single, LocalPrecision.Int8])
        {
            double[] starts = [.. Enumerable.Range(0, quick ? 2 : Starts).Select(_ => TimeStart(precision)).Order()];
            output.WriteLine($"{precision}: from the start of a process to its first score {Number(Statistics.Median(starts), "F0")} ms " +
                $"[{Number(starts[0], "F0")}, {Number(starts[^1], "F0")}] of {starts.Length} starts");
        }

        return 0;
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static async Task<double[]> TimeAsync(LocalReranker reranker, IReadOnlyList<RerankRequest> requests, int count)
    {
        List<double> times = [];
        foreach (var request in requests.Take(2).Concat(requests))
        {
            string[] documents = [.. request.Documents.Take(count)];
            long start = Stopwatch.GetTimestamp();
            await reranker.RerankAsync(request.Query, documents);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        // The first two warm up.
        return [.. times.Skip(2).Order()];
    }

    /// <summary>Starts this program again, which scores one pair, and gives the milliseconds until it has.</summary>
    private static double TimeStart(LocalPrecision precision)
    {
        var start = OwnProcess.Start(["latency", FirstScore, precision.ToString()]);
        long began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        string? line = process.StandardOutput.ReadLine();
        double elapsed = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        process.WaitForExit();
        return line is not null && process.ExitCode == 0
            ? elapsed
            : throw new InvalidDataException($"The process for the first score ended with {process.ExitCode}.");
    }

    private static async Task<int> ScoreOnceAsync(LocalPrecision precision, TextWriter output)
    {
        using var reranker = LocalReranker.Load(MiniModels.RerankerFolder, new() { Precision = precision });
        var response = await reranker.RerankAsync("what is a cross-encoder", ["A cross-encoder reads query and document together."]);
        output.WriteLine(response.Results[0].Score.ToString(CultureInfo.InvariantCulture));
        return 0;
    }
}
