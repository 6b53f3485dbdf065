using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Resift.Testing;

namespace Resift.Tests.Observability;

public sealed class LoggingRerankerTests
{
    private const string Query = "secret question";
    private const string Document = "secret answer";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RerankAsync_Debug_InvokedAndCompletedWithoutContent()
    {
        using var logs = new CollectingLoggerFactory(LogLevel.Debug);
        using var reranker = Logged(logs, new TestReranker());
        await reranker.RerankAsync(Query, [Document, Document], new() { TopN = 1 }, Cancellation);

        Assert.Collection(
            logs.Entries,
            invoked =>
            {
                Assert.Equal(LogLevel.Debug, invoked.Level);
                Assert.Equal("Rerank invoked: 2 documents, model word-overlap, top 1.", invoked.Message);
            },
            completed =>
            {
                Assert.Equal(LogLevel.Debug, completed.Level);
                Assert.StartsWith("Rerank completed: 1 results, model word-overlap, ", completed.Message, StringComparison.Ordinal);
                Assert.EndsWith(" ms, 0 documents truncated.", completed.Message, StringComparison.Ordinal);
            });
    }

    [Fact]
    public async Task RerankAsync_Trace_QueryAndDocumentsAtTraceOnly()
    {
        using var logs = new CollectingLoggerFactory(LogLevel.Trace);
        using var reranker = Logged(logs, new TestReranker());
        await reranker.RerankAsync(Query, [Document], cancellationToken: Cancellation);

        var content = Assert.Single(logs.Entries, entry => entry.Message.Contains("secret", StringComparison.Ordinal));
        Assert.Equal(LogLevel.Trace, content.Level);
        Assert.Contains(Query, content.Message, StringComparison.Ordinal);
        Assert.Contains(Document, content.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_Information_NothingOfAGoodCall()
    {
        using var logs = new CollectingLoggerFactory(LogLevel.Information);
        using var reranker = Logged(logs, new TestReranker());
        await reranker.RerankAsync(Query, [Document], cancellationToken: Cancellation);
        Assert.Empty(logs.Entries);
    }

    [Fact]
    public async Task RerankAsync_DegradedAnswer_WarningWithReason()
    {
        using var logs = new CollectingLoggerFactory(LogLevel.Information);
        using var reranker = Logged(logs, new TestReranker
        {
            RerankAsyncCallback = (_, _, _, _) => Task.FromResult(
                RerankResponse.Create([1.0], ScoreScale.Rank, topN: null) with { DegradedReason = "the deadline passed" }),
        });
        await reranker.RerankAsync(Query, [Document], cancellationToken: Cancellation);

        var warning = Assert.Single(logs.Entries);
        Assert.Equal((LogLevel.Warning, "Rerank answer is degraded: the deadline passed"), (warning.Level, warning.Message));
    }

    [Fact]
    public async Task RerankAsync_Truncation_Counted()
    {
        using var logs = new CollectingLoggerFactory(LogLevel.Debug);
        using var reranker = Logged(logs, new TestReranker
        {
            RerankAsyncCallback = (_, _, _, _) => Task.FromResult(
                RerankResponse.Create([1.0, 2.0], ScoreScale.Logit, topN: null) with
                {
                    Usage = new() { TruncatedDocuments = [new(1, 7)] },
                }),
        });
        await reranker.RerankAsync(Query, [Document, Document], cancellationToken: Cancellation);
        Assert.EndsWith("1 documents truncated.", logs.Entries.Last().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_Failure_ErrorWithTheException()
    {
        var failure = new RerankerException("broken");
        using var logs = new CollectingLoggerFactory(LogLevel.Information);
        using var reranker = Logged(logs, Failing(failure));
        var thrown = await Assert.ThrowsAsync<RerankerException>(
            () => reranker.RerankAsync(Query, [Document], cancellationToken: Cancellation));

        Assert.Same(failure, thrown);
        var error = Assert.Single(logs.Entries);
        Assert.Equal(LogLevel.Error, error.Level);
        Assert.Same(failure, error.Exception);
    }

    [Fact]
    public async Task RerankAsync_CancelledByTheCaller_DebugAndNoError()
    {
        using var logs = new CollectingLoggerFactory(LogLevel.Debug);
        using var reranker = Logged(logs, new TestReranker());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => reranker.RerankAsync(Query, [Document], cancellationToken: new(canceled: true)));

        Assert.All(logs.Entries, entry => Assert.Equal(LogLevel.Debug, entry.Level));
        Assert.StartsWith("Rerank cancelled after ", logs.Entries.Last().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_CancelledByNobodyOutside_Error()
    {
        using var logs = new CollectingLoggerFactory(LogLevel.Information);
        using var reranker = Logged(logs, Failing(new TaskCanceledException("A timeout of the provider.")));
        await Assert.ThrowsAsync<TaskCanceledException>(() => reranker.RerankAsync(Query, [Document], cancellationToken: Cancellation));
        Assert.Equal(LogLevel.Error, Assert.Single(logs.Entries).Level);
    }

    [Fact]
    public void UseLogging_NullLoggerFactory_InnerReranker()
    {
        using var inner = new TestReranker();
        Assert.Same(inner, inner.AsBuilder().UseLogging(NullLoggerFactory.Instance).Build());
    }

    [Fact]
    public void UseLogging_NoFactoryGiven_ThatOfTheServices()
    {
        using var logs = new CollectingLoggerFactory(LogLevel.Debug);
        var builder = new TestReranker().AsBuilder().UseLogging();
        using var reranker = builder.Build(new SingleService(logs));
        Assert.IsType<LoggingReranker>(reranker);
        Assert.Equal(["Resift.LoggingReranker"], logs.Categories);

        // Every chain that one builder builds uses the services it was built with.
        Assert.IsType<TestReranker>(builder.Build(new SingleService(NullLoggerFactory.Instance)));
    }

    [Fact]
    public void UseLogging_NoFactoryAnywhere_NothingIsWrapped()
    {
        using var inner = new TestReranker();
        using var services = new ServiceCollection().BuildServiceProvider();
        Assert.Same(inner, inner.AsBuilder().UseLogging().Build());
        Assert.Same(inner, inner.AsBuilder().UseLogging().Build(services));
    }

    private static IReranker Logged(ILoggerFactory logs, TestReranker inner) => inner.AsBuilder().UseLogging(logs).Build();

    private static TestReranker Failing(Exception error) =>
        new() { RerankAsyncCallback = (_, _, _, _) => Task.FromException<RerankResponse>(error) };

    public sealed class Conformance : PointwiseRerankerConformanceTests
    {
        protected override IReranker CreateReranker() => Logged(new CollectingLoggerFactory(LogLevel.Trace), new TestReranker());
    }

    private sealed class SingleService(ILoggerFactory loggerFactory) : IServiceProvider
    {
        public object? GetService(Type serviceType) => serviceType == typeof(ILoggerFactory) ? loggerFactory : null;
    }
}
