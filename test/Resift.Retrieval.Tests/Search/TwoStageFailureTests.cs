using Resift.Testing;

namespace Resift.Retrieval.Tests;

/// <summary>What a search gives when a stage of it fails, is late or is cancelled.</summary>
public sealed class TwoStageFailureTests
{
    private static readonly TimeSpan _short = TimeSpan.FromMilliseconds(20);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SearchAsync_RerankerThrows_FirstStageAndTheReason()
    {
        using var reranker = Rerankers.Failing(new HttpRequestException("no route to host"));
        var response = await Search(reranker, new() { Select = (_, _) => throw new InvalidOperationException("not for this response") });
        AssertFirstStage(response);
        Assert.Contains("HttpRequestException (no route to host)", response.DegradedReason, StringComparison.Ordinal);
        Assert.Equal(["retrieve", "rerank"], response.Timings.Select(timing => timing.Stage));
    }

    [Fact]
    public async Task SearchAsync_RerankerThrowsBeforeItsTask_FirstStage()
    {
        using var reranker = new TestReranker { RerankAsyncCallback = (_, _, _, _) => throw new RerankerException("NaN") };
        AssertFirstStage(await Search(reranker, new()));
    }

    [Fact]
    public async Task SearchAsync_IndexOfNoCandidate_FirstStage()
    {
        using var reranker = Rerankers.Answering((_, _) => RerankResponse.Create([new RerankResult(3, 1)], ScoreScale.Logit, null));
        var response = await Search(reranker, new());
        AssertFirstStage(response);
        Assert.Contains("ranks document 3", response.DegradedReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SearchAsync_RerankersOwnTimeout_FirstStage()
    {
        using var reranker = Rerankers.Failing(new TaskCanceledException("The request was canceled due to HttpClient.Timeout"));
        var response = await Search(reranker, new() { RerankTimeout = TimeSpan.FromHours(1) });
        AssertFirstStage(response);
        Assert.Contains("HttpClient.Timeout", response.DegradedReason, StringComparison.Ordinal);
    }

    public static TheoryData<Exception> FaultsOfTheCaller() =>
        [new ArgumentException("Document 1 is too long"), new NotSupportedException("No instructions"), new ObjectDisposedException("x")];

    [Theory]
    [MemberData(nameof(FaultsOfTheCaller), DisableDiscoveryEnumeration = true)]
    public async Task SearchAsync_FaultOfTheCaller_Thrown(Exception fault)
    {
        using var reranker = Rerankers.Failing(fault);
        var thrown = await Record.ExceptionAsync(() => Search(reranker, new()));
        Assert.Same(fault, thrown);
    }

    [Fact]
    public async Task SearchAsync_LateAndListening_StoppedAndFirstStage()
    {
        using var reranker = Rerankers.Listening();
        var response = await Search(reranker, new() { RerankTimeout = _short });
        AssertFirstStage(response);
        Assert.Contains("longer than the timeout of 00:00:00.0200000", response.DegradedReason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SearchAsync_LeftBehind_ItsExceptionIsObserved(bool cancelled)
    {
        var unobserved = new List<Exception>();
        void Note(object? sender, UnobservedTaskExceptionEventArgs args) => unobserved.Add(args.Exception);
        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            await (cancelled ? LeaveBehindByCancelling() : LeaveBehindByTimeout());
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }

        Assert.DoesNotContain(unobserved, exception => exception.ToString().Contains("too late", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SearchAsync_LateAndBlocking_LeftBehind()
    {
        using var end = new ManualResetEventSlim();
        using var reranker = Rerankers.Answering((_, texts) =>
        {
            end.Wait(Cancellation);
            return RerankResponse.Create([.. texts.Select(_ => 0.0)], ScoreScale.Logit, null);
        });
        AssertFirstStage(await Search(reranker, new() { RerankTimeout = _short }));
        end.Set();
    }

    [Fact]
    public async Task SearchAsync_InTime_RerankersOrder()
    {
        using var reranker = Rerankers.Scoring(ScoreScale.Logit, ("a", 1), ("b", 2), ("c", 3));
        var response = await Search(reranker, new() { RerankTimeout = TimeSpan.FromHours(1), FirstStageWeight = 0 });
        Assert.Equal(["c", "b", "a"], response.Hits.Select(hit => hit.Id));
        Assert.False(response.IsDegraded);
    }

    [Fact]
    public async Task SearchAsync_DegradedResponse_ReportedWithItsScaleNeitherCutNorMixed()
    {
        using var reranker = Rerankers.Answering((_, _) =>
            RerankResponse.Create([0.1, 0.2, 0.3], ScoreScale.Rank, null) with { DegradedReason = "the breaker is open" });
        var response = await Search(
            reranker, new() { FirstStageWeight = 1, Select = (given, _) => given.Where(_ => false) });
        Assert.Equal("the breaker is open", response.DegradedReason);
        Assert.Equal(ScoreScale.Rank, response.ScoreScale);
        Assert.Equal(["c", "b", "a"], response.Hits.Select(hit => hit.Id));
        Assert.Equal(["scripted", "rerank"], response.Hits[0].Stages.Select(stage => stage.Stage));
    }

    [Fact]
    public async Task SearchAsync_BothStagesDegraded_BothReasons()
    {
        var found = new RetrievalResponse([ScriptedRetriever.Candidate("a", 1)]) { DegradedReason = "the embedder is down" };
        using var failing = Rerankers.Failing(new RerankerException("no answer"));
        using var working = new TestReranker();
        var both = await new TwoStageRetriever(new ScriptedRetriever(found), failing).SearchAsync("q", null, Cancellation);
        var first = await new TwoStageRetriever(new ScriptedRetriever(found), working).SearchAsync("q", null, Cancellation);
        Assert.StartsWith("the embedder is down; the reranker failed", both.DegradedReason, StringComparison.Ordinal);
        Assert.Equal("the embedder is down", first.DegradedReason);
        Assert.Equal(SearchTier.Full, first.Tier);
    }

    [Fact]
    public async Task SearchAsync_RetrieverThrows_Thrown()
    {
        var retriever = new ScriptedRetriever((_, _) => Task.FromException<RetrievalResponse>(new IOException("disk")));
        using var reranker = new TestReranker();
        await Assert.ThrowsAsync<IOException>(() => new TwoStageRetriever(retriever, reranker).SearchAsync("q", null, Cancellation));
        Assert.Equal(0, reranker.Calls);
    }

    [Fact]
    public async Task SearchAsync_CancelledWhileRetrieving_Cancelled()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var retriever = new ScriptedRetriever(async (_, cancellationToken) =>
        {
            await stop.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            throw new InvalidOperationException("The token of the search was expected.");
        });
        using var reranker = new TestReranker();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new TwoStageRetriever(retriever, reranker).SearchAsync("q", null, stop.Token));
    }

    [Fact]
    public async Task SearchAsync_CancelledBetweenTheStages_NoReranker()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var retriever = new ScriptedRetriever(async (_, _) =>
        {
            await stop.CancelAsync();
            return new([ScriptedRetriever.Candidate("a", 1)]);
        });
        using var reranker = new TestReranker();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new TwoStageRetriever(retriever, reranker).SearchAsync("q", null, stop.Token));
        Assert.Equal(0, reranker.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SearchAsync_CancelledWhileReranking_Cancelled(bool withTimeout)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var reranker = Rerankers.Listening(started: stop.Cancel);
        TimeSpan? timeout = withTimeout ? TimeSpan.FromHours(1) : null;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Search(reranker, new() { RerankTimeout = timeout }, stop.Token));
    }

    [Fact]
    public async Task SearchAsync_CancelledWhileADeafRerankerWorks_NotWaitedFor()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var answer = new TaskCompletionSource<RerankResponse>();
        using var reranker = Rerankers.Deaf(answer.Task);
        var search = Search(reranker, new(), stop.Token);
        Assert.False(search.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search);
        answer.SetResult(RerankResponse.Create([0.0], ScoreScale.Logit, null));
    }

    [Fact]
    public async Task SearchAsync_RerankerFailsBecauseOfTheCancellation_Cancelled()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var reranker = new TestReranker
        {
            RerankAsyncCallback = async (_, _, _, _) =>
            {
                await stop.CancelAsync();
                throw new IOException("The connection was closed.");
            },
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Search(reranker, new(), stop.Token));
    }

