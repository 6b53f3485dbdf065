using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Resift.Orleans.Tests;

public sealed class PrivacyTests
{
    private const string Secret = "xylophone";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RerankAsync_EverythingLogged_NoTextIsInTheLog()
    {
        using var logs = new LogLines();
        bool fails = false;
        SiloStub[] stubs = [new("a"), new("a")];
        foreach (var stub in stubs)
        {
            stub.Before = _ => fails ? throw new InvalidOperationException("no") : Task.CompletedTask;
        }

        await using var cluster = await StubCluster.StartAsync(stubs, logs: logs);
        await cluster.Reranker.RerankAsync($"what is a {Secret}", [$"a {Secret} is loud"], cancellationToken: Cancellation);
        fails = true;
        await Assert.ThrowsAsync<RerankerException>(() => cluster.Reranker.RerankAsync(
            $"what is a {Secret}", [$"a {Secret} is loud"], new() { Instruction = Secret }, Cancellation));

        Assert.Contains(logs.Lines, line => line.Contains("IRerankSiloGrain", StringComparison.Ordinal));
        Assert.DoesNotContain(logs.Lines, line => line.Contains(Secret, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task RerankAsync_Traced_TheSilosSpanIsWithinTheCallersAndCarriesNoText()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == OrleansTelemetry.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var cluster = await StubCluster.StartAsync([new SiloStub("a")]);
        await cluster.Reranker.RerankAsync(Secret, [Secret, "a", "b"], cancellationToken: Cancellation);

        // Other tests are traced meanwhile.
        var caller = spans.Single(span => span.Kind == ActivityKind.Client && Equals(span.GetTagItem("gen_ai.rerank.candidate.count"), 3));
        var silo = spans.Single(span => span.ParentSpanId == caller.SpanId);
        Assert.Equal(ActivityKind.Server, silo.Kind);
        Assert.Equal(caller.TraceId, silo.TraceId);
        Assert.DoesNotContain(caller.TagObjects.Concat(silo.TagObjects), tag => $"{tag.Value}".Contains(Secret, StringComparison.Ordinal));
    }

    private sealed class LogLines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
