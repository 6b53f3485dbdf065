using Microsoft.Extensions.Time.Testing;
using Resift.Testing;

namespace Resift.Tests.Resilience;

public sealed class BudgetRerankerTests
{
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RerankAsync_LimitReached_RefusedUntilTheHourHasPassed()
    {
        using var inner = new TestReranker();
        using var reranker = new BudgetReranker(inner, 0.005m, _ => 0.002m, _time);
        for (int i = 0; i < 3; i++)
        {
            await reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation);
            _time.Advance(TimeSpan.FromMinutes(10));
        }

        var error = await Assert.ThrowsAsync<RerankerException>(() => reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation));
        Assert.Contains("in 1800 s", error.Message, StringComparison.Ordinal);
        Assert.True(error.IsTransient);
        Assert.Equal(TimeSpan.FromMinutes(30), error.RetryAfter);
        Assert.Equal(3, inner.Calls);
        _time.Advance(TimeSpan.FromMinutes(30));
        await reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation);
    }

    [Fact]
    public async Task RerankAsync_CostUnknown_Refused()
    {
        using var reranker = new TestReranker().AsBuilder().UseBudget(1, _ => null).Build();
        var error = await Assert.ThrowsAsync<RerankerException>(() => reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation));
        Assert.Contains("word-overlap", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UseFallback_AroundABudget_AnswersWithoutSpending()
    {
        using var reranker = new TestReranker().AsBuilder().UseFallback().UseBudget(1, _ => 1).Build();
        Assert.False((await reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation)).IsDegraded);
        Assert.Contains("budget", (await reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation)).DegradedReason, StringComparison.Ordinal);
    }

    public sealed class Conformance : RerankerConformanceTests
    {
        protected override IReranker CreateReranker() => new TestReranker().AsBuilder().UseBudget(1, _ => 0).Build();
    }
}
