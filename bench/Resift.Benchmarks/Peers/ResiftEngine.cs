using System.Diagnostics;
using Resift.Local.Inference;
using Resift.Local.Models;

namespace Resift.Benchmarks;

/// <summary>This engine at the level where pairs are encoded already: the queue that every call of the library goes through.</summary>
internal sealed class ResiftEngine : IDisposable
{
    private readonly WeightStore _weights;
    private readonly InferenceQueue _queue;
    private readonly PhaseProfile _profile;

    public ResiftEngine(string modelFolder, int threads, WeightChoice choice = default)
    {
        var config = EncoderConfig.Load(modelFolder);
        _weights = WeightStore.Open(modelFolder);
        _profile = new(threads);
        var model = new CrossEncoderModel(config, _weights, Kernels.Best, config.Architecture.Head(config, labels: 1), choice);
        _queue = new(model, Path.GetFileName(modelFolder), threads, LocalModel.DefaultBatchTokens, _profile.Clocks);
    }

    public float[] Score(IReadOnlyList<EncodedPair> pairs)
    {
        long start = Stopwatch.GetTimestamp();
        var answer = _queue.RunAsync(pairs.Count, i => new(pairs[i].Ids, pairs[i].FirstSegmentLength), CancellationToken.None);
        float[] scores = answer.GetAwaiter().GetResult();
        _profile.Add(Stopwatch.GetElapsedTime(start));
        return scores;
    }

    /// <summary>Writes where the time of all calls went.</summary>
    public void WriteProfile(TextWriter writer) => _profile.Write(writer);

    public void Dispose()
    {
        _queue.Dispose();
        _weights.Dispose();
    }
}
