using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Resift.Testing;

namespace Resift.AspNetCore.Tests;

/// <summary>What is measured, traced and logged of requests, and that nothing of their texts is.</summary>
public sealed class TelemetryTests
{
    private const string Secret = "zebra-4711";

    [Fact]
    public async Task Rerank_Answered_IsMeasuredByDialectModelAndStatus()
    {
        await using var server = await TestServer.StartAsync();
        using var measured = new Measurements(server);

        await server.PostAsync("/v2/rerank", """{"model":"rerank-v3.5","query":"q","documents":["four letters","q"]}""");
        await server.PostAsync("/tei/embed", """{"inputs":["a","b","c"]}""");

        Assert.Equal(
            [
                "embeddings words=hash dialect=tei status=200 error=",
                "rerank words=words dialect=cohere-v2 status=200 error=",
            ],
            measured.Of("gen_ai.server.request.duration").Select(Text).Order());
        Assert.Equal([2, 3], measured.Of("resift.server.documents").Select(item => (int)item.Value).Order());
        Assert.All(measured.Of("resift.server.tokens"), item => Assert.True(item.Value > 0));
    }

    [Theory]
    [InlineData("/v2/rerank", """{"model":"zebra-4711","query":"q","documents":["q"]}""", "cohere-v2", 404, "unknown_model")]
    [InlineData("/jina/v1/rerank", """{"model":"words","query":"","documents":["q"]}""", "jina", 422, "invalid")]
    [InlineData("/v1/rerank", "{", "common", 400, "malformed")]
    [InlineData("/v1/rerank", """{"query":"q","texts":[]}""", "tei", 400, "empty")]
    public async Task Rerank_Refused_IsMeasuredByItsReasonAndNotByWhatTheClientWrote(
        string path, string json, string dialect, int status, string error)
    {
        await using var server = await TestServer.StartAsync();
        using var measured = new Measurements(server);

        await server.PostAsync(path, json);

        Assert.Equal(
            $"rerank words= dialect={dialect} status={status} error={error}",
            Text(Assert.Single(measured.Of("gen_ai.server.request.duration"))));
        Assert.Empty(measured.Of("resift.server.documents"));
    }

    [Fact]
    public async Task Gauges_WhileARequestIsUnderWay_CountItAndItsTokens()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reranker = new TestReranker
        {
            RerankAsyncCallback = async (_, _, _, cancellationToken) =>
            {
                entered.SetResult();
                await release.Task.WaitAsync(cancellationToken);
                return RerankResponse.Create([0.5], ScoreScale.Probability, topN: null);
            },
        };
        await using var server = await TestServer.StartAsync(reranker: reranker);
        using var measured = new Measurements(server);

        var call = server.PostAsync("/v1/rerank", """{"query":"four","documents":["0123456789abcdef"]}""");
        await entered.Task;
        measured.Read();
        release.SetResult();
        await call;
        measured.Read();

        Assert.Equal([1, 0], measured.Of("resift.server.active_requests").Select(item => (int)item.Value));
        Assert.Equal([5, 0], measured.Of("resift.server.active_tokens").Select(item => (int)item.Value));
    }

    [Fact]
    public async Task Rerank_InATraceOfTheClient_IsPartOfItAndSaysWhatWasAsked()
    {
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using (var server = await TestServer.StartAsync())
        {
            await server.PostAsync("/v2/rerank", $$"""{"model":"words","query":"{{Secret}}","documents":["{{Secret}}"]}""",
                ("traceparent", $"00-{Trace}-00f067aa0ba902b7-01"), ("X-Request-Id", "mine"));
        }

        var activity = Assert.Single(ended, activity => activity.TraceId.ToHexString() == Trace);
        Assert.Equal("00f067aa0ba902b7", activity.ParentSpanId.ToHexString());
        Assert.Equal("words", activity.GetTagItem("gen_ai.request.model"));
        Assert.Equal("cohere-v2", activity.GetTagItem("resift.server.dialect"));
        Assert.Equal("mine", activity.GetTagItem("resift.server.request.id"));
        Assert.DoesNotContain(activity.TagObjects, tag => $"{tag.Value}".Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Requests_OfAllOutcomes_LeaveNothingOfTheirTextsInTheLog()
    {
        var log = new AllEntries();
        var reranker = new TestReranker
        {
            RerankAsyncCallback = (query, documents, _, _) => query.Contains("fail", StringComparison.Ordinal)
                ? throw new InvalidOperationException("broken")
                : Task.FromResult(RerankResponse.Create([.. documents.Select(_ => 0.5)], ScoreScale.Probability, topN: null)),
        };
        await using var server = await TestServer.StartAsync(reranker: reranker, log: log);

        foreach (string json in (string[])
        [
            $$"""{"model":"words","query":"{{Secret}}","documents":["{{Secret}}"]}""",
            $$"""{"model":"words","query":"fail {{Secret}}","documents":["{{Secret}}"]}""",
            $$"""{"model":"{{Secret}}","query":"{{Secret}}","documents":["{{Secret}}"]}""",
            $$"""{"model":"words","query":"{{Secret}}","documents":[["{{Secret}}"]]}""",
            $$"""{"{{Secret}}":"{{Secret}}","{{Secret}}":1}""",
            $$"""{"query":"{{Secret}}" """,
        ])
        {
            foreach (string path in (string[])["/v1/rerank", "/v2/rerank", "/jina/v1/rerank", "/tei/rerank", "/v1/embeddings"])
            {
                await server.PostAsync(path, json);
            }
        }

        Assert.Contains(log.Entries, entry => entry.Contains("cohere-v2 rerank: 200", StringComparison.Ordinal));
        Assert.Contains(log.Entries, entry => entry.Contains("unknown_model", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Entries, entry => entry.Contains(Secret, StringComparison.Ordinal));
    }

    private static string Text((double Value, Dictionary<string, object?> Tags) item) =>
        $"{item.Tags["gen_ai.operation.name"]} words={item.Tags.GetValueOrDefault("gen_ai.request.model")} " +
        $"dialect={item.Tags["resift.server.dialect"]} status={item.Tags["http.response.status_code"]} " +
        $"error={item.Tags.GetValueOrDefault("error.type")}";

    /// <summary>Collects what one server measures.</summary>
    private sealed class Measurements : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentQueue<(string Name, double Value, Dictionary<string, object?> Tags)> _all = new();

        public Measurements(TestServer server)
        {
            var owner = server.App.Services.GetRequiredService<IMeterFactory>();
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == ResiftServerTelemetry.MeterName && instrument.Meter.Scope == owner)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.Start();
        }

        public IEnumerable<(double Value, Dictionary<string, object?> Tags)> Of(string name) =>
            _all.Where(item => item.Name == name).Select(item => (item.Value, item.Tags));

        public void Read() => _listener.RecordObservableInstruments();

        public void Dispose() => _listener.Dispose();

        private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            _all.Enqueue((instrument.Name, value, new(tags.ToArray())));
    }

    private sealed class AllEntries : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Entries { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            Entries.Enqueue($"{state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Entries.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
