using System.Runtime.InteropServices;
using Resift.Local.Models;

namespace Resift.Benchmarks;

/// <summary>This engine beside ONNX Runtime: same process, same passages, same token ids, in turns.</summary>
internal static class PeersBenchmark
{
    private const string Passages = "datasets/trec-dl21-passage";

    // Tuning, rounds and the little around them end within five minutes.
    private static readonly TimeSpan _tuning = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan _quickTuning = TimeSpan.FromSeconds(15);

    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output)
    {
        bool quick = args.Contains("--quick");
        var numbers = NumberArguments.Parse(
            [.. args.Where(arg => arg != "--quick")],
            ("--rounds", quick ? 3 : 9), ("--threads", Environment.ProcessorCount), ("--queries", quick ? 1 : 2));
        int threads = numbers["--threads"];
        output.WriteLine(Processor.Describe());
        output.WriteLine($"{RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} processors, {threads} threads compute");
        var requests = await PrepareAsync(numbers["--queries"], output);

        using var resift = new ResiftEngine(MiniModels.RerankerFolder, threads);
        var own = new PeerEngine("resift", resift.Score, resift.WriteProfile);
        using var int8 = new ResiftEngine(MiniModels.RerankerFolder, threads, new(LocalWeightType.Int8, Integers: true));
        var integers = new PeerEngine("resift-int8", int8.Score, int8.WriteProfile) { IsExact = false };
        using var peers = OrtPeers.LoadOrNull(threads, requests, new(quick ? _quickTuning : _tuning), output);
        PeerEngine[] engines =
        [
            own, integers,
            .. peers is null ? (PeerEngine[])[] : [peers.Padded, peers.Sorted, peers.Best, peers.Int8],
        ];
        double before = RegisterPeak.MultiplyAdd.Measure(threads);
        var timings = PeerTimings.Measure(engines, requests, numbers["--rounds"], threads, new(quick ? _quickTuning : _tuning));
        double peak = Math.Max(before, RegisterPeak.MultiplyAdd.Measure(threads));
        WritePeaks(peak, threads, output);
        var report = new PeersReport(requests, EncoderConfig.Load(MiniModels.RerankerFolder), output);
        report.WriteTable(timings);
        report.WriteProfiles(timings);
        if (!Agree(timings, output))
        {
            return 1;
        }

        WriteRatios(report, timings, own, integers, peers, output);
        return 0;
    }

    private static async Task<EncodedPair[][]> PrepareAsync(int queries, TextWriter output)
    {
        var encode = PairPreparation.Create(MiniModels.RerankerFolder);
        string? folder = Repository.SharedOrNull(Passages);
        var texts = folder is null ? SyntheticPassages.Generate(queries) : await TrecPassages.ReadAsync(folder, queries);
        EncodedPair[][] requests = [.. texts.Select(request => encode(request))];
        int[] lengths = [.. requests.SelectMany(request => request.Select(pair => pair.Ids.Length)).Order()];
        string source = folder is null ? $"generated passages, since ../shared/{Passages} is absent" : $"../shared/{Passages}";
        string tokens = $"{lengths.Average():F1} tokens a pair, from {lengths[0]} to {lengths[^1]}";
        output.WriteLine($"{source}: {requests.Length} queries, {lengths.Length} pairs, {tokens}");
        output.WriteLine();
        return requests;
    }

    private static void WritePeaks(double peak, int threads, TextWriter output)
    {
        string alone = $"{RegisterPeak.MultiplyAdd.Measure(1):F1} GOP/s on one thread";
        output.WriteLine($"{RegisterPeak.MultiplyAdd.Name}, registers only: {alone}, {peak:F1} on {threads} at once");
        foreach (var integers in RegisterPeak.Integers)
        {
            double rate = integers.Measure(threads);
            output.WriteLine($"{integers.Name}, registers only: {rate:F1} on {threads} at once, {rate / peak:F2} times that of FMA");
        }

        output.WriteLine();
    }

    private static bool Agree(PeerTimings timings, TextWriter output)
    {
        bool agree = timings.LargestDifference <= ScoreAgreement.Tolerance;
        string verdict = agree ? "All engines agree" : "FAILED, the engines disagree";
        output.WriteLine($"{verdict}: largest difference of a score {timings.LargestDifference:E1}, allowed {ScoreAgreement.Tolerance:E1}");
        return agree;
    }

    private static void WriteRatios(
        PeersReport report, PeerTimings timings, PeerEngine own, PeerEngine integers, OrtPeers? peers, TextWriter output)
    {
        string best = "n/a", padded = "n/a", int8 = "n/a", gain = report.WriteRatio(timings, own, integers);
        if (peers is not null)
        {
            best = report.WriteRatio(timings, peers.Best, own);
            report.WriteRatio(timings, peers.Sorted, own);
            padded = report.WriteRatio(timings, peers.Padded, own);
            int8 = report.WriteRatio(timings, peers.Int8, integers);
        }

        output.WriteLine(
            $"resift/ort-best={best} resift/ort-padded={padded} resift-int8/resift={gain} resift-int8/ort-int8={int8}");
    }
}
