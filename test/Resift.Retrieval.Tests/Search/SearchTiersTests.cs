using Resift.Testing;

namespace Resift.Retrieval.Tests;

/// <summary>Which reranker reads how many candidates, and what becomes of those that it does not read.</summary>
public sealed class SearchTiersTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // The first stage's order is a, b, c, d.
    private static readonly ScriptedRetriever _first = new("a", "b", "c", "d");

    [Fact]
    public async Task Light_WithoutLightReranker_ReadsTheBestOfTheFirstStage()
    {
        using var reranker = new RecordingReranker(("a", 0.1), ("b", 0.9));
        var response = await new TwoStageRetriever(_first, reranker).SearchAsync(
            "q", new() { Tier = SearchTier.Light, LightDepth = 2, FirstStageWeight = 0 }, Cancellation);
        Assert.Equal(["a", "b"], Assert.Single(reranker.Read));
        Assert.Equal(["b", "a", "c", "d"], response.Hits.Select(hit => hit.Id));
        Assert.Equal((4, 2, SearchTier.Light), (response.CandidateCount, response.RerankedCount, response.Tier));
    }

    [Fact]
    public async Task Light_MoreHitsWantedThanRead_TheRestFollowsInItsOrderMarked()
    {
        using var reranker = new RecordingReranker(("a", 0.1), ("b", 0.9));
        var response = await new TwoStageRetriever(_first, reranker).SearchAsync(
            "q", new() { Tier = SearchTier.Light, LightDepth = 2, TopN = 3, FirstStageWeight = 0 }, Cancellation);
        Assert.Equal(3, response.Hits.Count);
        Assert.Equal(["rerank", "rerank", "scripted"], response.Hits.Select(hit => hit.ScoredBy));
        Assert.Equal(
            [ScoreScale.Probability, ScoreScale.Probability, ScoreScale.Unspecified], response.Hits.Select(hit => hit.ScoreScale));
        Assert.Equal([0.9, 0.1, 8], response.Hits.Select(hit => hit.Score));
        Assert.Equal(ScoreScale.Probability, response.ScoreScale);
    }

    [Fact]
    public async Task Full_WithLightReranker_ItChoosesWhatTheOtherReads()
    {
        using var light = new RecordingReranker(("a", 0.2), ("b", 0.3), ("c", 0.9), ("d", 0.8));
        using var full = new RecordingReranker(("c", 0.4), ("d", 0.6));
        var response = await new TwoStageRetriever(_first, full) { LightReranker = light }.SearchAsync(
            "q", new() { LightDepth = 4, Depth = 2, FirstStageWeight = 0 }, Cancellation);
        Assert.Equal(["a", "b", "c", "d"], Assert.Single(light.Read));
        Assert.Equal(["c", "d"], Assert.Single(full.Read));
        Assert.Equal(["d", "c", "b", "a"], response.Hits.Select(hit => hit.Id));
        Assert.Equal(["rerank", "rerank", "light", "light"], response.Hits.Select(hit => hit.ScoredBy));
        Assert.Equal(["scripted", "light", "rerank"], response.Hits[0].Stages.Select(stage => stage.Stage));
        Assert.Equal(["retrieve", "light", "rerank", "select"], response.Timings.Select(timing => timing.Stage));
        Assert.Equal(6, response.RerankUsage!.Pairs);
        Assert.Equal(SearchTier.Full, response.Tier);
    }

    [Fact]
    public async Task Full_EverythingIsReadAnyway_TheLightRerankerIsNotAsked()
    {
        using var light = new RecordingReranker();
        using var full = new RecordingReranker(("a", 0.2), ("b", 0.3), ("c", 0.9), ("d", 0.8));
        var response = await new TwoStageRetriever(_first, full) { LightReranker = light }.SearchAsync(
            "q", new() { Depth = 4, FirstStageWeight = 0 }, Cancellation);
        Assert.Empty(light.Read);
        Assert.Equal("c", response.Hits[0].Id);
    }

    [Fact]
    public async Task Full_LightRerankerFails_TheOtherReadsTheBestOfTheFirstStage()
    {
        using var light = Rerankers.Failing(new RerankerException("overloaded"));
        using var full = new RecordingReranker(("a", 0.2), ("b", 0.3));
        var response = await new TwoStageRetriever(_first, full) { LightReranker = light }.SearchAsync(
            "q", new() { Depth = 2, FirstStageWeight = 0 }, Cancellation);
        Assert.Equal(["b", "a", "c", "d"], response.Hits.Select(hit => hit.Id));
        Assert.Contains("overloaded", response.DegradedReason, StringComparison.Ordinal);
        Assert.Equal(SearchTier.Full, response.Tier);
    }

    [Fact]
    public async Task Full_LastRerankerFails_TheLightOnesOrderAndScoresStay()
    {
        using var light = new RecordingReranker(("a", 0.2), ("b", 0.3), ("c", 0.9), ("d", 0.8));
        using var full = Rerankers.Failing(new RerankerException("overloaded"));
        var response = await new TwoStageRetriever(_first, full) { LightReranker = light }.SearchAsync(
            "q",
            new() { LightDepth = 4, Depth = 2, FirstStageWeight = 0, Select = (_, _) => throw new InvalidOperationException() },
            Cancellation);
        Assert.Equal(["c", "d", "b", "a"], response.Hits.Select(hit => hit.Id));
        Assert.Equal((SearchTier.Light, ScoreScale.Probability, 0.9), (response.Tier, response.ScoreScale, response.Hits[0].Score));
        Assert.True(response.IsDegraded);
    }

    [Fact]
    public async Task Select_WithDepth_DropsWhatWasNotRead()
    {
        using var reranker = new RecordingReranker(("a", 0.1), ("b", 0.9));
        var response = await new TwoStageRetriever(_first, reranker).SearchAsync(
            "q",
            new() { Depth = 2, FirstStageWeight = 0, Select = (answer, _) => answer.AtLeast(0.5, ScoreScale.Probability) },
            Cancellation);
        Assert.Equal("b", Assert.Single(response.Hits).Id);
    }

    [Fact]
    public async Task Select_NothingReranked_CutsTheFirstStagesScores()
    {
        var found = new RetrievalResponse(
        [
            ScriptedRetriever.Candidate("a", 0.9) with { ScoreScale = ScoreScale.Cosine },
            ScriptedRetriever.Candidate("b", 0.2) with { ScoreScale = ScoreScale.Cosine },
        ]);
        var response = await new TwoStageRetriever(new ScriptedRetriever(found)).SearchAsync(
            "q", new() { Select = (answer, _) => answer.AtLeast(0.5, ScoreScale.Cosine) }, Cancellation);
        Assert.Equal("a", Assert.Single(response.Hits).Id);
        Assert.Equal(SearchTier.FirstStageOnly, response.Tier);
    }

    [Fact]
    public async Task NoReranker_EveryTier_TheFirstStagesOrder()
    {
        foreach (var tier in Enum.GetValues<SearchTier>())
        {
            var response = await new TwoStageRetriever(_first).SearchAsync("q", new() { Tier = tier }, Cancellation);
            Assert.Equal(["a", "b", "c", "d"], response.Hits.Select(hit => hit.Id));
            Assert.Equal((SearchTier.FirstStageOnly, 0, false), (response.Tier, response.RerankedCount, response.IsDegraded));
        }
    }

    [Fact]
    public async Task GroupByDocument_False_EveryPassageIsAHit()
    {
        var found = new RetrievalResponse(
            [ScriptedRetriever.Passage("x", 1, 5), ScriptedRetriever.Passage("x", 2, 4), ScriptedRetriever.Passage("y", 1, 3)]);
        var response = await new TwoStageRetriever(new ScriptedRetriever(found)).SearchAsync(
            "q", new() { GroupByDocument = false, TopN = 2 }, Cancellation);
        Assert.Equal(["x1", "x2"], response.Hits.Select(hit => hit.Text));
        Assert.Equal([1, 2], response.Hits.Select(hit => hit.Rank));
        Assert.All(response.Hits, hit => Assert.Empty(hit.OtherPassages));
    }

    [Fact]
    public async Task CandidatesPerDocument_LongPage_LeavesRoomForOthers()
    {
        var retriever = new ScriptedRetriever(new RetrievalResponse(
        [
            .. Enumerable.Range(1, 6).Select(number => ScriptedRetriever.Passage("changes", number, 10 - number)),
            ScriptedRetriever.Passage("guide", 1, 2),
            ScriptedRetriever.Passage("faq", 1, 1),
        ]));
        var response = await new TwoStageRetriever(retriever).SearchAsync(
            "q", new() { Candidates = 4, CandidatesPerDocument = 2, GroupByDocument = false }, Cancellation);
        Assert.Equal(["changes1", "changes2", "guide1", "faq1"], response.Hits.Select(hit => hit.Text));
        Assert.True(Assert.Single(retriever.Asked)!.Candidates > 4);
    }

    [Fact]
    public async Task Prior_BelowZero_MovesTheOrderAndNoScore()
    {
        using var reranker = new RecordingReranker(("a", 0.9), ("b", 0.8), ("c", 0.2), ("d", 0.1));
        var options = new SearchOptions { FirstStageWeight = 0, Prior = document => document.Id == "a" ? -9 : 0 };
        var reranked = await new TwoStageRetriever(_first, reranker).SearchAsync("q", options, Cancellation);
        Assert.Equal(["b", "c", "d", "a"], reranked.Hits.Select(hit => hit.Id));
        Assert.Equal(0.9, reranked.Hits[^1].Score);

        var first = await new TwoStageRetriever(_first).SearchAsync("q", options, Cancellation);
        Assert.Equal(["b", "c", "d", "a"], first.Hits.Select(hit => hit.Id));
        Assert.Equal(10, first.Hits[^1].Score);
    }

    [Fact]
    public async Task RerankTimeout_LightTookItAll_TheLightOrderStays()
    {
        using var light = new RecordingReranker(("a", 0.2), ("b", 0.3), ("c", 0.9), ("d", 0.8));
        using var full = Rerankers.Listening();
        var response = await new TwoStageRetriever(_first, full) { LightReranker = light }.SearchAsync(
            "q",
            new() { LightDepth = 4, Depth = 2, FirstStageWeight = 0, RerankTimeout = TimeSpan.FromMilliseconds(100) },
            Cancellation);
        Assert.Equal(["c", "d", "b", "a"], response.Hits.Select(hit => hit.Id));
        Assert.Contains("timeout", response.DegradedReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ModelId_OfTheCall_IsTheLastRerankersAlone()
    {
        var asked = new List<(string Who, string? Model)>();
        using var light = Noting("light");
        using var full = Noting("full");
        await new TwoStageRetriever(_first, full) { LightReranker = light }.SearchAsync(
            "q", new() { Depth = 2, Rerank = new() { ModelId = "large" } }, Cancellation);
        Assert.Equal([("light", null), ("full", "large")], asked);

        TestReranker Noting(string who) => new()
        {
            RerankAsyncCallback = (_, texts, options, _) =>
            {
                asked.Add((who, options?.ModelId));
                return Task.FromResult(RerankResponse.Create([.. texts.Select(_ => 0.5)], ScoreScale.Probability, null));
            },
        };
    }

    /// <summary>Scores by a table, and remembers what it read.</summary>
    private sealed class RecordingReranker(params (string Text, double Score)[] table) : DelegatingReranker(
        new TestReranker
        {
            RerankAsyncCallback = (_, texts, _, _) => Task.FromResult(RerankResponse.Create(
                [.. texts.Select(text => table.First(row => row.Text == text).Score)], ScoreScale.Probability, null) with
            {
                Usage = new() { Pairs = texts.Count },
            }),
        })
    {
        public List<IReadOnlyList<string>> Read { get; } = [];

        public override Task<RerankResponse> RerankAsync(
            string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default)
        {
            Read.Add(documents);
            return base.RerankAsync(query, documents, options, cancellationToken);
        }
    }
}
