using System.Globalization;

namespace Resift.Benchmarks;

/// <summary>Prints what a comparison gave.</summary>
/// <param name="requests">What was scored in each round.</param>
/// <param name="shape">The model's sizes.</param>
/// <param name="peak">The machine's measured multiply-add rate in GFLOP/s.</param>
/// <param name="output">Where to print.</param>
internal sealed class PeersReport(IReadOnlyList<EncodedPair[]> requests, ModelShape shape, double peak, TextWriter output)
{
    public void WriteTable(PeerTimings timings)
    {
        int pairs = requests.Sum(request => request.Length);
        long tokens = requests.Sum(request => request.Sum(pair => (long)pair.Ids.Length));
        double flops = requests.Sum(request => request.Sum(pair => shape.UsefulFlops(pair.Ids.Length)));
        int rounds = timings.Seconds[0].Length;
        output.WriteLine(ModelShape.Formula);
        output.WriteLine(Invariant($"= {flops / pairs / 1e9:F3} GFLOP a pair on these passages (L = {shape.Layers}, h = {shape.Hidden}, f = {shape.Intermediate})"));
        output.WriteLine();
        output.WriteLine($"{"engine",-12} {"pairs/s",8} {"[min",8} {"max]",7} {"ms/100 pairs",13} {"tokens/s",9} {"GFLOP/s",8} {"of peak",8} {"KB/request",11}");
        for (int i = 0; i < timings.Engines.Count; i++)
        {
            double[] seconds = timings.Seconds[i];
            double median = Statistics.Median(seconds);
            double gflops = flops / median / 1e9;
            double kilobytes = timings.Bytes[i] / 1024.0 / rounds / requests.Count;
            output.WriteLine(Invariant(
                $"{timings.Engines[i].Name,-12} {pairs / median,8:F1} [{pairs / seconds.Max(),7:F1} {pairs / seconds.Min(),6:F1}] {100_000 * median / pairs,12:F0} {tokens / median,9:F0} {gflops,8:F1} {gflops / peak,8:P1} {kilobytes,11:F1}"));
        }

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
        double[] ratios = [.. timings.Ratios(slower, faster).Order()];
        string median = Invariant($"{Statistics.Median(ratios):F2}");
        output.WriteLine(Invariant($"time of {slower.Name} / time of {faster.Name}: median {median} [{ratios[0]:F2}, {ratios[^1]:F2}] of {ratios.Length} rounds"));
        return median;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
