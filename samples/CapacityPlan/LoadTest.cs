using System.Diagnostics;
using Resift;

/// <summary>Puts a random load on a reranker, and compares how long queries took with what is simulated.</summary>
internal static class LoadTest
{
    private const int Candidates = 10;
    private const int AtOncePerReplica = 8;

    private static readonly TimeSpan _duration = TimeSpan.FromSeconds(25);

    // Until the code of every process has been compiled for good.
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan _saturation = TimeSpan.FromSeconds(10);

    private static readonly string[] _documents = [.. Enumerable.Range(0, Candidates).Select(
        i => $"Document {i}: use git revert to undo a commit that others have, and git reset otherwise.")];

    /// <summary>Runs it for two minutes.</summary>
    /// <param name="reranker">The reranker, or what shares its calls among several.</param>
    /// <param name="replicas">How many processes score.</param>
    /// <param name="output">Takes what was measured and what was expected.</param>
    public static async Task RunAsync(IReranker reranker, int replicas, TextWriter output)
    {
        int atOnce = AtOncePerReplica * replicas;
        await MeasureMostAsync(reranker, atOnce, _warmUp);
        double alone = await MeasureAloneAsync(reranker);
        output.WriteLine($"a query with {Candidates} documents alone: {alone * 1000:F1} ms");
        double most = await MeasureMostAsync(reranker, atOnce, _saturation);
        double together = most * alone / replicas;
        output.WriteLine($"with {atOnce} queries at once: {most:F1} queries a second, {together:F2} at a time in each process");
        foreach (double busy in (double[])[0.3, 0.5, 0.7])
        {
            double[] arrivals = [.. QueueSimulation.Arrivals(busy * most).TakeWhile(time => time < _duration.TotalSeconds)];
            double[] measured = await LoadAsync(reranker, arrivals);
            double[] simulated = QueueSimulation.Run(arrivals, alone, replicas, together);
            foreach (double share in (double[])[0.5, 0.99])
            {
                double seen = QueueSimulation.Quantile(measured, share) * 1000;
                double expected = QueueSimulation.Quantile(simulated, share) * 1000;
                output.WriteLine($"{busy:P0} busy, {measured.Length} queries: p{share * 100:F0} measured {seen:F1} ms, " +
                    $"simulated {expected:F1} ms, error {(expected / seen) - 1:+0%;-0%}");
            }
        }
    }

    private static async Task<double> MeasureAloneAsync(IReranker reranker)
    {
        var times = new List<double>();
        for (int i = 0; i < 41; i++)
        {
            times.Add(await TimeAsync(reranker));
        }

        return times.Order().ElementAt(20);
    }

    private static async Task<double> MeasureMostAsync(IReranker reranker, int atOnce, TimeSpan duration)
    {
        var clock = Stopwatch.StartNew();
        int[] done = await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
        {
            int count = 0;
            for (; clock.Elapsed < duration; count++)
            {
                await TimeAsync(reranker);
            }

            return count;
        })));
        return done.Sum() / clock.Elapsed.TotalSeconds;
    }

    private static async Task<double[]> LoadAsync(IReranker reranker, double[] arrivals)
    {
        var clock = Stopwatch.StartNew();
        var calls = new List<Task<double>>();
        foreach (double arrival in arrivals)
        {
            double wait = arrival - clock.Elapsed.TotalSeconds;
            if (wait > 0)
            {
                await Task.Delay(TimeSpan.FromSeconds(wait));
            }

            calls.Add(Task.Run(() => TimeAsync(reranker)));
        }

        return [.. (await Task.WhenAll(calls)).Order()];
    }

    private static async Task<double> TimeAsync(IReranker reranker)
    {
        long start = Stopwatch.GetTimestamp();
        await reranker.RerankAsync("how do I undo a commit", _documents);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
