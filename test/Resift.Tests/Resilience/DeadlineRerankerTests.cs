using Microsoft.Extensions.Time.Testing;
using Resift.Testing;

namespace Resift.Tests.Resilience;

public sealed class DeadlineRerankerTests
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(1);
    private static readonly string[] _documents = ["dogs", "cats sleep", "birds", "cats", "fish", "cats sleep long"];

    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RerankAsync_InTime_SameAsWithout()
    {
        using var plain = new TestReranker();
        using var reranker = new DeadlineReranker(new TestReranker(), _deadline, new() { BatchSize = 2, TimeProvider = _time });
        var expected = await plain.RerankAsync("cats sleep", _documents, cancellationToken: Cancellation);
        var actual = await reranker.RerankAsync("cats sleep", _documents, cancellationToken: Cancellation);
        Assert.Equal(expected.Results, actual.Results);
        Assert.False(actual.IsDegraded);
        Assert.Equal(_documents.Length, actual.Usage!.Pairs);
    }

    [Fact]
    public async Task RerankAsync_SecondPartLate_ScoredFirstRestInOrder()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var reranker = new DeadlineReranker(
            Stalling(calls: 1, arrived), _deadline, new() { BatchSize = 2, MaxConcurrency = 1, TimeProvider = _time });
        var call = reranker.RerankAsync("cats sleep", _documents, cancellationToken: Cancellation);
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        _time.Advance(_deadline);
        var response = await call;
        Assert.Equal([1, 0, 2, 3, 4, 5], response.Results.Select(result => result.Index));
        Assert.Equal(ScoreScale.Probability, response.ScoreScale);
        Assert.Equal([1, 0, 0, 0, 0, 0], response.Results.Select(result => result.Score));
        Assert.StartsWith("2 of 6 documents were scored within 1000 ms", response.DegradedReason, StringComparison.Ordinal);
        Assert.Equal([false, false, true, true, true, true], response.Results.Select(result => result.IsUnscored));
    }

    [Fact]
    public async Task RerankAsync_NothingInTime_TransientFailure()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var reranker = new DeadlineReranker(Stalling(calls: 0, arrived), _deadline, new() { TimeProvider = _time });
        var call = reranker.RerankAsync("cats sleep", _documents, new() { TopN = 3 }, Cancellation);
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        _time.Advance(_deadline);
        var error = await Assert.ThrowsAsync<RerankerException>(() => call);
        Assert.Contains("No document was scored within 1000 ms", error.Message, StringComparison.Ordinal);
        Assert.True(error.IsTransient);
    }

    [Fact]
    public async Task RerankAsync_Listwise_OneCallWithAllDocuments()
    {
        using var inner = new TestReranker { Metadata = new("list") { ScoreScale = ScoreScale.Rank } };
        using var reranker = new DeadlineReranker(inner, _deadline, new() { BatchSize = 1, TimeProvider = _time });
        await reranker.RerankAsync("cats", _documents, cancellationToken: Cancellation);
        Assert.Equal(1, inner.Calls);
    }

    [Fact]
    public async Task RerankAsync_OnePartFails_TheFailureAndNoFurtherParts()
    {
        using var inner = new TestReranker
        {
            RerankAsyncCallback = (_, _, _, _) => Task.FromException<RerankResponse>(new RerankerException("broken")),
        };
        using var reranker = new DeadlineReranker(inner, _deadline, new() { BatchSize = 1, MaxConcurrency = 1, TimeProvider = _time });
        var error = await Assert.ThrowsAsync<RerankerException>(() =>
            reranker.RerankAsync("cats", _documents, cancellationToken: Cancellation));
        Assert.Equal("broken", error.Message);
        Assert.Equal(1, inner.Calls);
    }

    [Fact]
    public async Task RerankAsync_OnePartFailsLaterWhileAnotherHangs_TheFailureAtOnce()
    {
        var arrived = new CountdownEvent(2);
        var gate = new TaskCompletionSource<RerankResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var inner = new TestReranker
        {
            RerankAsyncCallback = (_, documents, _, _) =>
            {
                arrived.Signal();
                return documents[0] == "dogs" ? gate.Task : new TaskCompletionSource<RerankResponse>().Task;
            },
        };
        using var reranker = new DeadlineReranker(inner, _deadline, new() { BatchSize = 3, MaxConcurrency = 2, TimeProvider = _time });
        var call = reranker.RerankAsync("cats", _documents, cancellationToken: Cancellation);
        arrived.Wait(Cancellation);
        gate.SetException(new RerankerException("broken"));
        var error = await Assert.ThrowsAsync<RerankerException>(() => call.WaitAsync(TimeSpan.FromSeconds(30), Cancellation));
        Assert.Equal("broken", error.Message);
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData(4, 2)]
    public async Task RerankAsync_NoBatchSize_AsManyAsGoIntoOneRequestElseEight(int? perRequest, int calls)
    {
        using var inner = new TestReranker
        {
            Metadata = new("test") { ScoreScale = ScoreScale.Probability, IsPointwise = true, MaxDocumentsPerRequest = perRequest },
        };
        using var reranker = new DeadlineReranker(inner, _deadline, new() { TimeProvider = _time });
        await reranker.RerankAsync("cats", _documents, cancellationToken: Cancellation);
        Assert.Equal(calls, inner.Calls);
    }

    [Fact]
    public async Task RerankAsync_OtherModelThanTheKnownOne_OneCallWithAllDocuments()
    {
        using var inner = new TestReranker();
        using var reranker = new DeadlineReranker(inner, _deadline, new() { BatchSize = 1, TimeProvider = _time });
        await reranker.RerankAsync("cats", _documents, new() { ModelId = "listwise, perhaps" }, Cancellation);
        Assert.Equal(1, inner.Calls);
    }

    [Fact]
    public async Task RerankAsync_PartsFromACache_AllOfThemCounted()
    {
        using var inner = new TestReranker
        {
            RerankAsyncCallback = (_, documents, _, _) => Task.FromResult(
                RerankResponse.Create([.. documents.Select(_ => 0.5)], ScoreScale.Probability, null) with
                {
                    Usage = RerankUsage.None with { CachedDocuments = 1 },
                }),
        };
        using var reranker = new DeadlineReranker(inner, _deadline, new() { BatchSize = 2, TimeProvider = _time });
        var response = await reranker.RerankAsync("cats", _documents, cancellationToken: Cancellation);
        Assert.Equal(3, response.Usage!.CachedDocuments);
    }

    [Fact]
    public async Task RerankAsync_CallerCancels_OperationCanceled()
    {
        using var cancel = new CancellationTokenSource();
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var reranker = new DeadlineReranker(Stalling(calls: 0, arrived), _deadline, new() { TimeProvider = _time });
        var call = reranker.RerankAsync("cats", _documents, cancellationToken: cancel.Token);
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public void Constructor_LongerThanATimerRuns_Refused()
    {
        using var inner = new TestReranker();
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeadlineReranker(inner, TimeSpan.MaxValue));
    }

    // Answers so many calls, and then waits until it is cancelled.
    private static TestReranker Stalling(int calls, TaskCompletionSource arrived)
    {
        var plain = new TestReranker();
        int count = 0;
        return new()
        {
            RerankAsyncCallback = (query, documents, options, token) =>
            {
                if (Interlocked.Increment(ref count) <= calls)
                {
                    return plain.RerankAsync(query, documents, options, token);
                }

                arrived.TrySetResult();
                return new TaskCompletionSource<RerankResponse>().Task.WaitAsync(token);
            },
        };
    }

    public sealed class Conformance : PointwiseRerankerConformanceTests
    {
        protected override IReranker CreateReranker() => new TestReranker().AsBuilder().UseDeadline(TimeSpan.FromMinutes(1)).Build();
    }
}
