using System.Diagnostics;
using System.Globalization;
using Resift.Local.Inference;
using Resift.Local.Models;
using Resift.Local.Tokenization;

namespace Resift.Benchmarks;

/// <summary>Every family of models in the shape of a published one, with weights kept in each way, beside the machine's peak.</summary>
internal static class ArchitecturesBenchmark
{
    private const int Batch = 16;
    private const int LeastPasses = 3;

    // What is compiled only after it has run for a while shall not count against what is measured first.
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(1);

    private static readonly (string Name, WeightChoice Choice)[] _choices =
    [
        ("single", new(LocalWeightType.Single, Integers: false)),
        ("bfloat16", new(LocalWeightType.BFloat16, Integers: false)),
        ("int8 kept", new(LocalWeightType.Int8, Integers: false)),
        ("int8", new(LocalWeightType.Int8, Integers: true)),
    ];

    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output)
    {
        bool quick = args.Contains("--quick"), large = args.Contains("--large");
        var numbers = NumberArguments.Parse(
            [.. args.Where(arg => arg is not ("--quick" or "--large"))],
            ("--threads", Environment.ProcessorCount), ("--seconds", quick ? 2 : 10));
        int threads = numbers["--threads"];
        output.WriteLine(Processor.Describe());
        output.WriteLine(
            $"{RegisterPeak.MultiplyAdd.Name}, registers only: {RegisterPeak.MultiplyAdd.Measure(threads):F1} GOP/s on {threads} at once");
        string lengths = $"{SyntheticPassages.Lengths[0]} to {SyntheticPassages.Lengths[^1]}";
        output.WriteLine($"random weights, sequences of {lengths} tokens, {threads} threads; " +
            "difference: the largest of a logit from single precision");
        output.WriteLine("of peak: against what registers-only multiply-adds reached around it, median of all passes; memory: what the");
        output.WriteLine(
            "process took more than before when a first batch was done, without pages of its files; layers: their weights alone");
        output.WriteLine();
        output.WriteLine(
            "model                              weights      pairs/s    tokens/s     GOP/s   of peak  memory MB  layers MB  difference");
        foreach (var shape in large ? RealShape.Large : RealShape.All)
        {
            using var model = RandomModel.Create(shape, halved: shape.Name.StartsWith("Qwen", StringComparison.Ordinal));
            float[]? single = null;
            PhaseProfile? singleProfile = null;
            foreach (var (name, choice) in _choices)
            {
                var profile = new PhaseProfile(threads);
                var (logits, line) = await MeasureAsync(model, choice, profile, TimeSpan.FromSeconds(numbers["--seconds"]));
                singleProfile ??= profile;
                single ??= logits;
                double difference = logits.Zip(single, (a, b) => Math.Abs(a - b)).Max();
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{shape.Name,-34} {name,-10} {line} {difference,11:E1}"));
            }

            output.Write("  in single precision: ");
            singleProfile!.Write(output);
            output.WriteLine(shape.Floor is { } floor ? $"  expected in single precision: {floor:P0} of the peak" : $"  {Bound(shape)}");
        }

        if (!large)
        {
            output.WriteLine();
            GoldenGraphs.Compare(threads, output);
        }

        return 0;
    }

    private static string Bound(RealShape shape) => shape.Name.StartsWith("DeBERTa", StringComparison.Ordinal)
        ? "bound by attention, which gathers a score for each distance; that is not counted as useful"
        : "bound by memory where a batch is short: each weight is read once for some hundred tokens";

    private static async Task<(float[] Logits, string Line)> MeasureAsync(
        RandomModel model, WeightChoice choice, PhaseProfile profile, TimeSpan time)
    {
        int threads = profile.Clocks.Count;
        var random = new Random(7);
        TokenSequence[] sequences = [.. Enumerable.Range(0, Batch).Select(i => Sequence(random, model.Config, i))];
        using var weights = WeightStore.Open(model.Folder);
        var head = model.Config.Architecture.Head(model.Config, labels: 1);
        long before = MemoryInUse();
        var engine = new CrossEncoderModel(model.Config, weights, Kernels.Best, head, choice);
        using var queue = new InferenceQueue(engine, "random", threads, LocalModel.DefaultBatchTokens, profile.Clocks);
        var (logits, _) = await RunAsync(queue, sequences, profile);
        double taken = (MemoryInUse() - before) / 1e6;
        for (var warmUp = new TimeBox(_warmUp); !warmUp.IsOver;)
        {
            await RunAsync(queue, sequences, profile);
        }

        List<double> seconds = [], peaks = [RegisterPeak.MultiplyAdd.MeasureNow(threads)];
        for (var box = new TimeBox(time); !box.IsOver || seconds.Count < LeastPasses;)
        {
            seconds.Add((await RunAsync(queue, sequences, profile)).Time.TotalSeconds);
            peaks.Add(RegisterPeak.MultiplyAdd.MeasureNow(threads));
        }

        double median = Statistics.Median(seconds);
        double operations = sequences.Sum(sequence => UsefulOperations.Count(model.Config, sequence.Length)) / 1e9;
        double share = Statistics.Median(seconds.Select((time, i) => operations / time / ((peaks[i] + peaks[i + 1]) / 2)));
        double megabytes = LayerBytes(model.Config, choice) / 1e6;
        double tokens = sequences.Sum(sequence => sequence.Length) / median;
        double pairs = sequences.Length / median;
        string speed = string.Create(
            CultureInfo.InvariantCulture, $"{pairs,9:F1} {tokens,11:F0} {operations / median,9:F1} {100 * share,7:F1} %");
        return (logits, string.Create(CultureInfo.InvariantCulture, $"{speed} {taken,10:F0} {megabytes,10:F0}"));
    }

    private static async Task<(float[] Logits, TimeSpan Time)> RunAsync(
        InferenceQueue queue, TokenSequence[] sequences, PhaseProfile profile)
    {
        long start = Stopwatch.GetTimestamp();
        float[] logits = await queue.RunAsync(sequences.Length, i => sequences[i], CancellationToken.None);
        var time = Stopwatch.GetElapsedTime(start);
        profile.Add(time);
        return (logits, time);
    }

    /// <summary>Bytes that the process has in use; where the system tells, without pages of files, which it can take back.</summary>
    private static long MemoryInUse()
    {
        const string Anonymous = "RssAnon:";
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        string? line = OperatingSystem.IsLinux()
            ? File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Anonymous, StringComparison.Ordinal))
            : null;
        return line is null
            ? Environment.WorkingSet
            : 1024 * long.Parse(line[Anonymous.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }

    /// <summary>How much memory the weights of all layers take.</summary>
    private static double LayerBytes(EncoderConfig config, WeightChoice choice) =>
        Enumerable.Range(0, config.Layers).Select(i => config.Architecture.Layer(config, i)).Sum(layer =>
            new[] { layer.Query, layer.Key, layer.Value, layer.AttentionOutput, layer.Up, layer.Gate, layer.Down }.OfType<DenseLayout>()
                .Sum(dense => (double)dense.Rows * dense.Input.Size)) * choice.Type switch
                {
                    LocalWeightType.Single => sizeof(float),
                    LocalWeightType.Int8 => sizeof(sbyte),
                    _ => sizeof(ushort),
                };

    private static TokenSequence Sequence(Random random, EncoderConfig config, int index)
    {
        int length = SyntheticPassages.LengthAt((index + 0.5) / Batch);
        return new([.. Enumerable.Range(0, length).Select(_ => random.Next(1000, config.VocabularySize - 1000))], length / 4);
    }
}
