using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Resift.Local.Inference;

/// <summary>The measurements of one queue. Safe for concurrent use; nothing is computed where nobody listens.</summary>
internal sealed class QueueMetrics : IDisposable
{
    private readonly Meter _meter = new(LocalModelTelemetry.MeterName);
    private readonly KeyValuePair<string, object?> _model;
    private readonly Histogram<double> _wait;
    private readonly Histogram<int> _batchSequences;
    private readonly Histogram<int> _batchTokens;
    private readonly Counter<long> _tokens;

    /// <summary>Creates the instruments.</summary>
    /// <param name="modelId">Tells the models of a process apart.</param>
    /// <param name="depth">Counts the sequences that wait; called from any thread.</param>
    public QueueMetrics(string modelId, Func<int> depth)
    {
        _model = new("gen_ai.request.model", modelId);
        _meter.CreateObservableUpDownCounter(
            "resift.local.queue.depth",
            () => new Measurement<int>(depth(), _model),
            "{sequence}",
            "How many encoded sequences wait for a thread.");
        _wait = _meter.CreateHistogram(
            "resift.local.queue.wait",
            "s",
            "How long encoded sequences wait until a thread takes the first of them.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
            });
        _batchSequences = _meter.CreateHistogram(
            "resift.local.batch.sequences",
            "{sequence}",
            "How many sequences a batch has.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128] });
        _batchTokens = _meter.CreateHistogram(
            "resift.local.batch.tokens",
            "{token}",
            "How many tokens a batch has.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [32, 64, 128, 192, 256, 384, 512, 1024, 2048, 4096] });
        _tokens = _meter.CreateCounter<long>("resift.local.tokens", "{token}", "How many tokens the model has read.");
    }

    public bool MeasuresWaits => _wait.Enabled;

    /// <summary>Measures a batch that a thread has taken, and how long it waited for that.</summary>
    public void Record(InferenceBatch batch)
    {
        foreach (var job in batch.Begun)
        {
            if (job.Since is { } since)
            {
                _wait.Record(Stopwatch.GetElapsedTime(since).TotalSeconds, _model);
            }
        }

        _batchSequences.Record(batch.Sequences, _model);
        _batchTokens.Record(batch.Tokens, _model);
        _tokens.Add(batch.Tokens, _model);
    }

    public void Dispose() => _meter.Dispose();
}
