using Resift.Testing;

namespace Resift.Tests.Composition;

public sealed class ChunkingRerankerTests
{
    // Ten tokens are left for query and document together.
    private static readonly RerankerMetadata _metadata = new("test")
    {
        ScoreScale = ScoreScale.Probability,
        IsPointwise = true,
        MaxTokensPerPair = 12,
        SpecialTokensPerPair = 2,
    };

    private static readonly string _long =
        string.Join(" ", Enumerable.Range(1, 30).Select(i => $"Sentence {i} ends.")) + " The cat is here.";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RerankAsync_DocumentsThatFit_PassedOnInOneCall()
    {
        var received = new List<IReadOnlyList<string>>();
        using var reranker = Reranker(received);
        string[] documents = ["one two three four five six seven cat", "", "cat", "cat"];
        var response = await reranker.RerankAsync("big cat", documents, new() { TopN = 2 }, Cancellation);
        Assert.Same(documents, Assert.Single(received));
        Assert.Equal([0, 2], response.Results.Select(result => result.Index));
        Assert.Null(response.AdditionalProperties);
    }

    [Fact]
    public async Task RerankAsync_LongDocument_ScoreAndPlaceOfItsBestWindow()
    {
        var received = new List<IReadOnlyList<string>>();
        using var reranker = Reranker(received);
        var response = await reranker.RerankAsync("big cat", ["a dog", _long, "a cat"], cancellationToken: Cancellation);
        Assert.Equal([(1, 0.5), (2, 0.5), (0, 0)], response.Results.Select(result => (result.Index, result.Score)));
        var window = response.Results[0].Window!.Value;
        Assert.EndsWith("The cat is here.", _long.Substring(window.Start, window.Length), StringComparison.Ordinal);
        Assert.Equal(received[0].Count - 2, window.Windows);
        Assert.Null(response.Results[2].Window);
        Assert.All(received[0], text => Assert.InRange(Words(text), 1, 8));
        Assert.Equal(received[0].Count, response.Usage!.Pairs);
        Assert.Empty(response.Usage.TruncatedDocuments);
    }

    [Fact]
    public async Task RerankAsync_TopN_AppliedToDocuments()
    {
        using var reranker = Reranker();
        string cats = string.Join(" ", Enumerable.Repeat("A cat is a cat.", 20));
        var response = await reranker.RerankAsync("cat", [cats, "no", "cat", cats], new() { TopN = 3 }, Cancellation);
        Assert.Equal([0, 2, 3], response.Results.Select(result => result.Index));
    }

    [Theory]
    [InlineData(TruncationPolicy.Truncate)]
    [InlineData(TruncationPolicy.Error)]
    public async Task RerankAsync_OtherPolicy_LeftToTheInnerReranker(TruncationPolicy policy)
    {
        var received = new List<IReadOnlyList<string>>();
        using var reranker = Reranker(received);
        string[] documents = [_long];
        await reranker.RerankAsync("cat", documents, new() { Truncation = policy }, Cancellation);
        Assert.Same(documents, Assert.Single(received));
    }

    [Fact]
    public async Task RerankAsync_MaxTokensPerDocument_NoMoreIsReadAndTheRestReported()
    {
        var received = new List<IReadOnlyList<string>>();
        using var reranker = Reranker(received, new() { CountTokens = Words, OverlapTokens = 0 });
        var response = await reranker.RerankAsync("cat", ["short", _long], new() { MaxTokensPerDocument = 20 }, Cancellation);
        Assert.Equal(20, received[0].Skip(1).Sum(text => Words(text)));
        Assert.Equal(new TruncatedDocument(1, Words(_long) - 20), Assert.Single(response.Usage!.TruncatedDocuments));
    }

    [Fact]
    public async Task RerankAsync_WindowThatIsCutNevertheless_ReportedForItsDocument()
    {
        using var inner = new TestReranker
        {
            Metadata = _metadata,
            RerankAsyncCallback = (_, texts, _, _) => Task.FromResult(
                RerankResponse.Create([.. texts.Select(text => (double)text.Length)], ScoreScale.Logit, null) with
                {
                    DegradedReason = "slow",
                    Usage = new() { Pairs = texts.Count, TruncatedDocuments = [new(0, 1), new(2, 3), new(3, 4)] },
                }),
        };
        using var reranker = new ChunkingReranker(inner, new() { CountTokens = Words });
        var response = await reranker.RerankAsync("cat", ["short", _long], cancellationToken: Cancellation);
        Assert.Equal([new(0, 1), new TruncatedDocument(1, 7)], response.Usage!.TruncatedDocuments);
        Assert.Equal("slow", response.DegradedReason);
        Assert.Equal(ScoreScale.Logit, response.ScoreScale);
    }

