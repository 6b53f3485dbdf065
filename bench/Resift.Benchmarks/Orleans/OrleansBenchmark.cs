using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Resift.Orleans.Calls;

namespace Resift.Benchmarks;

/// <summary>
/// What a cluster costs and brings on one machine: pairs a second on silos in processes of their own beside one process with two threads,
/// what the way to a silo adds to one call, and how long calls wait under load beside what a simulation says. Comparisons take turns.
/// </summary>
internal static class OrleansBenchmark
{
    private static readonly (string Name, int Silos, int Threads, bool IsPinned)[] _clusters =
    [
        ("1 silo, pinned to a core", 1, 1, true),
        ("2 silos, pinned to a core each", 2, 1, true),
        ("4 silos, not pinned", 4, 1, false),
    ];

    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output)
    {
        var numbers = NumberArguments.Parse(args, ("--calls", 6), ("--rounds", 15));
        using var local = MiniModels.LoadReranker(new() { Threads = 2 });
        foreach (var (name, silos, threads, isPinned) in _clusters)
        {
            using var cluster = await Cluster.StartAsync(silos, threads, isPinned).ConfigureAwait(false);
            var requests = SyntheticPassages.Generate(numbers["--calls"]);
            var (here, onCluster) = await InTurnsAsync(
                5, _ => PairsPerSecondAsync(local, requests), _ => PairsPerSecondAsync(cluster.Reranker, requests)).ConfigureAwait(false);
            output.WriteLine($"{name}: {Statistics.Median(onCluster):F1} pairs/s, one process with 2 threads " +
                $"{Statistics.Median(here):F1}, ratio {Statistics.Spread(onCluster.Zip(here, (there, alone) => there / alone))}");
        }

        using (var one = await Cluster.StartAsync(silos: 1, threads: 2, isPinned: false).ConfigureAwait(false))
        {
            var requests = SyntheticPassages.Generate(numbers["--rounds"] + 1);
            foreach (int documents in new[] { 10, 100 })
            {
                string[][] passages = [.. requests.Select(request => request.Documents.Take(documents).ToArray())];
                var (here, onSilo) = await InTurnsAsync(
                    numbers["--rounds"],
                    turn => MillisecondsAsync(local, requests[turn].Query, passages[turn]),
                    turn => MillisecondsAsync(one.Reranker, requests[turn].Query, passages[turn])).ConfigureAwait(false);
                output.WriteLine($"{documents} documents: {Statistics.Median(here):F1} ms here, {Statistics.Median(onSilo):F1} ms on a " +
                    $"silo, ratio {Statistics.Spread(onSilo.Zip(here, (there, alone) => there / alone))}");
            }
        }

        foreach (int silos in new[] { 1, 2 })
        {
            output.WriteLine($"{silos} silo(s), pinned to a core each, under random load:");
            using var cluster = await Cluster.StartAsync(silos, threads: 1, isPinned: true).ConfigureAwait(false);
            await LoadTest.RunAsync(cluster.Reranker, silos, output).ConfigureAwait(false);
        }

        return 0;
    }

    // The first turn compiles the code and is not counted.
    private static async Task<(double[] Here, double[] There)> InTurnsAsync(
        int turns, Func<int, Task<double>> hereAsync, Func<int, Task<double>> thereAsync)
    {
        var (here, there) = (new List<double>(), new List<double>());
        for (int turn = 0; turn <= turns; turn++)
        {
            here.Add(await hereAsync(turn).ConfigureAwait(false));
            there.Add(await thereAsync(turn).ConfigureAwait(false));
        }

        return ([.. here.Skip(1)], [.. there.Skip(1)]);
    }

    private static async Task<double> PairsPerSecondAsync(IReranker reranker, IReadOnlyList<RerankRequest> requests)
    {
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(requests.Select(request => reranker.RerankAsync(request.Query, request.Documents))).ConfigureAwait(false);
        return requests.Sum(request => request.Documents.Count) / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double> MillisecondsAsync(IReranker reranker, string query, string[] documents)
    {
        long start = Stopwatch.GetTimestamp();
        await reranker.RerankAsync(query, documents).ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private sealed record Cluster(IReadOnlyList<BenchmarkSilo> Silos, IHost Client) : IDisposable
    {
        public IReranker Reranker => Client.Services.GetRequiredService<IReranker>();

        public static async Task<Cluster> StartAsync(int silos, int threads, bool isPinned)
        {
            var started = new List<BenchmarkSilo>();
            for (int i = 0; i < silos; i++)
            {
                started.Add(await BenchmarkSilo.StartAsync(started.FirstOrDefault(), threads, isPinned ? i : null).ConfigureAwait(false));
            }

            var builder = Host.CreateEmptyApplicationBuilder(null);
            builder.UseOrleansClient(orleans => orleans.UseLocalhostClustering([.. started.Select(silo => silo.Gateway)]));
            builder.Services.AddResiftOrleans("mini", options => options.Deadline = TimeSpan.FromMinutes(10));
            var client = builder.Build();
            await client.StartAsync().ConfigureAwait(false);

            // All silos have to be known before anything is compared.
            var board = client.Services.GetRequiredService<ClusterBoard>();
            while (board.Silos.Count(silo => silo.Held("mini") is not null) < silos)
            {
                await board.RefreshAsync(CancellationToken.None).ConfigureAwait(false);
            }

            return new(started, client);
        }

        public void Dispose()
        {
            Client.Dispose();
            foreach (var silo in Silos)
            {
                silo.Dispose();
            }
        }
    }
}
