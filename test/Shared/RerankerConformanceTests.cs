namespace Resift.Testing;

/// <summary>What every reranker promises, leaf or middleware. A subclass makes the reranker and says what it cannot do.</summary>
public abstract class RerankerConformanceTests
{
    private protected const string Query = "How long do cats sleep?";

    private protected static readonly string[] Documents =
    [
        "The stock market fell on Tuesday.",
        "Cats sleep between twelve and sixteen hours a day.",
        "Dogs sleep less than cats do.",
        "How long is a piece of string?",
        "A cat is a small carnivorous mammal.",
        "Sleep is a state of reduced activity.",
        "Rain is expected in the north.",
    ];

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Gets how many short documents one call can take, for a reranker too slow or too limited for ten thousand.</summary>
    protected virtual int ManyDocuments => 10_000;

    /// <summary>Gets how far the scores of one pair in two calls may be apart: not at all, except for a remote model.</summary>
    protected virtual double ScoreTolerance => 0;

    /// <summary>Gets a value indicating whether long documents can be scored window by window.</summary>
    protected virtual bool CanChunk => false;

    /// <summary>Makes a reranker of its own for one test, which disposes it.</summary>
    protected abstract IReranker CreateReranker();

    [Fact]
    public async Task RerankAsync_NoDocuments_EmptyResponse()
    {
        using var reranker = CreateReranker();
        var response = await reranker.RerankAsync(Query, [], cancellationToken: Cancellation);
        Assert.Empty(response.Results);
        Assert.Equal(reranker.GetService<RerankerMetadata>()?.ScoreScale, response.ScoreScale);
    }

    [Fact]
    public async Task RerankAsync_OneDocument_ItsScore()
    {
        using var reranker = CreateReranker();
        var response = await reranker.RerankAsync(Query, [Documents[1]], cancellationToken: Cancellation);
        Assert.Equal(0, Assert.Single(response.Results).Index);
    }

    [Fact]
    public async Task RerankAsync_SeveralDocuments_EveryIndexOnceSortedByScore()
    {
        using var reranker = CreateReranker();
        var response = await reranker.RerankAsync(Query, Documents, cancellationToken: Cancellation);
        AssertComplete(response, Documents.Length);
    }

