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
        var spent = new List<string>();
        using var inner = new TestReranker();
        using var reranker = new BudgetReranker(inner, 0.005m, new() { Cost = _ => 0.002m, TimeProvider = _time, OnSpent = spent.Add });
        for (int i = 0; i < 3; i++)
        {
            await reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation);
            _time.Advance(TimeSpan.FromMinutes(10));
        }

        var error = await Assert.ThrowsAsync<RerankerRejectedException>(() =>
            reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation));
        Assert.Contains("in 1800 s", error.Message, StringComparison.Ordinal);
        Assert.True(error.IsTransient);
        Assert.Equal(TimeSpan.FromMinutes(30), error.RetryAfter);
        Assert.Equal(3, inner.Calls);
        Assert.Contains("0.005", Assert.Single(spent), StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromMinutes(30));
        await reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation);
    }

    [Fact]
    public async Task RerankAsync_LargeCostAfterASmallOne_WaitIsUntilTheLargeOneIsOld()
    {
        decimal cost = 0.01m;
        using var reranker = new BudgetReranker(new TestReranker(), 5, new() { Cost = _ => cost, TimeProvider = _time });
        await reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation);
        _time.Advance(TimeSpan.FromMinutes(30));
        cost = 10;
        await reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation);
        _time.Advance(TimeSpan.FromMinutes(29));
        var error = await Assert.ThrowsAsync<RerankerRejectedException>(() =>
            reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation));
        Assert.Equal(TimeSpan.FromMinutes(31), error.RetryAfter);
        _time.Advance(TimeSpan.FromMinutes(31));
        await reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation);
    }

    [Fact]
    public async Task RerankAsync_CostUnknown_PaidAnswerGivenNextCallRefused()
    {
        using var reranker = new BudgetReranker(new TestReranker(), 1, new() { Cost = _ => null, TimeProvider = _time });
        Assert.NotEmpty((await reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation)).Results);
        var error = await Assert.ThrowsAsync<RerankerRejectedException>(() =>
            reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation));
        Assert.Contains("word-overlap", error.Message, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromHours(1));
        await reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation);
    }

    [Fact]
    public async Task UseFallback_AroundABudget_AnswersWithoutSpending()
    {
        using var reranker = new TestReranker().AsBuilder().UseFallback().UseBudget(1, new() { Cost = _ => 1 }).Build();
        Assert.False((await reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation)).IsDegraded);
        var response = await reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation);
        Assert.Contains("budget", response.DegradedReason, StringComparison.Ordinal);
    }

    public sealed class Conformance : PointwiseRerankerConformanceTests
    {
        protected override IReranker CreateReranker() => new TestReranker().AsBuilder().UseBudget(1, new() { Cost = _ => 0 }).Build();
    }
}
