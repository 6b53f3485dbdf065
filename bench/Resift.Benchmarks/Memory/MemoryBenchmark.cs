using System.Globalization;

namespace Resift.Benchmarks;

/// <summary>
/// Whether memory has a bound: one call with many long documents, through the public API, watched while it runs. The texts are the
/// caller's and are built before, so that only what the reranker takes can grow.
/// </summary>
internal static class MemoryBenchmark
{
    private const string Query = "which documents tell how memory is bounded";

    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output)
    {
        var numbers = NumberArguments.Parse(args, ("--documents", 10_000), ("--words", 2_000), ("--threads", Environment.ProcessorCount));
        string[] documents = GeneratedDocuments.Create(numbers["--documents"], numbers["--words"]);
        Write(output, $"{documents.Length} different documents of {numbers["--words"]} words: {documents.Sum(text => 2L * text.Length) / 1e6:F0} MB of UTF-16 text");

        using var reranker = MiniModels.LoadReranker(new() { Threads = numbers["--threads"] });
        GC.Collect();
        Write(output, $"{Environment.WorkingSet / (double)(1 << 20):F1} MB working set with texts and model, before the call");

        using var sampler = new MemorySampler(output);
        var response = await reranker.RerankAsync(Query, documents).ConfigureAwait(false);
        var samples = sampler.Stop();

        GC.KeepAlive(documents);
        Write(output, $"{response.Results.Count} documents ranked in {samples[^1].Elapsed.TotalSeconds:F0} s, peak working set {samples.Max(sample => sample.WorkingSet):F1} MB");
        Write(output, $"growth={Growth(samples):F1} MB (median working set of the last tenth of the run less that around the first quarter)");
        return 0;
    }

    /// <summary>Compares the end of a run with its first quarter, when everything is loaded and warm.</summary>
    private static double Growth(IReadOnlyList<MemorySample> samples)
    {
        int window = Math.Max(1, samples.Count / 10);
        int quarter = Math.Min(samples.Count / 4, samples.Count - window);
        double Median(int from) => Statistics.Median(samples.Skip(from).Take(window).Select(sample => sample.WorkingSet));
        return Median(samples.Count - window) - Median(quarter);
    }

    private static void Write(TextWriter output, FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
