using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Resift.Local.Inference;
using Resift.Local.Models;
using Resift.Local.Tests.Models;
using Resift.Local.Tokenization;

namespace Resift.Local.Tests.Inference;

public sealed class QueueMetricsTests : IDisposable
{
    private const int BatchTokens = 64;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly string _modelId = Guid.NewGuid().ToString();
    private readonly ConcurrentQueue<(string Name, double Value)> _measurements = [];
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RunAsync_SomebodyListens_BatchesTokensAndWaits()
    {
        using var listener = Listener();
        using var weights = Weights();
        using var queue = Queue(new ScriptedModel(_folder.Path, weights, _ => { }));

        await queue.RunAsync(40, index => Sequence(index % 3), Cancellation).WaitAsync(_patience, Cancellation);

        long tokens = Enumerable.Range(0, 40).Sum(index => 8 + (index % 3));
        Assert.Equal(tokens, Values("resift.local.tokens").Sum());
        Assert.Equal(tokens, Values("resift.local.batch.tokens").Sum());
        Assert.All(Values("resift.local.batch.tokens"), value => Assert.InRange(value, 1, BatchTokens));
        Assert.Equal(40, Values("resift.local.batch.sequences").Sum());

        // One for each job: 16, 16 and 8 sequences.
        Assert.Equal(3, Values("resift.local.queue.wait").Length);
        Assert.All(Values("resift.local.queue.wait"), value => Assert.InRange(value, 0.0, _patience.TotalSeconds));
    }

    [Fact]
    public async Task RunAsync_SequencesWait_DepthIsTheirNumber()
    {
        using var gate = new Gate();
        using var listener = Listener();
        using var weights = Weights();
        using var queue = Queue(new ScriptedModel(_folder.Path, weights, _ => gate.Pass()));
        listener.RecordObservableInstruments();

        // The first batch has one sequence; those of the second call wait.
        var first = queue.RunAsync(1, _ => Sequence(0), Cancellation);
        await gate.Reached.WaitAsync(_patience, Cancellation);
        var second = queue.RunAsync(10, _ => Sequence(0), Cancellation);
        await Task.Run(() => SpinWait.SpinUntil(() => queue.Waiting == 10, _patience), Cancellation);
        listener.RecordObservableInstruments();
        gate.Open();
        await Task.WhenAll(first, second).WaitAsync(_patience, Cancellation);
        listener.RecordObservableInstruments();

        Assert.Equal([0, 10, 0], Values("resift.local.queue.depth"));
    }

    [Fact]
    public void MeasuresWaits_NobodyListens_No()
    {
        using var metrics = new QueueMetrics(_modelId, () => 0);
        Assert.False(metrics.MeasuresWaits);

        using var listener = Listener();

        Assert.True(metrics.MeasuresWaits);
    }

    [Fact]
    public async Task RerankAsync_SomebodyListens_MeasurementsNameTheModel()
    {
        new TinyModel().Write(_folder.Path);
        using var listener = Listener(new DirectoryInfo(_folder.Path).Name);
        using var reranker = LocalReranker.Load(_folder.Path);

        var response = await reranker.RerankAsync("a", ["b", "c d"], cancellationToken: Cancellation);

        Assert.Equal((double)response.Usage!.InputTokens!, Values("resift.local.tokens").Sum());
    }

    private static TokenSequence Sequence(int more) => new(new int[8 + more], 8);

    private double[] Values(string instrument) => [.. _measurements.Where(item => item.Name == instrument).Select(item => item.Value)];

    private MeterListener Listener(string? modelId = null)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == LocalModelTelemetry.MeterName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.Start();
        return listener;

        // Tests of other classes measure at the same time.
        void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags is [{ Key: "gen_ai.request.model", Value: string model }] && model == (modelId ?? _modelId))
            {
                _measurements.Enqueue((instrument.Name, value));
            }
        }
    }

    private WeightStore Weights() => WeightStore.Open(new TinyModel().Write(_folder.Path));

    private InferenceQueue Queue(SequenceModel model) => new(model, _modelId, threads: 1, BatchTokens);
}