    [Fact]
    public async Task RerankAsync_SameCallTwice_SameAnswer()
    {
        using var reranker = CreateReranker();
        var first = await reranker.RerankAsync(Query, Documents, cancellationToken: Cancellation);
        AssertSame(first, await reranker.RerankAsync(Query, Documents, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task RerankAsync_Duplicates_KeepTheirIndices()
    {
        using var reranker = CreateReranker();
        string[] documents = [Documents[0], Documents[1], Documents[0], Documents[1]];
        var response = await reranker.RerankAsync(Query, documents, cancellationToken: Cancellation);
        AssertComplete(response, documents.Length);
        Assert.Equal(IsPointwise(reranker), this is PointwiseRerankerConformanceTests);
        if (IsPointwise(reranker))
        {
            double[] scores = ScoresByIndex(response);
            AssertScore(scores[0], scores[2]);
            AssertScore(scores[1], scores[3]);
        }
    }

    [Fact]
    public async Task RerankAsync_TopNBelowCount_TheBestOfAll()
    {
        using var reranker = CreateReranker();
        var all = await reranker.RerankAsync(Query, Documents, cancellationToken: Cancellation);
        var top = await reranker.RerankAsync(Query, Documents, new() { TopN = 3 }, Cancellation);
        Assert.Equal(3, top.Results.Count);
        for (int i = 0; i < 3; i++)
        {
            AssertScore(all.Results[i].Score, top.Results[i].Score);
        }
    }

    [Fact]
    public async Task RerankAsync_TopNAboveCount_All()
    {
        using var reranker = CreateReranker();
        var response = await reranker.RerankAsync(Query, Documents, new() { TopN = Documents.Length + 5 }, Cancellation);
        AssertComplete(response, Documents.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task RerankAsync_TopNBelowOne_Refused(int topN)
    {
        using var reranker = CreateReranker();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => reranker.RerankAsync(Query, Documents, new() { TopN = topN }, Cancellation));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\t\r\n\u00A0")]
    public async Task RerankAsync_BlankQuery_Refused(string query)
    {
        using var reranker = CreateReranker();
        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => reranker.RerankAsync(query, Documents, cancellationToken: Cancellation));
        Assert.Equal("query", error.ParamName);
    }

    [Fact]
    public async Task RerankAsync_NullArguments_Refused()
    {
        using var reranker = CreateReranker();
        var query = await Assert.ThrowsAsync<ArgumentNullException>(
            () => reranker.RerankAsync(null!, Documents, cancellationToken: Cancellation));
        var documents = await Assert.ThrowsAsync<ArgumentNullException>(
            () => reranker.RerankAsync(Query, null!, cancellationToken: Cancellation));
        Assert.Equal("query", query.ParamName);
        Assert.Equal("documents", documents.ParamName);
    }

    [Fact]
    public async Task RerankAsync_NullDocument_RefusedByIndex()
    {
        using var reranker = CreateReranker();
        var error = await Assert.ThrowsAnyAsync<ArgumentException>(
            () => reranker.RerankAsync(Query, [Documents[0], Documents[1], null!], cancellationToken: Cancellation));
        Assert.Contains("Document 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_EmptyDocument_KeepsItsIndex()
    {
        using var reranker = CreateReranker();
        AssertComplete(await reranker.RerankAsync(Query, ["", Documents[1], " ", ""], cancellationToken: Cancellation), 4);
        AssertComplete(await reranker.RerankAsync(Query, [""], cancellationToken: Cancellation), 1);
    }

    [Fact]
    public async Task RerankAsync_ControlCharactersAndLoneSurrogates_Scored()
    {
        using var reranker = CreateReranker();
        string[] documents =
            ["\0\u0001\u001B[31m\u007F", "cats \uD83D sleep", "\uDE00", "cats\u0000sleep\uFFFE\uFEFF", "\uD83D\uDE00 cats"];
        var response = await reranker.RerankAsync("cats \uD83D\u0007 sleep", documents, cancellationToken: Cancellation);
        AssertComplete(response, documents.Length);
    }

    [Fact]
    public async Task RerankAsync_ManyShortDocuments_AllScored()
    {
        using var reranker = CreateReranker();
        string[] documents = [.. Enumerable.Range(0, ManyDocuments).Select(i => $"cat {i}")];
        AssertComplete(await reranker.RerankAsync(Query, documents, cancellationToken: Cancellation), documents.Length);
    }

    [Fact]
    public async Task RerankAsync_ChunkPolicy_ChunkedOrRefusedWithAdvice()
    {
        using var reranker = CreateReranker();
        try
        {
            var response = await reranker.RerankAsync(Query, Documents, new() { Truncation = TruncationPolicy.Chunk }, Cancellation);
            Assert.True(CanChunk || response.IsDegraded, "A reranker that cannot chunk must say so.");
        }
        catch (NotSupportedException error) when (!CanChunk)
        {
            Assert.Contains("UseChunking", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task RerankAsync_Options_NotModified()
    {
        using var reranker = CreateReranker();
        var options = new RerankOptions
        {
            TopN = 2,
            Truncation = TruncationPolicy.Truncate,
            AdditionalProperties = new() { ["somebody:key"] = "value" },
        };
        var before = options.Clone();
        await reranker.RerankAsync(Query, Documents, options, Cancellation);
        Assert.Equivalent(before, options, strict: true);
    }

    [Fact]
    public async Task RerankAsync_ConcurrentCalls_SameAnswersAsOneByOne()
    {
        using var reranker = CreateReranker();
        string[][] calls = [.. Enumerable.Range(0, 32).Select(i => Documents[(i % Documents.Length)..])];
        var oneByOne = new List<RerankResponse>();
        foreach (string[] documents in calls.Take(Documents.Length))
        {
            oneByOne.Add(await reranker.RerankAsync(Query, documents, cancellationToken: Cancellation));
        }

        var together = await Task.WhenAll(calls.Select(
            documents => Task.Run(() => reranker.RerankAsync(Query, documents, cancellationToken: Cancellation), Cancellation)));
        for (int i = 0; i < together.Length; i++)
        {
            AssertSame(oneByOne[i % Documents.Length], together[i]);
        }
    }

    [Fact]
    public async Task RerankAsync_TokenCancelledBefore_OperationCanceled()
    {
        using var reranker = CreateReranker();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => reranker.RerankAsync(Query, Documents, cancellationToken: new(canceled: true)));
    }

    [Fact]
    public async Task RerankAsync_TokenCancelledDuring_ResultOrOperationCanceled()
    {
        using var reranker = CreateReranker();
        using var cancellation = new CancellationTokenSource();
        Task<RerankResponse>[] calls = [.. Enumerable.Range(0, 8)
            .Select(_ => Task.Run(() => reranker.RerankAsync(Query, Documents, cancellationToken: cancellation.Token), Cancellation))];
        await cancellation.CancelAsync();
        await AssertAllEndAsync<OperationCanceledException>(calls);
        AssertComplete(await reranker.RerankAsync(Query, Documents, cancellationToken: Cancellation), Documents.Length);
    }

    [Fact]
    public async Task RerankAsync_DisposedBefore_ObjectDisposed()
    {
        var reranker = CreateReranker();
        reranker.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => reranker.RerankAsync(Query, Documents, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task RerankAsync_DisposedDuring_ResultOrObjectDisposed()
    {
        var reranker = CreateReranker();
        Task<RerankResponse>[] calls = [.. Enumerable.Range(0, 8)
            .Select(_ => Task.Run(() => reranker.RerankAsync(Query, Documents, cancellationToken: Cancellation), Cancellation))];
        reranker.Dispose();
        await AssertAllEndAsync<ObjectDisposedException>(calls);
    }

    [Fact]
    public void Dispose_Twice_Harmless()
    {
        var reranker = CreateReranker();
        reranker.Dispose();
        reranker.Dispose();
    }

    [Fact]
    public void GetService_Metadata_NamesItsProvider()
    {
        using var reranker = CreateReranker();
        var metadata = reranker.GetService<RerankerMetadata>();
        Assert.NotNull(metadata);
        Assert.NotEmpty(metadata.ProviderName);
    }

    [Fact]
    public async Task GetService_Metadata_HasTheScaleOfTheScores()
    {
        using var reranker = CreateReranker();
        var response = await reranker.RerankAsync(Query, Documents, cancellationToken: Cancellation);
        Assert.Equal(reranker.GetService<RerankerMetadata>()?.ScoreScale, response.ScoreScale);
    }

    [Fact]
    public void GetService_OwnTypeAndUnknownOnes_ItselfOrNull()
    {
        using var reranker = CreateReranker();
        Assert.Same(reranker, reranker.GetService(typeof(IReranker)));
        Assert.Same(reranker, reranker.GetService(reranker.GetType()));
        Assert.Null(reranker.GetService(typeof(Version)));
        Assert.Null(reranker.GetService(typeof(IReranker), "no such key"));
        Assert.Throws<ArgumentNullException>(() => reranker.GetService(null!));
    }

    private static bool IsPointwise(IReranker reranker) => reranker.GetService<RerankerMetadata>()?.IsPointwise == true;

    private protected static double[] ScoresByIndex(RerankResponse response) =>
        [.. response.Results.OrderBy(result => result.Index).Select(result => result.Score)];

    private static void AssertComplete(RerankResponse response, int count)
    {
        Assert.Equal(Enumerable.Range(0, count), response.Results.Select(result => result.Index).Order());
        Assert.DoesNotContain(response.Results, result => double.IsNaN(result.Score));
        Assert.Equal(response.Results.OrderByDescending(result => result.Score).ThenBy(result => result.Index), response.Results);
    }

    private static async Task AssertAllEndAsync<TException>(Task<RerankResponse>[] calls)
        where TException : Exception
    {
        foreach (var call in calls)
        {
            try
            {
                AssertComplete(await call, Documents.Length);
            }
            catch (TException)
            {
                // As good as an answer.
            }
        }
    }

    private void AssertSame(RerankResponse expected, RerankResponse actual)
    {
        Assert.Equal(expected.Results.Count, actual.Results.Count);
        Assert.Equal(expected.ScoreScale, actual.ScoreScale);
        for (int i = 0; i < expected.Results.Count; i++)
        {
            AssertScore(expected.Results[i].Score, actual.Results[i].Score);
            Assert.True(ScoreTolerance > 0 || expected.Results[i].Index == actual.Results[i].Index);
        }
    }

    private protected void AssertScore(double expected, double actual) =>
        Assert.InRange(actual, expected - ScoreTolerance, expected + ScoreTolerance);
}
