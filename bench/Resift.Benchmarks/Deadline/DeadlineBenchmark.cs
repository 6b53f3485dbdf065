using System.Diagnostics;

namespace Resift.Benchmarks;

/// <summary>
/// Whether a deadline is kept: several callers at once rerank more passages than can be scored in time, by the system's clock, and
/// every call's overrun is noted.
/// </summary>
internal static class DeadlineBenchmark
{
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output)
    {
        var numbers = NumberArguments.Parse(args, ("--milliseconds", 100), ("--calls", 400), ("--callers", 4));
        var deadline = TimeSpan.FromMilliseconds(numbers["--milliseconds"]);
        int callers = numbers["--callers"];
        using var reranker = MiniModels.LoadReranker().AsBuilder().UseDeadline(deadline).Build();
        var requests = SyntheticPassages.Generate(callers);

        // Once without being measured: code is compiled and buffers are made at the first call.
        await Task.WhenAll(requests.Select(request => reranker.RerankAsync(request.Query, request.Documents))).ConfigureAwait(false);
        var calls = await Task.WhenAll(requests.Select(
            request => Task.Run(() => CallAsync(reranker, request, numbers["--calls"] / callers)))).ConfigureAwait(false);

        double[] overruns = [.. calls.SelectMany(call => call).Select(call => call.Milliseconds - deadline.TotalMilliseconds).Order()];
        double scored = calls.SelectMany(call => call).Average(call => call.Scored);
        output.WriteLine($"{overruns.Length} calls of {requests[0].Documents.Count} passages by {callers} callers at once, deadline " +
            $"{deadline.TotalMilliseconds} ms, {scored:F1} passages scored in time on average");
        output.WriteLine($"overrun in ms: median {Statistics.Quantile(overruns, 0.5):F1}, p95 {Statistics.Quantile(overruns, 0.95):F1}, " +
            $"p99 {Statistics.Quantile(overruns, 0.99):F1}, most {overruns[^1]:F1}");
        output.WriteLine($"overrun-p99={Statistics.Quantile(overruns, 0.99):F1} ms");
        return 0;
    }

    private static async Task<List<(double Milliseconds, int Scored)>> CallAsync(IReranker reranker, RerankRequest request, int count)
    {
        var calls = new List<(double, int)>(count);
        for (int i = 0; i < count; i++)
        {
            long start = Stopwatch.GetTimestamp();
            int scored = await ScoredInTimeAsync(reranker, request).ConfigureAwait(false);
            calls.Add((Stopwatch.GetElapsedTime(start).TotalMilliseconds, scored));
        }

        return calls;
    }

    /// <summary>Makes a call that has a deadline, and counts the documents that were scored by then.</summary>
    internal static async Task<int> ScoredInTimeAsync(IReranker reranker, RerankRequest request)
    {
        try
        {
            var response = await reranker.RerankAsync(request.Query, request.Documents).ConfigureAwait(false);
            return response.Results.Count(result => !result.IsUnscored);
        }
        catch (RerankerException error) when (error.IsTransient)
        {
            // Nothing was.
            return 0;
        }
    }
}
