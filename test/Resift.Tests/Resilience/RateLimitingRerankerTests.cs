using System.Threading.RateLimiting;
using Resift.Testing;

namespace Resift.Tests.Resilience;

public sealed class RateLimitingRerankerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UseConcurrencyLimit_MoreCalls_WaitForTheirTurn()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int underWay = 0, most = 0;
        using var reranker = new TestReranker
        {
            RerankAsyncCallback = async (_, _, _, _) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref underWay));
                await gate.Task;
                Interlocked.Decrement(ref underWay);
                return RerankResponse.Create([1.0], ScoreScale.Logit, null);
            },
        }.AsBuilder().UseConcurrencyLimit(2).Build();
        var calls = Enumerable.Range(0, 6).Select(_ => reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation)).ToArray();
        Assert.Equal(2, underWay);
        gate.SetResult();
        await Task.WhenAll(calls);
        Assert.Equal(2, most);
    }

    [Fact]
    public async Task UseConcurrencyLimit_QueueFull_Refused()
    {
        var gate = new TaskCompletionSource<RerankResponse>();
        using var reranker = new TestReranker { RerankAsyncCallback = (_, _, _, _) => gate.Task }.AsBuilder()
            .UseConcurrencyLimit(1, maxWaiting: 0).Build();
        var first = reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation);
        var error = await Assert.ThrowsAsync<RerankerRejectedException>(() =>
            reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation));
        Assert.Contains("queue full", error.Message, StringComparison.Ordinal);
        gate.SetResult(RerankResponse.Create([1.0], ScoreScale.Logit, null));
        await first;
    }

    [Fact]
    public async Task UseRateLimiting_Refused_SaysThatAndWhenALaterCallMaySucceed()
    {
        using var limiter = new FixedWindowRateLimiter(
            new() { PermitLimit = 1, Window = TimeSpan.FromHours(1), AutoReplenishment = false });
        using var reranker = new TestReranker().AsBuilder().UseRateLimiting(limiter).Build();
        await reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation);
        var error = await Assert.ThrowsAsync<RerankerRejectedException>(() =>
            reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation));
        Assert.True(error.IsTransient);
        Assert.InRange(error.RetryAfter!.Value, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task UseConcurrencyLimit_WaitingCallCancelled_LeavesTheQueue()
    {
        var gate = new TaskCompletionSource<RerankResponse>();
        using var reranker = new TestReranker { RerankAsyncCallback = (_, _, _, _) => gate.Task }
            .AsBuilder().UseConcurrencyLimit(1).Build();
        var first = reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation);
        using var cancel = new CancellationTokenSource();
        var second = reranker.RerankAsync("q", ["d"], cancellationToken: cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        gate.SetResult(RerankResponse.Create([1.0], ScoreScale.Logit, null));
        await first;
    }

    [Fact]
    public async Task UseRateLimiting_PermitsByTokens_TakesThemAndRefusesBeyond()
    {
        using var limiter = Tokens(10);
        using var reranker = new TestReranker().AsBuilder()
            .UseRateLimiting(limiter, (query, documents) => documents.Sum(document => document.Length)).Build();
        await reranker.RerankAsync("q", ["12345", "123"], cancellationToken: Cancellation);
        await Assert.ThrowsAsync<RerankerRejectedException>(() => reranker.RerankAsync("q", ["123"], cancellationToken: Cancellation));
        await reranker.RerankAsync("q", ["12"], cancellationToken: Cancellation);
    }

    [Fact]
    public async Task UseRateLimiting_MorePermitsThanEver_RefusedWithAdvice()
    {
        using var limiter = Tokens(10);
        using var reranker = new TestReranker().AsBuilder().UseRateLimiting(limiter, (_, _) => 11).Build();
        var error = await Assert.ThrowsAsync<RerankerRejectedException>(() =>
            reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation));
        Assert.Contains("11 permits", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_SharedLimiter_StaysOpen()
    {
        using var limiter = Tokens(10);
        new TestReranker().AsBuilder().UseRateLimiting(limiter).Build().Dispose();
        using var lease = await limiter.AcquireAsync(1, Cancellation);
        Assert.True(lease.IsAcquired);
    }

    private static TokenBucketRateLimiter Tokens(int count) => new(new()
    {
        TokenLimit = count,
        TokensPerPeriod = count,
        ReplenishmentPeriod = TimeSpan.FromHours(1),
        AutoReplenishment = false,
        QueueLimit = 0,
    });

    public sealed class Conformance : PointwiseRerankerConformanceTests
    {
        protected override IReranker CreateReranker() => new TestReranker().AsBuilder().UseConcurrencyLimit(2).Build();
    }
}
