namespace Resift.Orleans.Tests;

public sealed class FailureTests
{
    private const string Query = "how long do cats sleep";

    private static readonly string[] _documents = [.. Enumerable.Range(0, 40).Select(i => $"cats sleep {i} hours, and dogs {i % 7}")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RerankAsync_EverySiloFull_RefusedWithTheTimeToComeAgain()
    {
        var release = new TaskCompletionSource();
        await using var cluster = await StubCluster.StartAsync(
            [new SiloStub("a") { Before = _ => release.Task }],
            silos: options => (options.MaxQueuedTokens, options.RetryAfter) = (10, TimeSpan.FromSeconds(7)));
        var first = cluster.Reranker.RerankAsync(Query, _documents, cancellationToken: Cancellation);
        await cluster.Stubs[0].Called.Task;
        var error = await Assert.ThrowsAsync<RerankerRejectedException>(
            () => cluster.Reranker.RerankAsync(Query, _documents, cancellationToken: Cancellation));

        Assert.Equal(TimeSpan.FromSeconds(7), error.RetryAfter);
        Assert.True(error.IsTransient);
        release.SetResult();
        Assert.Equal(_documents.Length, (await first).Results.Count);
    }

    [Fact]
    public async Task RerankAsync_OneSiloRefuses_AnotherAnswers()
    {
        await using var cluster = await StubCluster.StartAsync(
            [new SiloStub("a") { Before = _ => throw new RerankerRejectedException("full") }, new SiloStub("a")]);
        for (int i = 0; i < 4; i++)
        {
            var response = await cluster.Reranker.RerankAsync(Query, _documents, cancellationToken: Cancellation);
            Assert.Equal(_documents.Length, response.Results.Count);
        }

        Assert.NotEmpty(cluster.Stubs[0].Calls);
        Assert.Equal(4, cluster.Stubs[1].Calls.Count);
    }

    [Fact]
    public async Task RerankAsync_EverySiloFails_TheModelsError()
    {
        static Task Fail(CancellationToken cancellationToken) =>
            throw new RerankerException("NaN") { DocumentIndex = 3, RequestId = "r" };

        await using var cluster = await StubCluster.StartAsync([new SiloStub("a") { Before = Fail }, new SiloStub("a") { Before = Fail }]);
        var error = await Assert.ThrowsAsync<RerankerException>(
            () => cluster.Reranker.RerankAsync(Query, _documents, cancellationToken: Cancellation));

        Assert.Equal(("NaN", 3, "r", false), (error.Message, error.DocumentIndex, error.RequestId, error.IsTransient));
        Assert.All(cluster.Stubs, stub => Assert.Single(stub.Calls));
    }

    [Fact]
    public async Task RerankAsync_CallersMistake_TheSameExceptionAndNoSecondTry()
    {
        await using var cluster = await StubCluster.StartAsync(
            [
                new SiloStub("a") { Before = _ => throw new ArgumentException("Document 1 is too long.", "documents") },
                new SiloStub("a") { Before = _ => throw new ArgumentException("Document 1 is too long.", "documents") },
            ],
            options => options.PartTokens = 100);
        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => cluster.Reranker.RerankAsync(Query, _documents[..3], cancellationToken: Cancellation));
        Assert.Equal("Document 1 is too long. (Parameter 'documents')", error.Message);
        Assert.Single(cluster.Stubs.SelectMany(stub => stub.Calls));

        var unknown = await Assert.ThrowsAsync<NotSupportedException>(() => cluster.Reranker.RerankAsync(
            Query, _documents, new() { AdditionalProperties = new() { ["when"] = DateTime.UnixEpoch } }, Cancellation));
        Assert.Contains("'when'", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_NobodyHoldsTheName_SaysWhatToCall()
    {
        await using var cluster = await StubCluster.StartAsync([new SiloStub("a")]);
        using var other = cluster.CreateReranker(name: "other");
        var error = await Assert.ThrowsAsync<RerankerException>(
            () => other.RerankAsync(Query, _documents, cancellationToken: Cancellation));
        Assert.Contains("siloBuilder.AddReranker(\"other\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_CancelledByTheCaller_TheSiloHearsOfIt()
    {
        var heard = new TaskCompletionSource();
        await using var cluster = await StubCluster.StartAsync([new SiloStub("a") { Before = token => UntilAsync(heard, token) }]);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var call = cluster.Reranker.RerankAsync(Query, _documents, cancellationToken: cancellation.Token);
        await cluster.Stubs[0].Called.Task;
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await heard.Task.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task RerankAsync_DeadlineOver_TransientErrorAndTheSiloStops()
    {
        var heard = new TaskCompletionSource();
        await using var cluster = await StubCluster.StartAsync(
            [new SiloStub("a") { Before = token => UntilAsync(heard, token) }], options => options.Deadline = TimeSpan.FromSeconds(1));
        var error = await Assert.ThrowsAsync<RerankerException>(
            () => cluster.Reranker.RerankAsync(Query, _documents, cancellationToken: Cancellation));

        Assert.True(error.IsTransient);
        Assert.Contains("within 1 s", error.Message, StringComparison.Ordinal);
        await heard.Task.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task RerankAsync_SiloLateByHalfTheDeadline_AnotherAnswersAndTheLateAnswerIsDropped()
    {
        var release = new TaskCompletionSource();
        SiloStub[] stubs = [new("a"), new("a")];
        await using var cluster = await StubCluster.StartAsync(stubs, options =>
            (options.Deadline, options.HedgeAfter) = (TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100)));

        // Whoever is asked first does not answer; the other does.
        int calls = 0;
        foreach (var stub in stubs)
        {
            stub.Before = _ => Interlocked.Increment(ref calls) == 1 ? release.Task : Task.CompletedTask;
        }

        var response = await cluster.Reranker.RerankAsync(Query, _documents, cancellationToken: Cancellation);
        Assert.All(stubs, stub => Assert.Single(stub.Calls));
        Assert.Equal(Enumerable.Range(0, _documents.Length), response.Results.Select(result => result.Index).Order());
        release.SetResult();
    }

    [Fact]
    public async Task RerankAsync_SiloKilledWithItsPart_AnotherDoesIt()
    {
        SiloStub[] stubs = [new("a"), new("a"), new("a")];
        await using var cluster = await StubCluster.StartAsync(stubs, options => options.PartTokens = 50);
        stubs[1].Before = token => Task.Delay(Timeout.Infinite, token);
        var call = cluster.Reranker.RerankAsync(Query, _documents, cancellationToken: Cancellation);
        await stubs[1].Called.Task;
        await cluster.KillAsync(stubs[1]);

        Assert.Equal(Enumerable.Range(0, _documents.Length), (await call).Results.Select(result => result.Index).Order());
        Assert.Equal(2, stubs.Count(stub => stub.Calls.Count > 0 && stub != stubs[1]));
    }

    private static async Task UntilAsync(TaskCompletionSource heard, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.Register(() => heard.TrySetResult());
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }
}
