using System.Diagnostics;
using System.Diagnostics.Metrics;
using Resift.Testing;

namespace Resift.Tests.Observability;

public sealed class OpenTelemetryRerankerTests : IDisposable
{
    // Each test listens to a source of its own, because listeners hear every source of the process.
    private readonly string _sourceName = Guid.NewGuid().ToString();
    private readonly TelemetryRecorder _recorder;

    public OpenTelemetryRerankerTests() => _recorder = new(_sourceName);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _recorder.Dispose();

    [Fact]
    public async Task RerankAsync_Success_SpanWithEveryName()
    {
        using var reranker = Traced(Remote());
        await reranker.RerankAsync("query", ["one", "two"], new() { TopN = 1, ModelId = "asked" }, Cancellation);

        var span = Assert.Single(_recorder.Spans);
        Assert.Equal("rerank asked", span.DisplayName);
        Assert.Equal(ActivityKind.Client, span.Kind);
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
        Assert.Equal(
            new Dictionary<string, object?>
            {
                ["gen_ai.operation.name"] = "rerank",
                ["gen_ai.provider.name"] = "remote",
                ["gen_ai.request.model"] = "asked",
                ["server.address"] = "rerank.example",
                ["server.port"] = 8443,
                ["gen_ai.rerank.candidate.count"] = 2,
                ["gen_ai.rerank.top_n"] = 1,
                ["gen_ai.response.model"] = "answered",
                ["gen_ai.usage.input_tokens"] = 42L,
                ["resift.truncated_documents.count"] = 1,
                ["resift.degraded"] = true,
                ["resift.degraded.reason"] = "reason",
            },
            span.TagObjects.ToDictionary(tag => tag.Key, tag => tag.Value));
    }

    [Fact]
    public async Task RerankAsync_Success_SamplersSeeTheRequest()
    {
        using var reranker = Traced(Remote());
        await reranker.RerankAsync("query", ["one"], cancellationToken: Cancellation);
        Assert.Equal(
            ["gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model", "server.address", "server.port"],
            Assert.Single(_recorder.SampledTags).Keys.Order());
    }

    [Fact]
    public async Task RerankAsync_LocalModelThatKnowsLittle_InternalSpanWithoutTheUnknown()
    {
        using var reranker = Traced(new TestReranker
        {
            Metadata = new("local"),
            RerankAsyncCallback = (_, _, _, _) => Task.FromResult(RerankResponse.Create([1.0], ScoreScale.Logit, topN: null)),
        });
        await reranker.RerankAsync("query", ["one"], cancellationToken: Cancellation);

        var span = Assert.Single(_recorder.Spans);
        Assert.Equal(("rerank", ActivityKind.Internal), (span.DisplayName, span.Kind));
        Assert.Equal(
            ["gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.rerank.candidate.count", "resift.degraded"],
            span.TagObjects.Select(tag => tag.Key).Order());
        Assert.DoesNotContain(_recorder.Measurements, measurement => measurement.Name == "gen_ai.client.token.usage");
    }

