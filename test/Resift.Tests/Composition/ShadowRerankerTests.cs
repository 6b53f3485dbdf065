using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Resift.Testing;

namespace Resift.Tests.Composition;

public sealed class ShadowRerankerTests
{
    private static readonly string[] _documents = ["a", "b", "c", "d"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(new double[] { 4, 3, 2, 1 }, 1)]
    [InlineData(new double[] { 1, 2, 3, 4 }, -1)]
    [InlineData(new double[] { 3, 4, 2, 1 }, 0.8)]
    public async Task RerankAsync_Shadow_ComparedAndAnswerUntouched(double[] shadowScores, double correlation)
    {
        var reported = new TaskCompletionSource<ShadowComparison>();
        using var reranker = Scoring(4, 3, 2, 1).AsBuilder().UseShadow(Scoring(shadowScores), reported.SetResult).Build();
        var response = await reranker.RerankAsync("q", _documents, cancellationToken: Cancellation);
        Assert.Equal([0, 1, 2, 3], response.Results.Select(result => result.Index));
        var comparison = await reported.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.Equal(correlation, comparison.RankCorrelation!.Value, 1e-12);
        Assert.Equal(shadowScores[0] == shadowScores.Max(), comparison.SameBest);
        Assert.Equal(4, comparison.DocumentCount);
    }

    [Fact]
    public async Task RerankAsync_ShadowFails_ReportedAndAnswerUntouched()
    {
        var reported = new TaskCompletionSource<ShadowComparison>();
        var shadow = new TestReranker { RerankAsyncCallback = (_, _, _, _) => throw new RerankerException("bad shadow") };
        using var reranker = Scoring(1, 2, 3, 4).AsBuilder().UseShadow(shadow, reported.SetResult).Build();
        Assert.False((await reranker.RerankAsync("q", _documents, cancellationToken: Cancellation)).IsDegraded);
        var comparison = await reported.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.Equal("bad shadow", comparison.Error!.Message);
        Assert.Null(comparison.RankCorrelation);
    }

    [Fact]
    public async Task RerankAsync_ReportThrows_LoggedAndAnswerUntouched()
    {
        using var logs = new CollectingLoggerFactory(LogLevel.Error);
        using var services = new ServiceCollection().AddSingleton<ILoggerFactory>(logs).BuildServiceProvider();
        var reported = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var reranker = Scoring(1, 2, 3, 4).AsBuilder()
            .UseShadow(
                Scoring(4, 3, 2, 1),
                _ =>
                {
                    reported.TrySetResult();
                    throw new FormatException("bad report");
                },
                maxConcurrency: 1)
            .Build(services);
        Assert.False((await reranker.RerankAsync("q", _documents, cancellationToken: Cancellation)).IsDegraded);
        await reported.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.True(SpinWait.SpinUntil(() => !logs.Entries.IsEmpty, TimeSpan.FromSeconds(30)));
        Assert.Equal("bad report", Assert.Single(logs.Entries).Exception!.Message);
    }

    [Fact]
    public async Task RerankAsync_ShadowHangs_AnswerComesAndFurtherShadowsAreBounded()
    {
        var gate = new TaskCompletionSource<RerankResponse>();
        using var shadow = new TestReranker { RerankAsyncCallback = (_, _, _, token) => gate.Task.WaitAsync(token) };
        using var reranker = new ShadowReranker(Scoring(4, 3, 2, 1), shadow, _ => { }, maxConcurrency: 2);
        for (int i = 0; i < 10; i++)
        {
            await reranker.RerankAsync("q", _documents, cancellationToken: Cancellation);
        }

        Assert.InRange(shadow.Calls, 0, 2);
    }

    [Fact]
    public async Task RerankAsync_CallersMistakes_LeaveTheShadowItsPlace()
    {
        var reported = new TaskCompletionSource<ShadowComparison>();
        using var reranker = new ShadowReranker(Scoring(4, 3, 2, 1), Scoring(4, 3, 2, 1), reported.SetResult, maxConcurrency: 1);
        await Assert.ThrowsAsync<ArgumentNullException>(() => reranker.RerankAsync("q", null!, cancellationToken: Cancellation));
        await reranker.RerankAsync("q", _documents, cancellationToken: Cancellation);
        Assert.Equal(1, (await reported.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation)).RankCorrelation);
    }

    [Fact]
    public async Task Dispose_ShadowUnderWay_Cancelled()
    {
        var started = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        var shadow = new TestReranker
        {
            RerankAsyncCallback = async (_, _, _, token) =>
            {
                started.TrySetResult();
                try
                {
                    return await new TaskCompletionSource<RerankResponse>().Task.WaitAsync(token);
                }
                catch (OperationCanceledException)
                {
                    cancelled.SetResult();
                    throw;
                }
            },
        };
        var reranker = new ShadowReranker(Scoring(4, 3, 2, 1), shadow, _ => { });
        await reranker.RerankAsync("q", _documents, cancellationToken: Cancellation);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        reranker.Dispose();
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
    }

    private static TestReranker Scoring(params double[] scores) => new()
    {
        RerankAsyncCallback = (_, _, options, _) => Task.FromResult(RerankResponse.Create(scores, ScoreScale.Logit, options?.TopN)),
    };

    public sealed class Conformance : PointwiseRerankerConformanceTests
    {
        protected override IReranker CreateReranker() => new TestReranker().AsBuilder().UseShadow(new TestReranker(), _ => { }).Build();
    }
}
