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
        int words = numbers["--words"];
        string[] documents = GeneratedDocuments.Create(numbers["--documents"], words);
        double textSize = documents.Sum(text => (double)sizeof(char) * text.Length) / MemorySample.Megabyte;
        output.WriteLine($"{documents.Length} different documents of {words} words: {textSize:F0} MB of UTF-16 text");

        using var reranker = MiniModels.LoadReranker(new() { Threads = numbers["--threads"] });
        GC.Collect();
        var before = MemorySample.Take(TimeSpan.Zero);
        output.WriteLine($"Before the call, texts and model loaded: working set {before.WorkingSet:F1} MB");

        using var sampler = new MemorySampler(output);
        var response = await reranker.RerankAsync(Query, documents).ConfigureAwait(false);
        var samples = sampler.Stop();

        // The texts stay alive to the end, or their collection would hide what the reranker takes.
        GC.KeepAlive(documents);
        double peak = samples.Max(sample => sample.WorkingSet);
        double seconds = samples[^1].Elapsed.TotalSeconds;
        output.WriteLine($"{response.Results.Count} documents ranked in {seconds:F0} s, peak working set {peak:F1} MB");
        output.WriteLine("growth is the median working set of the last tenth of the run less that of the tenth after the first quarter.");
        output.WriteLine($"growth={Growth(samples):F1} MB");
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
}
