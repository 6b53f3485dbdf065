using Microsoft.Extensions.AI;
using Resift.Testing;

namespace Resift.Retrieval.Tests;

public sealed class HybridRetrieverTests
{
    private static readonly SearchDocument[] _documents =
        [new("a", "cats sleep"), new("b", "dogs"), new("c", "cats"), new("d", "sleep sleep")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RetrieveAsync_TwoRetrievers_FusedWithAllStages()
    {
        using var generator = new TestEmbeddingGenerator();
        var dense = await DenseRetriever.CreateAsync(_documents, generator, cancellationToken: Cancellation);
        var hybrid = new HybridRetriever([new Bm25Retriever(_documents), dense]);
        var response = await hybrid.RetrieveAsync("cats sleep", cancellationToken: Cancellation);
        var best = response.Candidates[0];
        Assert.Equal("a", best.Id);
        Assert.Equal(["bm25", "dense", "fused"], best.Stages.Select(stage => stage.Stage));
        Assert.Equal(2.0 / 61, best.Score, 1e-12);
        Assert.Equal(ScoreScale.Rank, best.ScoreScale);
        Assert.False(best.Embedding.IsEmpty);
        Assert.False(response.QueryEmbedding.IsEmpty);
        Assert.Equal(["bm25", "dense", "fuse"], response.Timings.Select(timing => timing.Stage));
        Assert.Equal(2, response.Usage!.InputTokenCount);
        Assert.Equal(4, response.Candidates.Select(candidate => candidate.Id).Distinct().Count());
    }

    [Fact]
    public async Task RetrieveAsync_RetrieversThatNoteNoPlaces_PlacesOfTheirLists()
    {
        var response = await Hybrid(Found("x", "a", "b"), Found("y", "b")).RetrieveAsync("q", cancellationToken: Cancellation);
        var best = response.Candidates[0];
        Assert.Equal("b", best.Id);
        Assert.Equal([("x", 2, 1.0), ("y", 1, 1.0)], best.Stages.SkipLast(1).Select(stage => (stage.Stage, stage.Rank, stage.Score)));
        Assert.Equal(("fused", 1), (best.Stages[^1].Stage, best.Stages[^1].Rank));
    }

    [Fact]
    public async Task RetrieveAsync_Candidates_BoundsTheAnswer()
    {
        var hybrid = Hybrid(Found("x", "a", "b", "c"), Found("y", "d", "c"));
        Assert.Equal(2, (await hybrid.RetrieveAsync("q", new() { Candidates = 2 }, Cancellation)).Candidates.Count);
    }

    [Fact]
    public async Task RetrieveAsync_OneFails_OthersAnswerDegraded()
    {
        var response = await Hybrid(new Scripted("x", () => throw new HttpRequestException("down")), Found("y", "a", "b"))
            .RetrieveAsync("q", cancellationToken: Cancellation);
        Assert.Equal(["a", "b"], response.Candidates.Select(candidate => candidate.Id));
        Assert.Equal("the retriever 'x' failed: down", response.DegradedReason);
    }

    [Fact]
    public async Task RetrieveAsync_AllFail_Thrown()
    {
        var hybrid = Hybrid(
            new Scripted("x", () => throw new HttpRequestException("one")), new Scripted("y", () => throw new TimeoutException("two")));
        var error = await Assert.ThrowsAsync<AggregateException>(() => hybrid.RetrieveAsync("q", cancellationToken: Cancellation));
        Assert.Equal(["one", "two"], error.InnerExceptions.Select(inner => inner.Message));
    }

    [Fact]
    public async Task RetrieveAsync_OneCannotDoWhatIsAsked_Thrown()
    {
        var hybrid = Hybrid(new Scripted("x", () => throw new NotSupportedException("no filter")), Found("y", "a"));
        await Assert.ThrowsAsync<NotSupportedException>(() => hybrid.RetrieveAsync("q", cancellationToken: Cancellation));
    }

    [Fact]
    public async Task RetrieveAsync_EmbedderDisposed_ThrownAndNotDegradedForEver()
    {
        using var generator = new TestEmbeddingGenerator
        {
            GenerateAsyncCallback = (texts, options, _) => options.GetPurpose() == EmbeddingPurpose.Query
                ? throw new ObjectDisposedException("the embedder")
                : Task.FromResult<GeneratedEmbeddings<Embedding<float>>>([.. texts.Select(_ => new Embedding<float>(new float[] { 1 }))]),
        };
        var dense = await DenseRetriever.CreateAsync(_documents, generator, cancellationToken: Cancellation);
        var search = new TwoStageRetriever(Hybrid(new Bm25Retriever(_documents), dense));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => search.SearchAsync("cats", cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Options_ChangedLater_DoNotReachTheRetriever()
    {
        var options = new FusionOptions { Weights = [5, 2] };
        var hybrid = new HybridRetriever([Found("x", "a"), Found("y", "b")], options);
        options.Weights = null;
        options.Method = FusionMethod.Sum;
        Assert.Equal(5.0 / 61, (await hybrid.RetrieveAsync("q", cancellationToken: Cancellation)).Candidates[0].Score, 1e-12);
        FusionOptions.LexicalAndDense.K = 1;
        Assert.Equal(60, FusionOptions.LexicalAndDense.K);
    }

    [Fact]
    public async Task RetrieveAsync_RetrieversThatBlock_RunAtOnce()
    {
        using var both = new Barrier(2);
        RetrievalResponse Meet() => both.SignalAndWait(TimeSpan.FromSeconds(30), Cancellation) ? new([]) : throw new TimeoutException();
        Assert.Null((await Hybrid(new Scripted("x", Meet), new Scripted("y", Meet)).RetrieveAsync("q", cancellationToken: Cancellation))
            .DegradedReason);
    }

    [Fact]
    public async Task RetrieveAsync_CancelledDuring_OperationCanceled()
    {
        using var cancel = new CancellationTokenSource();
        var hybrid = Hybrid(new Scripted("x", () =>
        {
            cancel.Cancel();
            throw new OperationCanceledException(cancel.Token);
        }), Found("y", "a"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hybrid.RetrieveAsync("q", cancellationToken: cancel.Token));
    }

    [Fact]
    public async Task RetrieveAsync_Weights_StayWithTheirRetrieverWhenOneFails()
    {
        var hybrid = new HybridRetriever(
            [new Scripted("x", () => throw new TimeoutException()), Found("y", "a")],
            new() { Weights = [5, 2] });
        Assert.Equal(2.0 / 61, (await hybrid.RetrieveAsync("q", cancellationToken: Cancellation)).Candidates[0].Score, 1e-12);
    }

    [Fact]
    public void Constructor_NamesTwiceOrNoneOrWrongWeights_Refused()
    {
        Assert.Throws<ArgumentException>(() => new HybridRetriever([]));
        Assert.Throws<ArgumentException>(() => Hybrid(Found("x"), Found("x")));
        Assert.Throws<ArgumentException>(() => new HybridRetriever([Found("x")], new() { Weights = [1, 2] }));
    }

    private static HybridRetriever Hybrid(params IRetriever[] retrievers) => new(retrievers);

    private static Scripted Found(string name, params string[] ids) =>
        new(name, () => new([.. ids.Select((id, i) => new Candidate(new(id, id), ids.Length - i))]));

    private sealed class Scripted(string name, Func<RetrievalResponse> answer) : IRetriever
    {
        public string Name => name;

        public async Task<RetrievalResponse> RetrieveAsync(
            string query, RetrievalOptions? options = null, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            return answer();
        }
    }
}
