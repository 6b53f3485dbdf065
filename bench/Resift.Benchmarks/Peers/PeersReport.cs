using Resift.Local.Models;

namespace Resift.Benchmarks;

/// <summary>Prints what a comparison gave.</summary>
/// <param name="requests">What was scored in each round.</param>
/// <param name="config">The model's configuration.</param>
/// <param name="output">Where to print.</param>
internal sealed class PeersReport(IReadOnlyList<EncodedPair[]> requests, EncoderConfig config, TextWriter output)
{
    /// <summary>What is counted for a BERT whose head reads the first token, in words.</summary>
    private const string Formula =
        "useful FLOPs of a pair of n tokens = (L-1) x (8nh^2 + 4n^2h + 4nhf) + (4nh^2 + 4nh + 4h^2 + 4hf) + 2h^2 + 2h";

    public void WriteTable(PeerTimings timings)
    {
        int pairs = requests.Sum(request => request.Length);
        long tokens = requests.SelectMany(request => request).Sum(pair => pair.Ids.Length);
        double flops = requests.SelectMany(request => request).Sum(pair => UsefulOperations.Count(config, pair.Ids.Length));
        int rounds = timings.Seconds[0].Length;
        output.WriteLine(Formula);
        string sizes = $"L = {config.Layers}, h = {config.HiddenSize}, f = {config.IntermediateSize}";
        output.WriteLine($"= {flops / pairs / 1e9:F3} GFLOP a pair here, with {sizes}");
        output.WriteLine();
        WriteRow("engine", "pairs/s", "[min", "max]", "ms/100 pairs", "tokens/s", "GOP/s", "of FMA peak", "KB/request");
        for (int i = 0; i < timings.Engines.Count; i++)
        {
            double[] seconds = timings.Seconds[i];
            double median = Statistics.Median(seconds);
            double gflops = flops / median / 1e9;
            double[] shares = [.. seconds.Zip(timings.Peaks[i], (time, peak) => flops / time / 1e9 / peak)];
            WriteRow(
                timings.Engines[i].Name,
                $"{pairs / median:F1}",
                $"[{pairs / seconds.Max():F1}",
                $"{pairs / seconds.Min():F1}]",
                $"{100_000 * median / pairs:F0}",
                $"{tokens / median:F0}",
                $"{gflops:F1}",
                $"{100 * Statistics.Median(shares):F1} %",
                $"{timings.Bytes[i] / 1024.0 / rounds / requests.Count:F1}");
        }

        output.WriteLine("of FMA peak: against what registers-only multiply-adds reached right before each turn, median of the rounds.");
        output.WriteLine("KB/request is managed memory; what ONNX Runtime allocates in native code is not seen.");
        output.WriteLine();
    }

    public void WriteProfiles(PeerTimings timings)
    {
        foreach (var engine in timings.Engines)
        {
            if (engine.WriteProfile is { } write)
            {
                output.WriteLine($"Where the time of {engine.Name} goes:");
                write(output);
                output.WriteLine();
            }
        }
    }

    /// <summary>Prints how many times faster one engine is, and gives the median of it.</summary>
    public string WriteRatio(PeerTimings timings, PeerEngine slower, PeerEngine faster)
    {
        double[] ratios = [.. timings.Ratios(slower, faster)];
        output.WriteLine(
            $"time of {slower.Name} / time of {faster.Name}: median {Statistics.Spread(ratios)} of {ratios.Length} rounds");
        return $"{Statistics.Median(ratios):F2}";
    }

    private void WriteRow(string engine, params IReadOnlyList<string> cells) =>
        output.WriteLine(engine.PadRight(10) + string.Concat(cells.Select(cell => cell.PadLeft(13))));
}
