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

    public ResiftEngine(string modelFolder, int threads)
    {
        var config = BertConfig.Load(modelFolder);
        _weights = WeightStore.Open(modelFolder);
        _clocks = [.. Enumerable.Range(0, threads).Select(_ => new PhaseClock())];
        _queue = new(new CrossEncoderModel(config, _weights, Kernels.Best, labels: 1), threads, LocalModel.DefaultBatchTokens, _clocks);
    }

    public float[] Score(IReadOnlyList<EncodedPair> pairs) =>
        _queue.RunAsync(pairs.Count, i => new(pairs[i].Ids, pairs[i].FirstSegmentLength), CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Writes where the time of all calls went.</summary>
    public void WriteProfile(TextWriter writer)
    {
        var times = Enum.GetValues<Phase>().ToDictionary(phase => phase, phase => _clocks.Sum(clock => clock.Of(phase).TotalSeconds));
        double total = times.Values.Sum();
        writer.WriteLine("where the time of the threads goes: " + string.Join(
            ", ", times.Select(time => string.Create(CultureInfo.InvariantCulture, $"{time.Key} {100 * time.Value / total:F1} %"))));
    }

    public void Dispose()
    {
        _queue.Dispose();
        _weights.Dispose();
    }
}
