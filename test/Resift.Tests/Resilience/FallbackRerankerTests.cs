using Microsoft.Extensions.Time.Testing;
using Resift.Testing;

namespace Resift.Tests.Resilience;

public sealed class FallbackRerankerTests
{
    private static readonly string[] _documents = ["dogs bark", "cats sleep", "cats"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RerankAsync_PrimaryAnswers_NotDegradedAndOthersNotAsked()
    {
        using var second = new TestReranker();
        using var reranker = new TestReranker().AsBuilder().UseFallback([second]).Build();
        var response = await reranker.RerankAsync("cats sleep", _documents, cancellationToken: Cancellation);
        Assert.False(response.IsDegraded);
        Assert.Equal(0, second.Calls);
    }

    [Fact]
    public async Task RerankAsync_PrimaryFails_SecondaryAnswersDegradedOnItsScale()
    {
        using var second = new TestReranker { Metadata = new("second") { DefaultModelId = "b", ScoreScale = ScoreScale.Cosine } };
        using var reranker = Failing(new HttpRequestException("no route")).AsBuilder().UseFallback([second]).Build();
        var response = await reranker.RerankAsync("cats sleep", _documents, cancellationToken: Cancellation);
        Assert.Equal([1, 2, 0], response.Results.Select(result => result.Index));
        Assert.Equal(ScoreScale.Cosine, response.ScoreScale);
        Assert.Equal("word-overlap failed: no route; b answered instead", response.DegradedReason);
    }

    [Fact]
    public async Task RerankAsync_AllFail_KeepsTheOrderOnRankScale()
    {
        using var reranker = Failing(new RerankerException("nonsense")).AsBuilder().UseFallback().Build();
        var response = await reranker.RerankAsync("cats sleep", _documents, new() { TopN = 2 }, Cancellation);
        Assert.Equal([0, 1], response.Results.Select(result => result.Index));
        Assert.Equal(ScoreScale.Rank, response.ScoreScale);
        Assert.Contains("nonsense", response.DegradedReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_AllFailAndOrderNotWanted_ThrowsWithAllReasons()
    {
        using var reranker = Failing(new RerankerException("one")).AsBuilder()
            .UseFallback([Failing(new TimeoutException("two"))], new() { KeepFirstStageOrder = false }).Build();
        var error = await Assert.ThrowsAsync<RerankerException>(() =>
            reranker.RerankAsync("q", _documents, cancellationToken: Cancellation));
        Assert.Contains("one", error.Message, StringComparison.Ordinal);
        Assert.Contains("two", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, Assert.IsType<AggregateException>(error.InnerException).InnerExceptions.Count);
    }

    [Fact]
    public async Task RerankAsync_CallersMistake_PassesThrough()
    {
        using var second = new TestReranker();
        using var reranker = Failing(new NotSupportedException("no instructions")).AsBuilder().UseFallback([second]).Build();
        await Assert.ThrowsAsync<NotSupportedException>(() => reranker.RerankAsync("q", _documents, cancellationToken: Cancellation));
        Assert.Equal(0, second.Calls);
    }

    [Fact]
    public async Task RerankAsync_SecondaryCannotDoWhatThePrimaryCan_NextAnswers()
    {
        using var third = new TestReranker();
        using var reranker = Failing(new RerankerException("down")).AsBuilder()
            .UseFallback([Failing(new NotSupportedException("no instructions")), third]).Build();
        var response = await reranker.RerankAsync("q", _documents, cancellationToken: Cancellation);
        Assert.Contains("no instructions", response.DegradedReason, StringComparison.Ordinal);
        Assert.Equal(1, third.Calls);
    }

    [Fact]
    public async Task RerankAsync_CallerCancelsAndTheLastFails_OperationCanceled()
    {
        using var cancel = new CancellationTokenSource();
        using var reranker = new TestReranker
        {
            RerankAsyncCallback = (_, _, _, _) =>
            {
                cancel.Cancel();
                throw new RerankerException("broken off");
            },
        }.AsBuilder().UseFallback().Build();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            reranker.RerankAsync("q", _documents, cancellationToken: cancel.Token));
    }

    [Fact]
    public async Task RerankAsync_CallerCancels_NoFallback()
    {
        using var cancel = new CancellationTokenSource();
        using var second = new TestReranker();
        using var reranker = new TestReranker
        {
            RerankAsyncCallback = async (_, _, _, token) =>
            {
                await cancel.CancelAsync();
                token.ThrowIfCancellationRequested();
                return null!;
            },
        }.AsBuilder().UseFallback([second]).Build();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            reranker.RerankAsync("q", _documents, cancellationToken: cancel.Token));
        Assert.Equal(0, second.Calls);
    }

    [Fact]
    public async Task RerankAsync_TimeoutInside_IsAFailure()
    {
        using var reranker = Failing(new TaskCanceledException("attempt timed out")).AsBuilder().UseFallback().Build();
        Assert.True((await reranker.RerankAsync("q", _documents, cancellationToken: Cancellation)).IsDegraded);
    }

    [Fact]
    public async Task RerankAsync_KeepsFailing_LeftAloneAndTriedAgainAfterTheBreak()
    {
        var time = new FakeTimeProvider();
        bool healthy = false;
        using var primary = new TestReranker
        {
            RerankAsyncCallback = (_, documents, _, _) => healthy
                ? Task.FromResult(RerankResponse.Create(new double[documents.Count], ScoreScale.Logit, null))
                : throw new HttpRequestException("down"),
        };
        using var reranker = new FallbackReranker(primary, [], new()
        {
            MinimumCalls = 3,
            BreakDuration = TimeSpan.FromSeconds(10),
            TimeProvider = time,
        });
        RerankResponse? response = null;
        for (int i = 0; i < 10; i++)
        {
            response = await reranker.RerankAsync("q", _documents, cancellationToken: Cancellation);
        }

        Assert.Equal(3, primary.Calls);
        Assert.Contains("was not asked, because it failed repeatedly", response!.DegradedReason, StringComparison.Ordinal);
        healthy = true;
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.False((await reranker.RerankAsync("q", _documents, cancellationToken: Cancellation)).IsDegraded);
    }

    [Fact]
    public async Task RerankAsync_HangingPrimaryBehindADeadline_FallbackAnswersAndTheBreakerOpens()
    {
        var opened = new List<RerankerFailure>();
        using var hanging = new TestReranker
        {
            RerankAsyncCallback = (_, _, _, token) => new TaskCompletionSource<RerankResponse>().Task.WaitAsync(token),
        };
        using var second = new TestReranker { Metadata = new("second") { DefaultModelId = "b", ScoreScale = ScoreScale.Logit } };
        using var reranker = hanging.AsBuilder()
            .UseFallback([second], new() { MinimumCalls = 3, OnBreakerOpened = opened.Add })
            .UseDeadline(TimeSpan.FromMilliseconds(10))
            .Build();
        for (int i = 0; i < 3; i++)
        {
            var response = await reranker.RerankAsync("cats", _documents, cancellationToken: Cancellation);
            Assert.Equal(ScoreScale.Logit, response.ScoreScale);
            Assert.Contains("No document was scored within 10 ms", response.DegradedReason, StringComparison.Ordinal);
        }

        Assert.Equal("word-overlap", Assert.Single(opened).Reranker);
        int calls = hanging.Calls;
        Assert.Contains(
            "was not asked, because it failed repeatedly",
            (await reranker.RerankAsync("cats", _documents, cancellationToken: Cancellation)).DegradedReason,
            StringComparison.Ordinal);
        Assert.Equal(calls, hanging.Calls);
    }

    public static TheoryData<RerankerException> Refusals() =>
    [
        new RerankerRejectedException("The queue is full.") { IsTransient = true },
        new RerankerException("Too many requests.") { IsTransient = true, StatusCode = System.Net.HttpStatusCode.TooManyRequests },
    ];

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task RerankAsync_PrimaryRefuses_FallbackAnswersAndTheBreakerStaysClosed(RerankerException refusal)
    {
        var taken = new List<RerankerFailure>();
        using var primary = Failing(refusal);
        using var reranker = primary.AsBuilder()
            .UseFallback([new TestReranker()], new() { MinimumCalls = 2, OnFallback = taken.Add })
            .Build();
        for (int i = 0; i < 20; i++)
        {
            var response = await reranker.RerankAsync("cats", _documents, cancellationToken: Cancellation);
            Assert.Contains($"word-overlap refused: {refusal.Message}", response.DegradedReason, StringComparison.Ordinal);
        }

        Assert.Equal(20, primary.Calls);
        Assert.Equal(20, taken.Count);
        Assert.Same(refusal, taken[0].Error);
    }

    [Fact]
    public async Task RerankAsync_AllRefuseAndOrderNotWanted_RejectedWithTheShorterWait()
    {
        var one = new RerankerRejectedException("one") { IsTransient = true, RetryAfter = TimeSpan.FromSeconds(9) };
        var two = new RerankerRejectedException("two") { RetryAfter = TimeSpan.FromSeconds(5) };
        using var reranker = Failing(one).AsBuilder()
            .UseFallback([Failing(two)], new() { KeepFirstStageOrder = false })
            .Build();
        var error = await Assert.ThrowsAsync<RerankerRejectedException>(
            () => reranker.RerankAsync("q", _documents, cancellationToken: Cancellation));
        Assert.Equal((true, TimeSpan.FromSeconds(5)), (error.IsTransient, error.RetryAfter));
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(2 * 86400)]
    public void Options_DurationsThatNoBreakerTakes_Refused(double seconds)
    {
        var options = new FallbackRerankerOptions();
        Assert.Throws<ArgumentOutOfRangeException>(() => options.BreakDuration = TimeSpan.FromSeconds(seconds));
        Assert.Throws<ArgumentOutOfRangeException>(() => options.SamplingDuration = TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public void Dispose_OneThrows_TheOthersAreDisposedAndItIsTold()
    {
        var first = new TestReranker { DisposeCallback = () => throw new InvalidOperationException("stuck") };
        var second = new TestReranker();
        var reranker = new FallbackReranker(first, [second]);
        Assert.Equal("stuck", Assert.Throws<InvalidOperationException>(reranker.Dispose).Message);
        Assert.Equal(1, second.Disposals);
    }

    [Fact]
    public void Dispose_Chain_DisposesFallbacks()
    {
        var second = new TestReranker();
        new TestReranker().AsBuilder().UseFallback([second]).Build().Dispose();
        Assert.Equal(1, second.Disposals);
    }

    private static TestReranker Failing(Exception error) => new()
    {
        RerankAsyncCallback = (_, _, _, _) => Task.FromException<RerankResponse>(error),
    };

    public sealed class Conformance : PointwiseRerankerConformanceTests
    {
        protected override IReranker CreateReranker() => new TestReranker().AsBuilder().UseFallback().Build();
    }
}