    [Fact]
    public async Task RerankAsync_QueryLongerThanTheModel_HalfOfTheRoomForWindows()
    {
        var received = new List<IReadOnlyList<string>>();
        using var reranker = Reranker(received);
        await reranker.RerankAsync(_long, [_long], cancellationToken: Cancellation);
        Assert.Equal(5, received[0].Max(text => Words(text)), 2.0);
    }

    [Fact]
    public async Task RerankAsync_BlankDocumentOfManyTokens_KeepsItsIndex()
    {
        using var reranker = Reranker(options: new() { CountTokens = text => text.Length });
        var response = await reranker.RerankAsync("cat", [new(' ', 1000), "cat"], cancellationToken: Cancellation);
        Assert.Equal([1, 0], response.Results.Select(result => result.Index));
    }

    [Fact]
    public void Constructor_WhatChunkingNeedsIsMissing_SaysWhatToDo()
    {
        Assert.Contains("IsPointwise", Refusal(_metadata with { IsPointwise = false }, new() { CountTokens = Words }));
        Assert.Contains("CountTokens", Refusal(_metadata, null));
        Assert.Contains("WindowTokens", Refusal(_metadata with { MaxTokensPerPair = null }, new() { CountTokens = Words }));
    }

    [Fact]
    public void Options_OutOfRange_Refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChunkingRerankerOptions { WindowTokens = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChunkingRerankerOptions { OverlapTokens = -1 });
    }

    [Fact]
    public async Task RerankAsync_LocalModel_FindsWhatCuttingLoses()
    {
        using var inner = MiniModels.LoadReranker(new() { Threads = 1 });
        using var reranker = inner.AsBuilder().UseChunking().Build();
        string filler = string.Concat(Enumerable.Repeat("The committee met on a Tuesday and agreed on the minutes. ", 80));
        string[] documents = [filler + "Cats sleep between twelve and sixteen hours a day.", "Dogs bark at night."];
        const string Query = "How long do cats sleep?";
        var cut = await reranker.RerankAsync(Query, documents, new() { Truncation = TruncationPolicy.Truncate }, Cancellation);
        var read = await reranker.RerankAsync(Query, documents, new() { Truncation = TruncationPolicy.Chunk }, Cancellation);
        Assert.Single(cut.Usage!.TruncatedDocuments);
        Assert.Empty(read.Usage!.TruncatedDocuments);
        Assert.Equal(0, read.Results[0].Index);
        Assert.True(read.Results[0].Score > 5 * cut.Results.Single(result => result.Index == 0).Score);
        Assert.Equal(cut.Results.Single(result => result.Index == 1).Score, read.Results[1].Score);
        await Assert.ThrowsAsync<ArgumentException>(
            () => reranker.RerankAsync(Query, documents, new() { Truncation = TruncationPolicy.Error }, Cancellation));
    }

    private static string Refusal(RerankerMetadata metadata, ChunkingRerankerOptions? options) =>
        Assert.Throws<ArgumentException>(() => new TestReranker { Metadata = metadata }.AsBuilder().UseChunking(options).Build()).Message;

    private static ChunkingReranker Reranker(List<IReadOnlyList<string>>? received = null, ChunkingRerankerOptions? options = null)
    {
        var scorer = new TestReranker { Metadata = _metadata };
        return new(
            new TestReranker
            {
                Metadata = _metadata,
                RerankAsyncCallback = (query, texts, callOptions, cancellation) =>
                {
                    received?.Add(texts);
                    return scorer.RerankAsync(query, texts, callOptions, cancellation);
                },
            },
            options ?? new() { CountTokens = Words });
    }

    private static int Words(ReadOnlySpan<char> text) => TestWords.Of(text.ToString()).Count();

    public sealed class Conformance : PointwiseRerankerConformanceTests
    {
        protected override bool CanChunk => true;

        // Windows of five words, so that most documents have several.
        protected override IReranker CreateReranker() => new ChunkingReranker(
            new TestReranker { Metadata = _metadata }, new() { CountTokens = Words, WindowTokens = 5, OverlapTokens = 2 });
    }

    public sealed class WholeDocumentsConformance : PointwiseRerankerConformanceTests
    {
        protected override bool CanChunk => true;

        protected override IReranker CreateReranker() => new ChunkingReranker(
            new TestReranker { Metadata = _metadata }, new() { CountTokens = Words, WindowTokens = 500 });
    }
}
