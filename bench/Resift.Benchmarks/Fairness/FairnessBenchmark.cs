using System.Diagnostics;

namespace Resift.Benchmarks;

/// <summary>
/// Whether small calls are kept waiting by large ones: the time of a call of a few passages alone and beside a call of many, what that
/// takes from the large one, and what calls with a deadline get beside several large ones.
/// </summary>
internal static class FairnessBenchmark
{
    private const string Quick = "--quick";
    private const int SmallDocuments = 5;
    private const int LargeCallsBesideDeadline = 4;

    private static readonly TimeSpan _deadline = TimeSpan.FromMilliseconds(200);

    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output)
    {
        bool quick = args.Contains(Quick);
        var numbers = NumberArguments.Parse(
            [.. args.Where(argument => argument != Quick)],
            ("--documents", quick ? 1_000 : 10_000),
            ("--calls", quick ? 60 : 400),
            ("--threads", Environment.ProcessorCount));
        var passages = SyntheticPassages.Generate(100);
        int calls = numbers["--calls"], count = numbers["--documents"];
        string[] documents = [.. passages.SelectMany(request => request.Documents)];
        var large = new RerankRequest(passages[0].Query, [.. Enumerable.Range(0, count).Select(i => documents[i % documents.Length])]);
        var reranker = MiniModels.LoadReranker(new() { Threads = numbers["--threads"] });
        using var inTime = new DeadlineReranker(reranker, _deadline);

        // Once without being measured: code is compiled and buffers are made at the first calls.
        await SmallCallsAsync(reranker, passages, calls: 20, until: null).ConfigureAwait(false);
        var largeAlone = await LargeCallAsync(reranker, large).ConfigureAwait(false);
        double[] before = await SmallCallsAsync(reranker, passages, calls / 2, until: null).ConfigureAwait(false);
        var largeCall = LargeCallAsync(reranker, large);
        double[] beside = await SmallCallsAsync(reranker, passages, int.MaxValue, largeCall).ConfigureAwait(false);
        var largeBeside = await largeCall.ConfigureAwait(false);
        double[] after = await SmallCallsAsync(reranker, passages, calls - (calls / 2), until: null).ConfigureAwait(false);

        output.WriteLine($"calls of {SmallDocuments} passages, one after the other, and one of {count}; {numbers["--threads"]} threads");
        output.WriteLine();
        WriteTimes(output, [.. before.Concat(after).Order()], [.. beside.Order()]);
        output.WriteLine("| passages a second | of the large call | of all calls | of all calls, by processor time |");
        output.WriteLine("|---|---:|---:|---:|");
        WriteThroughput(output, "the large call alone", count, 0, largeAlone);
        WriteThroughput(output, "beside small calls", count, beside.Length * SmallDocuments, largeBeside);
        output.WriteLine();
        int inTimeCalls = Math.Max(1, calls / 10);
        await DeadlineCallsAsync(inTime, passages, inTimeCalls, "alone", output).ConfigureAwait(false);

        using var stop = new CancellationTokenSource();
        Task[] others = [.. Enumerable.Range(0, LargeCallsBesideDeadline).Select(_ => LargeCallAsync(reranker, large, stop.Token))];
        await DeadlineCallsAsync(inTime, passages, inTimeCalls, $"beside {others.Length} large calls", output).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(others).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 0;
    }

    /// <summary>Measures small calls, one after the other, until there were so many or the task given has ended.</summary>
    /// <returns>Milliseconds.</returns>
    private static async Task<double[]> SmallCallsAsync(
        LocalReranker reranker, IReadOnlyList<RerankRequest> passages, int calls, Task? until)
    {
        var times = new List<double>();
        while (times.Count < calls && until is not { IsCompleted: true })
        {
            // Other passages in each call, and the same ones in every run.
            var (query, documents) = passages[times.Count % passages.Count];
            int first = times.Count / passages.Count * SmallDocuments % documents.Count;
            long start = Stopwatch.GetTimestamp();
            await reranker.RerankAsync(query, [.. documents.Skip(first).Take(SmallDocuments)]).ConfigureAwait(false);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return [.. times];
    }

    private static async Task<(TimeSpan Elapsed, TimeSpan Processor)> LargeCallAsync(
        LocalReranker reranker, RerankRequest request, CancellationToken cancellationToken = default)
    {
        long start = Stopwatch.GetTimestamp();
        var processor = Environment.CpuUsage.TotalTime;
        await reranker.RerankAsync(request.Query, request.Documents, cancellationToken: cancellationToken).ConfigureAwait(false);
        return (Stopwatch.GetElapsedTime(start), Environment.CpuUsage.TotalTime - processor);
    }

    private static async Task DeadlineCallsAsync(
        DeadlineReranker inTime, IReadOnlyList<RerankRequest> passages, int calls, string name, TextWriter output)
    {
        int[] scored = new int[calls];
        for (int i = 0; i < calls; i++)
        {
            scored[i] = await DeadlineBenchmark.ScoredInTimeAsync(inTime, passages[i % passages.Count]).ConfigureAwait(false);
        }

        output.WriteLine($"{calls} calls of {passages[0].Documents.Count} passages with a deadline of {_deadline.TotalMilliseconds} ms, " +
            $"{name}: {scored.Average():F1} scored on average, none in {scored.Count(count => count == 0)} calls");
    }

    private static void WriteTimes(TextWriter output, double[] alone, double[] beside)
    {
        double[] shares = [0.5, 0.95, 0.99];
        output.WriteLine("| small calls | number | p50 ms | p95 ms | p99 ms |");
        output.WriteLine("|---|---:|---:|---:|---:|");
        Row("alone", $"{alone.Length}", share => Statistics.Quantile(alone, share));
        Row("beside the large call", $"{beside.Length}", share => Statistics.Quantile(beside, share));
        Row("ratio", "", share => Statistics.Quantile(beside, share) / Statistics.Quantile(alone, share));
        output.WriteLine();

        void Row(string name, string number, Func<double, double> value) =>
            output.WriteLine($"| {name} | {number} | {string.Join(" | ", shares.Select(share => $"{value(share):F1}"))} |");
    }

    private static void WriteThroughput(
        TextWriter output, string name, int large, int small, (TimeSpan Elapsed, TimeSpan Processor) time) =>
        output.WriteLine($"| {name} | {large / time.Elapsed.TotalSeconds:F1} | {(large + small) / time.Elapsed.TotalSeconds:F1} | " +
            $"{(large + small) / time.Processor.TotalSeconds:F1} |");
}
