using System.Diagnostics;

namespace Resift.Benchmarks;

/// <summary>
/// What <c>resift serve</c> accepts under load, how long that takes, what it refuses, and the memory for it; what the server costs beside
/// the engine alone; and whether small requests are kept waiting by a large one.
/// </summary>
internal static class ServerBenchmark
{
    private const string Quick = "--quick";
    private const int SmallDocuments = 5;
    private const int MediumDocuments = 10;
    private const int LargeDocuments = 100;
    private const int LargestDocuments = 1_000;
    private const int SharedConnections = 8;
    private const int SoakConnections = 64;

    private static readonly int[] _connections = [1, 8, 64, 512];
    private static readonly double[] _shares = [0.5, 0.95, 0.99];

    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output)
    {
        bool quick = args.Contains(Quick);
        var numbers = NumberArguments.Parse(
            [.. args.Where(argument => argument != Quick)],
            ("--seconds", quick ? 5 : 30),
            ("--rounds", quick ? 3 : 5),
            ("--calls", quick ? 40 : 200),
            ("--soak", quick ? 15 : 600));
        using var engine = MiniModels.LoadReranker();
        var passages = SyntheticPassages.Generate(8);
        var medium = await RequestsAsync(engine, passages, MediumDocuments).ConfigureAwait(false);
        var large = await RequestsAsync(engine, passages, LargeDocuments).ConfigureAwait(false);
        using var server = await ServerProcess.StartAsync().ConfigureAwait(false);
        using var generator = new LoadGenerator(server.Address, _connections[^1]);

        // Once without being measured: code is compiled and buffers are made at the first calls.
        await generator.RunAsync(medium, SharedConnections, each: 2).ConfigureAwait(false);
        output.WriteLine(
            $"resift serve --tier light, {Environment.ProcessorCount} processors; {server.WorkingSet:F0} MB after its first calls");
        output.WriteLine();
        await LevelsAsync(server, generator, medium, TimeSpan.FromSeconds(numbers["--seconds"]), output).ConfigureAwait(false);
        await ShareAsync(engine, generator, passages, large, numbers["--rounds"], output).ConfigureAwait(false);
        await FairnessAsync(engine, generator, passages, numbers["--calls"], output).ConfigureAwait(false);
        await SoakAsync(server, generator, medium, TimeSpan.FromSeconds(numbers["--soak"]), output).ConfigureAwait(false);
        output.WriteLine("Every request had one answer, its own, with the scores that it has alone, to the last bit.");
        return 0;
    }

    private static async Task<IReadOnlyList<LoadRequest>> RequestsAsync(
        LocalReranker engine, IReadOnlyList<RerankRequest> passages, int documents)
    {
        var requests = new List<LoadRequest>();
        foreach (var request in passages)
        {
            requests.Add(await LoadRequest.CreateAsync(engine, First(request, documents)).ConfigureAwait(false));
        }

        return requests;
    }

    private static RerankRequest First(RerankRequest request, int documents) =>
        new(request.Query, [.. Enumerable.Range(0, documents).Select(i => request.Documents[i % request.Documents.Count])]);

    private static async Task LevelsAsync(
        ServerProcess server, LoadGenerator generator, IReadOnlyList<LoadRequest> requests, TimeSpan time, TextWriter output)
    {
        output.WriteLine($"Requests of {MediumDocuments} documents, {time.TotalSeconds} s for each row:");
        output.WriteLine();
        output.WriteLine("| connections | accepted | accepted/s | documents/s | p50 ms | p95 ms | p99 ms | 429 | memory MB |");
        output.WriteLine("|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (int connections in _connections)
        {
            var result = await generator.RunAsync(requests, connections, time).ConfigureAwait(false);
            double seconds = result.Elapsed.TotalSeconds;
            output.WriteLine($"| {connections} | {result.Times.Length} | {result.Times.Length / seconds:F1} | " +
                $"{result.Documents / seconds:F1} | {Quantiles(result.Times)} | {result.RefusedShare:P0} | {server.WorkingSet:F0} |");
        }

        output.WriteLine();
    }

    // In turns, so that what else the machine does is shared by both.
    private static async Task ShareAsync(
        LocalReranker engine, LoadGenerator generator, IReadOnlyList<RerankRequest> passages, IReadOnlyList<LoadRequest> requests,
        int rounds, TextWriter output)
    {
        var shares = new List<double>();
        output.WriteLine($"Requests of {LargeDocuments} documents by {SharedConnections} callers, one each, in turns:");
        output.WriteLine();
        output.WriteLine("| round | documents/s of the engine in the process | of the server | share |");
        output.WriteLine("|---:|---:|---:|---:|");
        for (int round = 1; round <= rounds; round++)
        {
            double alone = await EngineAsync(engine, passages, each: 1).ConfigureAwait(false);
            var result = await generator.RunAsync(requests, SharedConnections, each: 1).ConfigureAwait(false);
            double served = result.Documents / result.Elapsed.TotalSeconds;
            shares.Add(served / alone);
            output.WriteLine($"| {round} | {alone:F1} | {served:F1} | {served / alone:P0} |");
        }

        output.WriteLine();
        output.WriteLine($"median share={Statistics.Median(shares):P0}");
        output.WriteLine();
    }

    private static async Task<double> EngineAsync(LocalReranker engine, IReadOnlyList<RerankRequest> passages, int each)
    {
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, SharedConnections).Select(async caller =>
        {
            for (int i = 0; i < each; i++)
            {
                var request = passages[(caller + i) % passages.Count];
                await engine.RerankAsync(request.Query, request.Documents).ConfigureAwait(false);
            }
        })).ConfigureAwait(false);
        return SharedConnections * each * LargeDocuments / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task FairnessAsync(
        LocalReranker engine, LoadGenerator generator, IReadOnlyList<RerankRequest> passages, int calls, TextWriter output)
    {
        var small = await RequestsAsync(engine, passages, SmallDocuments).ConfigureAwait(false);
        var largest = await RequestsAsync(engine, [passages[0]], LargestDocuments).ConfigureAwait(false);
        var alone = await generator.RunAsync(small, connections: 1, calls).ConfigureAwait(false);
        var running = generator.RunAsync(largest, connections: 1, each: 1);
        var times = new List<double>();
        while (!running.IsCompleted)
        {
            times.AddRange((await generator.RunAsync(small, connections: 1, each: 1).ConfigureAwait(false)).Times);
        }

        var large = await running.ConfigureAwait(false);
        output.WriteLine($"Requests of {SmallDocuments} documents, one after the other, alone and beside one of {LargestDocuments}:");
        output.WriteLine();
        output.WriteLine("| small requests | number | p50 ms | p95 ms | p99 ms |");
        output.WriteLine("|---|---:|---:|---:|---:|");
        output.WriteLine($"| alone | {alone.Times.Length} | {Quantiles(alone.Times)} |");
        output.WriteLine($"| beside the large one | {times.Count} | {Quantiles([.. times.Order()])} |");
        output.WriteLine();
        output.WriteLine($"The large one took {large.Elapsed.TotalSeconds:F1} s.");
        output.WriteLine();
    }

    private static async Task SoakAsync(
        ServerProcess server, LoadGenerator generator, IReadOnlyList<LoadRequest> requests, TimeSpan time, TextWriter output)
    {
        const int Samples = 10;
        output.WriteLine($"{SoakConnections} connections for {time.TotalSeconds} s, requests of {MediumDocuments} documents:");
        output.WriteLine();
        output.WriteLine("| after s | memory MB |");
        output.WriteLine("|---:|---:|");
        var running = generator.RunAsync(requests, SoakConnections, time);
        for (int sample = 1; sample <= Samples; sample++)
        {
            await Task.WhenAny(running, Task.Delay(time / Samples)).ConfigureAwait(false);
            output.WriteLine($"| {time.TotalSeconds * sample / Samples:F0} | {server.WorkingSet:F0} |");
        }

        var result = await running.ConfigureAwait(false);
        output.WriteLine();
        output.WriteLine($"{result.Times.Length} accepted, {result.Refused} refused; p50, p95 and p99 in ms: {Quantiles(result.Times)}");
        output.WriteLine();
    }

    private static string Quantiles(double[] sorted) =>
        string.Join(" | ", _shares.Select(share => $"{Statistics.Quantile(sorted, share):F0}"));
}
