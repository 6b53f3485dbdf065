using Resift.Retrieval;
using Resift.Testing;

namespace Resift.Cli.Tests.Evaluation;

public sealed class StoredRerankerTests : IDisposable
{
    private readonly CommandLine _cli = new();
    private readonly PairStore _store;
    private readonly List<string[]> _asked = [];

    public StoredRerankerTests() => _store = PairStore.Open(_cli.At("pairs.db"));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _store.Dispose();
        _cli.Dispose();
    }

    [Fact]
    public async Task RerankAsync_KnownAndNewDocuments_AsksForNewOnesOnce()
    {
        using var reranker = Open();
        await reranker.RerankAsync("q", ["a", "bb"], null, Stop);
        _asked.Clear();

        var response = await reranker.RerankAsync("q", ["bb", "ccc", "a", "ccc"], null, Stop);

        Assert.Equal(["ccc"], Assert.Single(_asked));
        Assert.Equal([(1, 3.0), (3, 3.0), (0, 2.0), (2, 1.0)], response.Results.Select(result => (result.Index, result.Score)));
        Assert.Equal(3, reranker.NewlyScored);
        Assert.Equal([2.0, 3, 1, 3], reranker.LastPairs.Select(pair => pair.Score));
    }

    [Fact]
    public async Task RerankAsync_OfAnotherProcess_FindsTheSameScores()
    {
        using (var before = Open())
        {
            await before.RerankAsync("q", ["a", "bb"], null, Stop);
        }

        _asked.Clear();
        using var reranker = Open();

        var response = await reranker.RerankAsync("q", ["a", "bb"], null, Stop);

        Assert.Empty(_asked);
        Assert.Equal(["m", "1", "0"], [response.ModelId, .. response.Results.Select(result => $"{result.Index}")]);
    }

    [Fact]
    public async Task RerankAsync_OtherModel_SharesNothing()
    {
        using var one = Open();
        await one.RerankAsync("q", ["a"], null, Stop);
        _asked.Clear();
        using var other = Open(metadata => metadata with { DefaultModelId = "other" });

        await other.RerankAsync("q", ["a"], null, Stop);

        Assert.NotEmpty(_asked);
    }

    [Fact]
    public async Task RerankAsync_FirstCallOfALocalModel_IsPrecededByOneThatIsNotMeasured()
    {
        using var local = Open();
        await local.RerankAsync("q", ["a", "bb"], null, Stop);
        using var hosted = Open(metadata => metadata with { ProviderUri = new("https://example.com") });
        await hosted.RerankAsync("q", ["a", "bb"], null, Stop);

        Assert.Equal([1, 2, 2], _asked.Select(documents => documents.Length));
    }

    [Fact]
    public async Task RerankAsync_ScoresThatDependOnTheList_HoldForThatListAlone()
    {
        using var reranker = Open(metadata => metadata with { IsPointwise = false, ProviderUri = new("https://example.com") });
        await reranker.RerankAsync("q", ["a", "bb", "ccc"], null, Stop);
        await reranker.RerankAsync("q", ["a", "bb"], null, Stop);
        await reranker.RerankAsync("q", ["a", "bb", "ccc"], null, Stop);

        Assert.Equal([3, 2], _asked.Select(documents => documents.Length));
    }

    [Fact]
    public async Task RerankAsync_DegradedAnswer_IsCountedAndNotKept()
    {
        string? reason = "out of luck";
        using var reranker = Open(answer: response => response with { DegradedReason = reason });

        Assert.True((await reranker.RerankAsync("q", ["a"], null, Stop)).IsDegraded);
        Assert.Equal(1, reranker.Degraded);
        reason = null;
        Assert.False((await reranker.RerankAsync("q", ["a"], null, Stop)).IsDegraded);
        Assert.Equal(1, reranker.NewlyScored);
    }

    [Fact]
    public async Task RerankAsync_Failure_IsRememberedAndThrown()
    {
        using var reranker = Open(answer: _ => throw new RerankerException("It broke."));

        var thrown = await Assert.ThrowsAsync<RerankerException>(() => reranker.RerankAsync("q", ["a"], null, Stop));

        Assert.Same(thrown, reranker.Failure);
    }

    [Fact]
    public async Task Reserve_CallsBeyondTheBudget_AreRefusedAndWhatIsKnownIsFree()
    {
        // A million tokens of this model cost five cents.
        string text = new('x', 4_000_000);
        using var reranker = Open(Hosted, budget: new(0.08m));
        reranker.Reserve(Call("a", text));

        var refused = Assert.Throws<UsageException>(() => reranker.Reserve(Call("b", text)));
        Assert.Contains("beside about 0.05 for what was asked before, together more than --max-cost 0.08", refused.Message,
            StringComparison.Ordinal);
        await reranker.RerankAsync("b", [text], null, Stop);
        reranker.Reserve(Call("b", text));
        Assert.Throws<UsageException>(() => reranker.Reserve([.. Call("c", text), .. Call("d", text)]));
    }

    [Fact]
    public void Reserve_NoPriceOrNoProvider_IsRefusedOrFree()
    {
        using var unknown = Open(metadata => Hosted(metadata) with { DefaultModelId = "unknown" }, budget: new(1));
        Assert.Contains("no price of voyage/unknown", Assert.Throws<UsageException>(() => unknown.Reserve(Call("a", "b"))).Message,
            StringComparison.Ordinal);

        using var local = Open(budget: new(0.000001m));
        local.Reserve(Call("a", new string('x', 4_000_000)));
    }

    private static RerankerMetadata Hosted(RerankerMetadata metadata) => new("voyage")
    {
        DefaultModelId = "rerank-2.5",
        ProviderUri = new("https://example.com"),
        ScoreScale = metadata.ScoreScale,
        IsPointwise = true,
    };

    private static (string Query, IEnumerable<Candidate> Candidates)[] Call(string query, string text) =>
        [(query, [new(new("d", text), 1)])];

    private StoredReranker Open(
        Func<RerankerMetadata, RerankerMetadata>? change = null, Func<RerankResponse, RerankResponse>? answer = null,
        ScoringBudget? budget = null)
    {
        var metadata = new RerankerMetadata("test") { DefaultModelId = "m", ScoreScale = ScoreScale.Logit, IsPointwise = true };
        return new(
            new TestReranker
            {
                Metadata = change?.Invoke(metadata) ?? metadata,
                RerankAsyncCallback = (_, documents, _, _) =>
                {
                    _asked.Add([.. documents]);
                    var response = RerankResponse.Create([.. documents.Select(text => (double)text.Length)], ScoreScale.Logit, null);
                    return Task.FromResult(answer?.Invoke(response) ?? response);
                },
            },
            _store,
            budget);
    }
}
