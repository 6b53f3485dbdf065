using System.Diagnostics;
using System.Globalization;
using Resift.Local.Inference;
using Resift.Local.Models;

namespace Resift.Benchmarks;

/// <summary>This engine at the level where pairs are encoded already: the queue that every call of the library goes through.</summary>
internal sealed class ResiftEngine : IDisposable
{
    private readonly WeightStore _weights;
    private readonly InferenceQueue _queue;
    private readonly PhaseClock[] _clocks;
    private TimeSpan _elapsed;

    public ResiftEngine(string modelFolder, int threads, WeightChoice choice = default)
    {
        var config = EncoderConfig.Load(modelFolder);
        _weights = WeightStore.Open(modelFolder);
        _clocks = [.. Enumerable.Range(0, threads).Select(_ => new PhaseClock())];
        var model = new CrossEncoderModel(config, _weights, Kernels.Best, config.Architecture.Head(config, labels: 1), choice);
        _queue = new(model, Path.GetFileName(modelFolder), threads, LocalModel.DefaultBatchTokens, _clocks);
    }

    public float[] Score(IReadOnlyList<EncodedPair> pairs)
    {
        long start = Stopwatch.GetTimestamp();
        var answer = _queue.RunAsync(pairs.Count, i => new(pairs[i].Ids, pairs[i].FirstSegmentLength), CancellationToken.None);
        float[] scores = answer.GetAwaiter().GetResult();
        _elapsed += Stopwatch.GetElapsedTime(start);
        return scores;
    }

    /// <summary>Writes where the time of all calls went.</summary>
    public void WriteProfile(TextWriter writer)
    {
        var times = Enum.GetValues<Phase>().ToDictionary(phase => phase, phase => _clocks.Sum(clock => clock.Of(phase).TotalSeconds));
        double total = times.Values.Sum();
        writer.WriteLine(string.Join(", ", times.Select(time => $"{time.Key} {Percent(time.Value / total)}")));
        writer.WriteLine($"its {_clocks.Length} threads compute for {Percent(total / _clocks.Length / _elapsed.TotalSeconds)} of the time");

        static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1} %");
    }

    public void Dispose()
    {
        _queue.Dispose();
        _weights.Dispose();
    }
}