    // Methods of their own, so that nothing on the test's stack keeps their tasks from being collected.
    private static async Task LeaveBehindByTimeout()
    {
        var answer = new TaskCompletionSource<RerankResponse>();
        using var reranker = Rerankers.Deaf(answer.Task);
        AssertFirstStage(await Search(reranker, new() { RerankTimeout = _short }));
        answer.SetException(new InvalidOperationException("too late"));
    }

    // Cancelled before the search begins to wait, which is when waiting does not look at the call any more.
    private static async Task LeaveBehindByCancelling()
    {
        var answer = new TaskCompletionSource<RerankResponse>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var reranker = new TestReranker
        {
            RerankAsyncCallback = (_, _, _, _) =>
            {
                stop.Cancel();
                return answer.Task;
            },
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Search(reranker, new(), stop.Token));
        answer.SetException(new InvalidOperationException("too late"));
    }

    private static Task<SearchResponse> Search(IReranker reranker, SearchOptions options, CancellationToken? cancellationToken = null) =>
        new TwoStageRetriever(new ScriptedRetriever("a", "b", "c"), reranker)
            .SearchAsync("q", options, cancellationToken ?? Cancellation);

    private static void AssertFirstStage(SearchResponse response)
    {
        Assert.True(response.IsDegraded);
        Assert.EndsWith("the order is the first stage's", response.DegradedReason, StringComparison.Ordinal);
        Assert.Equal(SearchTier.FirstStageOnly, response.Tier);
        Assert.Equal(["a", "b", "c"], response.Hits.Select(hit => hit.Id));
        Assert.Equal([10, 9, 8], response.Hits.Select(hit => hit.Score));
        Assert.Equal(ScoreScale.Unspecified, response.ScoreScale);
        Assert.Null(response.ModelId);
        Assert.Null(response.RerankUsage);
    }
}
