using Resift.Testing;

namespace Resift.Tests.Composition;

public sealed class CascadeRerankerTests
{
    // The cheap reranker wants short documents, the full one documents with many cats.
    private static readonly string[] _documents = ["cat cat cat cat", "cat", "a dog", "cat cat", "it", "cat cat cat"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RerankAsync_MoreDocumentsThanKept_OnlyWhatTheFullOneRead()
    {
        using var reranker = Cascade(new() { Keep = 3 });
        var response = await reranker.RerankAsync("cat", _documents, cancellationToken: Cancellation);
        Assert.Equal([new(1, 1), new(2, 0), new RerankResult(4, 0)], response.Results);
        Assert.Equal(ScoreScale.Logit, response.ScoreScale);
        Assert.Equal([6, 3], Pairs(response));
        var (cheap, full) = (response.Stages[0], response.Stages[1]);
        Assert.Equal([4, 1, 2, 3, 5, 0], cheap.Results.Select(result => result.Index));
        Assert.Equal(ScoreScale.Cosine, cheap.ScoreScale);
        Assert.Equal(response.Results, full.Results);
        Assert.Equal(9, response.Usage!.Pairs);
        Assert.Equal(6 * 10 + 3 * 100, response.Usage.InputTokens);
        Assert.Equal(0.75m, response.Usage.EstimatedCost);
    }

    [Fact]
    public async Task RerankAsync_TopNAboveKeep_AsManyAsAskedForByTheFullOne()
    {
        using var reranker = Cascade(new() { Keep = 1 });
        var response = await reranker.RerankAsync("cat", _documents, new() { TopN = 4 }, Cancellation);
        Assert.Equal([3, 1, 2, 4], response.Results.Select(result => result.Index));
        Assert.Equal(4, Pairs(response)[1]);
    }

    [Fact]
    public async Task RerankAsync_TopNBelowKeep_TheBestOfThoseKept()
    {
        using var reranker = Cascade(new() { Keep = 4 });
        var response = await reranker.RerankAsync("cat", _documents, new() { TopN = 1 }, Cancellation);
        Assert.Equal(new(3, 2), Assert.Single(response.Results));
        Assert.Equal(4, Pairs(response)[1]);
    }

    [Theory]
    [InlineData(0.5, 3)]
    [InlineData(0.51, 4)]
    [InlineData(0.01, 2)]
    public async Task RerankAsync_KeepFraction_TheLargerOfBoth(double fraction, int pairs)
    {
        using var reranker = Cascade(new() { Keep = 2, KeepFraction = fraction });
        var response = await reranker.RerankAsync("cat", _documents, cancellationToken: Cancellation);
        Assert.Equal(pairs, Pairs(response)[1]);
    }

    [Fact]
    public async Task RerankAsync_RankBelow_AllDocumentsOnTheScaleOfRanks()
    {
        using var reranker = Cascade(new() { Keep = 2, Rest = CascadeRest.RankBelow });
        var response = await reranker.RerankAsync("cat", _documents, cancellationToken: Cancellation);
        Assert.Equal([1, 4, 2, 3, 5, 0], response.Results.Select(result => result.Index));
        Assert.Equal([1, 1.0 / 2, 1.0 / 3, 1.0 / 4, 1.0 / 5, 1.0 / 6], response.Results.Select(result => result.Score));
        Assert.Equal(ScoreScale.Rank, response.ScoreScale);
        var top = await reranker.RerankAsync("cat", _documents, new() { TopN = 3 }, Cancellation);
        Assert.Equal([1, 4, 2], top.Results.Select(result => result.Index));
        Assert.Equal(2, Pairs(top)[1]);
    }

    [Fact]
    public async Task RerankAsync_NoMoreDocumentsThanKept_CheapOneNotAsked()
    {
        var cheap = Cheap();
        using var reranker = new CascadeReranker(cheap, Full(), new() { Keep = 6 });
        var response = await reranker.RerankAsync("cat", _documents, cancellationToken: Cancellation);
        Assert.Equal(0, cheap.Calls);
        Assert.Empty(response.Stages);
        Assert.Equal(600, response.Usage!.InputTokens);
    }

    // The cheap order is 4, 1, 2, 3, 5, 0, with 0, 1, 0, 2, 3, 4 cats: the first that changes nothing is the third.
    [Theory]
    [InlineData(1, 1, 3, 1)]
    [InlineData(1, 2, 6, 0)]
    [InlineData(2, 1, 6, 0)]
    [InlineData(2, 6, 6, 0)]
    public async Task RerankAsync_Patience_EndsWhenAPartBringsNothing(int topN, int patience, int pairs, int best)
    {
        using var reranker = Cascade(new() { Keep = 6, Patience = patience });
        var response = await reranker.RerankAsync("cat", _documents, new() { TopN = topN }, Cancellation);
        Assert.Equal((best, topN), (response.Results[0].Index, response.Results.Count));
        Assert.Equal(pairs, response.Stages is [_, var full] ? full.Usage!.Pairs : response.Usage!.Pairs);
    }

    [Fact]
    public async Task RerankAsync_PatienceButNoTopNOrNotPointwise_AllAtOnce()
    {
        var full = Full();
        using var pointwise = new CascadeReranker(Cheap(), full, new() { Keep = 5, Patience = 1 });
        await pointwise.RerankAsync("cat", _documents, cancellationToken: Cancellation);
        Assert.Equal(1, full.Calls);

        var listwise = new TestReranker { Metadata = new("list") { ScoreScale = ScoreScale.Rank } };
        using var other = new CascadeReranker(Cheap(), listwise, new() { Keep = 5, Patience = 1 });
        await other.RerankAsync("cat", _documents, new() { TopN = 1 }, Cancellation);
        Assert.Equal(1, listwise.Calls);
    }

    [Fact]
    public async Task RerankAsync_Options_OfTheCallForTheFullOneAndOwnForTheCheapOne()
    {
        var seen = new List<RerankOptions?>();
        var cheap = new TestReranker { RerankAsyncCallback = Remember };
        var full = new TestReranker { RerankAsyncCallback = Remember };
        var cheapOptions = new RerankOptions { MaxTokensPerDocument = 64, TopN = 1 };
        using var reranker = new CascadeReranker(cheap, full, new() { Keep = 2, CheapOptions = cheapOptions });
        await reranker.RerankAsync("cat", _documents, new() { Instruction = "Rank.", TopN = 1 }, Cancellation);
        Assert.Equal((64, null, null), (seen[0]!.MaxTokensPerDocument, seen[0]!.Instruction, seen[0]!.TopN));
        Assert.Equal((null, "Rank.", null), (seen[1]!.MaxTokensPerDocument, seen[1]!.Instruction, seen[1]!.TopN));

        Task<RerankResponse> Remember(string query, IReadOnlyList<string> texts, RerankOptions? options, CancellationToken cancellation)
        {
            seen.Add(options);
            return Task.FromResult(RerankResponse.Create(new double[texts.Count], ScoreScale.Logit, options?.TopN));
        }
    }

    [Fact]
    public async Task RerankAsync_TruncatedDocuments_OfTheFullStageByTheCallersIndex()
    {
        var full = Answering(ScoreScale.Logit, _ => 0, new() { Pairs = 2, TruncatedDocuments = [new(1, 7)] });
        using var reranker = new CascadeReranker(Cheap(), full, new() { Keep = 2 });
        var response = await reranker.RerankAsync("cat", _documents, cancellationToken: Cancellation);
        Assert.Equal(new TruncatedDocument(4, 7), Assert.Single(response.Usage!.TruncatedDocuments));
        Assert.Null(response.Usage.InputTokens);
    }

    [Fact]
    public async Task RerankAsync_DegradedCheapStage_SaysSo()
    {
        var cheap = new TestReranker
        {
            RerankAsyncCallback = (_, texts, _, _) => Task.FromResult(
                RerankResponse.Create(new double[texts.Count], ScoreScale.Rank, null) with { DegradedReason = "down" }),
        };
        using var reranker = new CascadeReranker(cheap, Full(), new() { Keep = 2 });
        Assert.Equal("down", (await reranker.RerankAsync("cat", _documents, cancellationToken: Cancellation)).DegradedReason);
    }

    [Fact]
    public async Task RerankAsync_EmbedderBeforeALocalModel_SaysWhatEachScored()
    {
        using var reranker = MiniModels.LoadReranker(new() { Threads = 1 }).AsBuilder()
            .UseCascade(new EmbeddingReranker(MiniModels.LoadEmbeddingGenerator(new() { Threads = 1 })), new() { Keep = 2 })
            .Build();
        string[] documents = ["Stocks fell.", "Cats sleep sixteen hours a day.", "Rain is expected.", "Dogs sleep less than cats do."];
        var response = await reranker.RerankAsync("How long do cats sleep?", documents, cancellationToken: Cancellation);
        Assert.Equal([1, 3], response.Results.Select(result => result.Index));
        Assert.Equal(ScoreScale.Probability, response.ScoreScale);
        Assert.Equal([4, 2], Pairs(response));
    }

    [Fact]
    public void GetService_Metadata_OfTheFullOneButNotPointwise()
    {
        using var leaveOut = Cascade(new());
        using var below = Cascade(new() { Rest = CascadeRest.RankBelow });
        Assert.Equal(new("full") { ScoreScale = ScoreScale.Logit }, leaveOut.GetService<RerankerMetadata>());
        Assert.Equal(new("full") { ScoreScale = ScoreScale.Rank }, below.GetService<RerankerMetadata>());
    }

    [Fact]
    public void Dispose_Both_Disposed()
    {
        using var cheap = Cheap();
        using var full = Full();
        new CascadeReranker(cheap, full).Dispose();
        Assert.Equal((1, 1), (cheap.Disposals, full.Disposals));
    }

    [Fact]
    public void Options_OutOfRange_Refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CascadeRerankerOptions { Keep = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CascadeRerankerOptions { Patience = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CascadeRerankerOptions { KeepFraction = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CascadeRerankerOptions { KeepFraction = 1.01 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CascadeRerankerOptions { KeepFraction = double.NaN });
    }

    private static int[] Pairs(RerankResponse response) => [.. response.Stages.Select(stage => stage.Usage!.Pairs)];

    private static CascadeReranker Cascade(CascadeRerankerOptions options) => new(Cheap(), Full(), options);

    private static TestReranker Cheap() =>
        Answering(ScoreScale.Cosine, text => -text.Length / 100.0, new() { InputTokens = 10, EstimatedCost = 0.25m });

    private static TestReranker Full() =>
        Answering(ScoreScale.Logit, text => text.Split("cat").Length - 1, new() { InputTokens = 100, EstimatedCost = 0.5m });

    private static TestReranker Answering(ScoreScale scale, Func<string, double> score, RerankUsage usage) => new()
    {
        Metadata = new(scale == ScoreScale.Logit ? "full" : "cheap") { ScoreScale = scale, IsPointwise = true },
        RerankAsyncCallback = (_, texts, options, _) => Task.FromResult(
            RerankResponse.Create([.. texts.Select(score)], scale, options?.TopN) with
            {
                Usage = usage with { Pairs = texts.Count, InputTokens = usage.InputTokens * texts.Count },
            }),
    };

    public sealed class RankBelowConformance : RerankerConformanceTests
    {
        protected override IReranker CreateReranker() => new EmbeddingReranker(new TestEmbeddingGenerator()).AsBuilder()
            .UseCascade(new TestReranker(), new() { Keep = 3, Rest = CascadeRest.RankBelow })
            .Build();
    }

    public sealed class LeaveOutConformance : RerankerConformanceTests
    {
        // As many as a call without TopN gives.
        protected override int ManyDocuments => new CascadeRerankerOptions().Keep;

        protected override IReranker CreateReranker() => new CascadeReranker(new TestReranker(), new TestReranker());
    }
}