    [Fact]
    public async Task RerankAsync_InsideASpan_BecomesItsChild()
    {
        using var outer = new Activity("outer").Start();
        using var reranker = Traced(Remote());
        await reranker.RerankAsync("query", ["one"], cancellationToken: Cancellation);
        Assert.Equal(outer.SpanId, Assert.Single(_recorder.Spans).ParentSpanId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RerankAsync_SensitiveData_OnlyWhenEnabled(bool enabled)
    {
        using var reranker = Traced(Remote(), telemetry => telemetry.EnableSensitiveData = enabled);
        await reranker.RerankAsync("secret question", ["secret answer"], cancellationToken: Cancellation);

        var span = Assert.Single(_recorder.Spans);
        Assert.Equal(enabled ? "secret question" : null, span.GetTagItem("resift.query"));
        Assert.Equal(enabled ? ["secret answer"] : null, span.GetTagItem("resift.documents") as string[]);
    }

    [Fact]
    public async Task RerankAsync_Failure_StatusAndErrorTypeOnSpanAndDuration()
    {
        using var reranker = Traced(new TestReranker
        {
            RerankAsyncCallback = (_, _, _, _) => Task.FromException<RerankResponse>(new RerankerException("broken")),
        });
        await Assert.ThrowsAsync<RerankerException>(() => reranker.RerankAsync("query", ["one"], cancellationToken: Cancellation));

        var span = Assert.Single(_recorder.Spans);
        Assert.Equal((ActivityStatusCode.Error, "broken"), (span.Status, span.StatusDescription));
        Assert.Equal("Resift.RerankerException", span.GetTagItem("error.type"));
        Assert.Equal("Resift.RerankerException", Assert.Single(_recorder.Measurements).Tags["error.type"]);
    }

    [Fact]
    public async Task RerankAsync_Cancelled_IsAnErrorTypeToo()
    {
        using var reranker = Traced(new TestReranker());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => reranker.RerankAsync("query", ["one"], cancellationToken: new(canceled: true)));
        Assert.Equal("System.OperationCanceledException", Assert.Single(_recorder.Spans).GetTagItem("error.type"));
    }

    [Fact]
    public async Task RerankAsync_Success_DurationAndTokensMeasured()
    {
        using var reranker = Traced(Remote());
        await reranker.RerankAsync("query", ["one"], cancellationToken: Cancellation);

        var duration = _recorder.Measurements.Single(measurement => measurement.Name == "gen_ai.client.operation.duration");
        var tokens = _recorder.Measurements.Single(measurement => measurement.Name == "gen_ai.client.token.usage");
        Assert.InRange(duration.Value, 0, 30);
        Assert.Equal(42, tokens.Value);
        Assert.Equal("input", tokens.Tags["gen_ai.token.type"]);
        Assert.Equal(
            [
                ("gen_ai.client.token.usage", 42),
                ("resift.rerank.cached_documents", 0),
                ("resift.rerank.degraded", 1),
                ("resift.rerank.pairs", 1),
            ],
            _recorder.Measurements.Where(measurement => measurement != duration).Select(m => (m.Name, m.Value)).Order());
        Assert.All(_recorder.Measurements, measurement =>
        {
            Assert.Equal("rerank", measurement.Tags["gen_ai.operation.name"]);
            Assert.Equal("remote", measurement.Tags["gen_ai.provider.name"]);
            Assert.Equal("default", measurement.Tags["gen_ai.request.model"]);
            Assert.Equal("answered", measurement.Tags["gen_ai.response.model"]);
        });
    }

    [Fact]
    public void Constructor_Instruments_HaveUnitsAndAdvisedBuckets()
    {
        using var reranker = Traced(new TestReranker());
        var duration = Assert.IsType<Histogram<double>>(_recorder.Instruments.Single(i => i.Name == "gen_ai.client.operation.duration"));
        var tokens = Assert.IsType<Histogram<long>>(_recorder.Instruments.Single(i => i.Name == "gen_ai.client.token.usage"));
        Assert.Equal(("s", "{token}"), (duration.Unit, tokens.Unit));
        Assert.Equal(Enumerable.Range(0, 14).Select(i => 0.01 * (1 << i)), duration.Advice?.HistogramBucketBoundaries);
        Assert.Equal(Enumerable.Range(0, 14).Select(i => 1L << (2 * i)), tokens.Advice?.HistogramBucketBoundaries);
    }

    [Fact]
    public void Constructor_NoSourceName_Resift()
    {
        using var reranker = new OpenTelemetryReranker(new TestReranker());
        Assert.Equal("Resift", reranker.GetService<ActivitySource>()?.Name);
    }

    [Fact]
    public async Task RerankAsync_NobodyListens_PassesThrough()
    {
        using var reranker = new OpenTelemetryReranker(new TestReranker(), Guid.NewGuid().ToString());
        var response = await reranker.RerankAsync("one", ["one"], cancellationToken: Cancellation);
        Assert.Single(response.Results);
    }

    [Fact]
    public void Dispose_Always_EndsTheInstrumentsAndTheInner()
    {
        var inner = new TestReranker();
        var ended = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == _sourceName)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
            MeasurementsCompleted = (instrument, _) => ended.Add(instrument.Name),
        };
        listener.Start();
        Traced(inner).Dispose();
        Assert.Equal(
            [
                "gen_ai.client.operation.duration",
                "gen_ai.client.token.usage",
                "resift.rerank.cached_documents",
                "resift.rerank.degraded",
                "resift.rerank.pairs",
            ],
            ended.Order());
        Assert.Equal(1, inner.Disposals);
    }

    private static TestReranker Remote() => new()
    {
        Metadata = new("remote") { ProviderUri = new("https://rerank.example:8443/v1"), DefaultModelId = "default" },
        RerankAsyncCallback = (_, documents, options, _) => Task.FromResult(
            RerankResponse.Create(new double[documents.Count], ScoreScale.Logit, options?.TopN) with
            {
                ModelId = "answered",
                DegradedReason = "reason",
                Usage = new() { Pairs = 1, InputTokens = 42, TruncatedDocuments = [new(0, 5)] },
            }),
    };

    private IReranker Traced(IReranker inner, Action<OpenTelemetryReranker>? configure = null) =>
        inner.AsBuilder().UseOpenTelemetry(_sourceName, configure).Build();

    public sealed class Conformance : PointwiseRerankerConformanceTests, IDisposable
    {
        private readonly string _sourceName = Guid.NewGuid().ToString();
        private readonly TelemetryRecorder _recorder;

        public Conformance() => _recorder = new(_sourceName);

        public void Dispose() => _recorder.Dispose();

        protected override IReranker CreateReranker() =>
            new OpenTelemetryReranker(new TestReranker(), _sourceName) { EnableSensitiveData = true };
    }
}
