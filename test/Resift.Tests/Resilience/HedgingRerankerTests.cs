using Microsoft.Extensions.Time.Testing;
using Resift.Testing;
using Resift.Tests.Chaos;

namespace Resift.Tests.Resilience;

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
        var failing = new TestReranker
        {
            RerankAsyncCallback = (_, _, _, _) => Task.FromException<RerankResponse>(new NotSupportedException()),
        };
        using var reranker = failing.AsBuilder().UseHedging(_delay, second).Build();
        await Assert.ThrowsAsync<NotSupportedException>(() => reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation));
        Assert.Equal(0, second.Calls);
    }

    [Fact]
    public async Task RerankAsync_Refused_AskedAgainOnlyIfAnotherIsThere()
    {
        using var alone = new TestReranker { RerankAsyncCallback = (_, _, _, _) => throw new RerankerRejectedException("full") };
        using var hedged = new HedgingReranker(alone, TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<RerankerRejectedException>(() => hedged.RerankAsync("q", ["d"], cancellationToken: Cancellation));
        Assert.Equal(1, alone.Calls);
        using var withSecond = new HedgingReranker(alone, TimeSpan.FromMinutes(1), new TestReranker());
        Assert.NotEmpty((await withSecond.RerankAsync("q", ["d"], cancellationToken: Cancellation)).Results);
    }

    [Fact]
    public async Task RerankAsync_CallerCancelsWhileTheFirstIsAsked_NotAskedTwice()
    {
        using var cancel = new CancellationTokenSource();
        using var second = new TestReranker();
        using var reranker = new HedgingReranker(Pending(out var cancelled), _delay, second, new FakeTimeProvider());
        var call = reranker.RerankAsync("q", ["d"], cancellationToken: cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await cancelled.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.Equal(0, second.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RerankAsync_OneFailsAndTheOtherAnswers_TheFailureIsObserved(bool firstFails)
    {
        using var unobserved = new UnobservedFailures();
        await AnswerOnceOneHasFailedAsync(firstFails);
        Assert.DoesNotContain(unobserved.Find(), error => error.ToString().Contains("hedged in vain", StringComparison.Ordinal));
    }

    [Fact]
    public void Constructor_LongerThanATimerRuns_Refused()
    {
        using var first = new TestReranker();
        Assert.Throws<ArgumentOutOfRangeException>(() => new HedgingReranker(first, TimeSpan.MaxValue));
    }

    [Fact]
    public void Constructor_OtherScale_Refused()
    {
        using var first = new TestReranker();
        using var second = new TestReranker { Metadata = new("test") { ScoreScale = ScoreScale.Cosine } };
        Assert.Throws<ArgumentException>(() => new HedgingReranker(first, _delay, second));
    }

    // In a method of its own, which leaves nothing alive.
    private static async Task AnswerOnceOneHasFailedAsync(bool firstFails)
    {
        var first = new TaskCompletionSource<RerankResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        var second = new TaskCompletionSource<RerankResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        var secondAsked = new TaskCompletionSource();
        using var reranker = new HedgingReranker(
            new TestReranker { RerankAsyncCallback = async (_, _, _, _) => await first.Task },
            TimeSpan.Zero,
            new TestReranker
            {
                RerankAsyncCallback = async (_, _, _, _) =>
                {
                    secondAsked.SetResult();
                    return await second.Task;
                },
            });
        var call = reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation);
        await secondAsked.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        (firstFails ? first : second).SetException(new RerankerException("hedged in vain"));
        (firstFails ? second : first).SetResult(RerankResponse.Create([1.0], ScoreScale.Probability, null));
        Assert.Single((await call).Results);
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

    public sealed class Conformance : PointwiseRerankerConformanceTests
    {
        protected override IReranker CreateReranker() => new TestReranker().AsBuilder().UseHedging(TimeSpan.Zero).Build();
    }
}
