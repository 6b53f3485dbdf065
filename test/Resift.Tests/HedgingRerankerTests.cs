using Microsoft.Extensions.Time.Testing;
using Resift.Testing;

namespace Resift.Tests;

public sealed class HedgingRerankerTests
{
    private static readonly TimeSpan _delay = TimeSpan.FromSeconds(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RerankAsync_FirstInTime_OneCall()
    {
        using var second = new TestReranker();
        using var reranker = new TestReranker().AsBuilder().UseHedging(_delay, second).Build();
        await reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation);
        Assert.Equal(0, second.Calls);
    }

    [Fact]
    public async Task RerankAsync_FirstLate_SecondAnswersAndFirstIsCancelled()
    {
        var time = new FakeTimeProvider();
        var first = Pending(out var cancelled);
        using var second = new TestReranker { Metadata = new("test") { DefaultModelId = "b", ScoreScale = ScoreScale.Probability } };
        using var reranker = new HedgingReranker(first, _delay, second, time);
        var call = reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation);
        Assert.Equal(0, second.Calls);
        time.Advance(_delay);
        Assert.Equal("b", (await call).ModelId);
        await cancelled.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
    }

    [Fact]
    public async Task RerankAsync_FirstFailsEarly_SecondAtOnce()
    {
        using var reranker = new HedgingReranker(Failing("first"), TimeSpan.FromDays(1), new TestReranker(), new FakeTimeProvider());
        Assert.Single((await reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation)).Results);
    }

    [Fact]
    public async Task RerankAsync_BothFail_TheFirstFailure()
    {
        using var reranker = new HedgingReranker(Failing("first"), TimeSpan.Zero, Failing("second"));
        var error = await Assert.ThrowsAsync<RerankerException>(() => reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation));
        Assert.Equal("first", error.Message);
    }

    [Fact]
    public async Task RerankAsync_SecondFails_TheFirstStillAnswers()
    {
        var gate = new TaskCompletionSource<RerankResponse>();
        var first = new TestReranker { RerankAsyncCallback = (_, _, _, _) => gate.Task };
        using var reranker = new HedgingReranker(first, TimeSpan.Zero, Failing("second"));
        var call = reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation);
        gate.SetResult(RerankResponse.Create([1.0], ScoreScale.Probability, null));
        Assert.Single((await call).Results);
    }

    [Fact]
    public async Task RerankAsync_CallersMistake_NotAskedTwice()
    {
        using var second = new TestReranker();
        using var reranker = new TestReranker { RerankAsyncCallback = (_, _, _, _) => Task.FromException<RerankResponse>(new NotSupportedException()) }
            .AsBuilder().UseHedging(_delay, second).Build();
        await Assert.ThrowsAsync<NotSupportedException>(() => reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation));
        Assert.Equal(0, second.Calls);
    }

    [Fact]
    public void Constructor_OtherScale_Refused()
    {
        using var first = new TestReranker();
        using var second = new TestReranker { Metadata = new("test") { ScoreScale = ScoreScale.Cosine } };
        Assert.Throws<ArgumentException>(() => new HedgingReranker(first, _delay, second));
    }

    private static TestReranker Failing(string message) => new()
    {
        RerankAsyncCallback = (_, _, _, _) => Task.FromException<RerankResponse>(new RerankerException(message)),
    };

    private static TestReranker Pending(out Task cancelled)
    {
        var source = new TaskCompletionSource();
        cancelled = source.Task;
        return new()
        {
            RerankAsyncCallback = async (_, _, _, token) =>
            {
                try
                {
                    return await new TaskCompletionSource<RerankResponse>().Task.WaitAsync(token);
                }
                catch (OperationCanceledException)
                {
                    source.SetResult();
                    throw;
                }
            },
        };
    }

    public sealed class Conformance : RerankerConformanceTests
    {
        protected override IReranker CreateReranker() => new TestReranker().AsBuilder().UseHedging(TimeSpan.Zero).Build();
    }
}
