using Microsoft.Extensions.AI;
using Resift.Testing;

namespace Resift.Retrieval.Tests;

public sealed class TwoStageRetrieverTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SearchAsync_Full_RerankersOrderScoresAndScale()
    {
        using var reranker = Rerankers.Scoring(ScoreScale.Logit, ("a", -1), ("b", 3), ("c", 1));
        var response = await new TwoStageRetriever(new ScriptedRetriever("a", "b", "c"), reranker)
            .SearchAsync("q", new() { FirstStageWeight = 0 }, Cancellation);
        Assert.Equal(["b", "c", "a"], response.Hits.Select(hit => hit.Id));
        Assert.Equal([3, 1, -1], response.Hits.Select(hit => hit.Score));
        Assert.Equal([1, 2, 3], response.Hits.Select(hit => hit.Rank));
        Assert.Equal(ScoreScale.Logit, response.ScoreScale);
        Assert.Equal(SearchTier.Full, response.Tier);
        Assert.Equal(3, response.CandidateCount);
        Assert.False(response.IsDegraded);
    }

    [Fact]
    public async Task SearchAsync_NoOptions_FiftyCandidatesFiveHits()
    {
        var retriever = new ScriptedRetriever("a", "b", "c", "d", "e", "f", "g");
        using var reranker = new TestReranker();
        var response = await new TwoStageRetriever(retriever, reranker).SearchAsync("q", cancellationToken: Cancellation);
        Assert.Equal(50, Assert.Single(retriever.Asked)?.Candidates);
        Assert.Equal(5, response.Hits.Count);
        Assert.Equal(7, response.CandidateCount);
    }

    [Fact]
    public async Task SearchAsync_CandidatesAndFilter_ReachTheRetriever()
    {
        var retriever = new ScriptedRetriever("a");
        using var reranker = new TestReranker();
        var filter = MetadataFilter.Parse("language=en");
        await new TwoStageRetriever(retriever, reranker).SearchAsync("q", new() { Candidates = 7, Filter = filter }, Cancellation);
        Assert.Equal(7, Assert.Single(retriever.Asked)?.Candidates);
        Assert.Same(filter, Assert.Single(retriever.Asked)?.Filter);
    }

    [Fact]
    public async Task SearchAsync_Stages_PlaceAndScoreInEach()
    {
        var found = new RetrievalResponse(
        [
            ScriptedRetriever.Candidate("a", 0.03) with { Stages = [new("bm25", 2, 7.5, ScoreScale.Unspecified)] },
            ScriptedRetriever.Candidate("b", 0.02) with { ScoreScale = ScoreScale.Cosine },
        ]);
        using var reranker = Rerankers.Scoring(ScoreScale.Probability, ("a", 0.1), ("b", 0.8));
        var response = await new TwoStageRetriever(new ScriptedRetriever(found), reranker)
            .SearchAsync("q", new() { FirstStageWeight = 0 }, Cancellation);
        Assert.Equal(
            [new("scripted", 2, 0.02, ScoreScale.Cosine), new StageScore("rerank", 1, 0.8, ScoreScale.Probability)],
            response.Hits[0].Stages);
        Assert.Equal(
            [new("bm25", 2, 7.5, ScoreScale.Unspecified), new StageScore("rerank", 2, 0.1, ScoreScale.Probability)],
            response.Hits[1].Stages);
    }

    [Fact]
    public async Task SearchAsync_UsageModelAndTimings_OfBothStages()
    {
        var found = new RetrievalResponse([ScriptedRetriever.Candidate("a", 1)]) { Usage = new UsageDetails { InputTokenCount = 4 } };
        using var reranker = new TestReranker();
        var response = await new TwoStageRetriever(new ScriptedRetriever(found), reranker).SearchAsync("q", null, Cancellation);
        Assert.Equal("word-overlap", response.ModelId);
        Assert.Equal(1, response.RerankUsage?.Pairs);
        Assert.Equal(4, response.EmbeddingUsage?.InputTokenCount);
        Assert.Equal(["retrieve", "rerank", "select"], response.Timings.Select(timing => timing.Stage));
        Assert.All(response.Timings, timing => Assert.True(timing.Elapsed >= TimeSpan.Zero));
    }

    [Fact]
    public async Task SearchAsync_RetrieverWithParts_TheirTimingsComeFirst()
    {
        var bm25 = new StageTiming("bm25", TimeSpan.FromMilliseconds(3));
        var fused = new StageTiming("fused", TimeSpan.FromMilliseconds(1));
        var found = new RetrievalResponse([ScriptedRetriever.Candidate("a", 1)]) { Timings = [bm25, fused] };
        using var reranker = new TestReranker();
        var response = await new TwoStageRetriever(new ScriptedRetriever(found), reranker).SearchAsync("q", null, Cancellation);
        Assert.Equal([bm25, fused], response.Timings.Take(2));
        Assert.Equal(["rerank", "select"], response.Timings.Skip(2).Select(timing => timing.Stage));
    }

    [Fact]
    public async Task SearchAsync_TierEmbedding_FirstStageAndNoReranker()
    {
        var found = new RetrievalResponse(
        [
            ScriptedRetriever.Candidate("a", 0.9) with { ScoreScale = ScoreScale.Cosine },
            ScriptedRetriever.Candidate("b", 0.7) with { ScoreScale = ScoreScale.Cosine },
        ]);
        using var reranker = new TestReranker();
        var response = await new TwoStageRetriever(new ScriptedRetriever(found), reranker) { LightReranker = reranker }
            .SearchAsync("b", new() { Tier = SearchTier.FirstStageOnly }, Cancellation);
        Assert.Equal(0, reranker.Calls);
        Assert.Equal(["a", "b"], response.Hits.Select(hit => hit.Id));
        Assert.Equal([0.9, 0.7], response.Hits.Select(hit => hit.Score));
        Assert.Equal([new StageScore("scripted", 2, 0.7, ScoreScale.Cosine)], response.Hits[1].Stages);
        Assert.Equal(ScoreScale.Cosine, response.ScoreScale);
        Assert.Equal(SearchTier.FirstStageOnly, response.Tier);
        Assert.Null(response.ModelId);
        Assert.Null(response.RerankUsage);
        Assert.Equal(["retrieve"], response.Timings.Select(timing => timing.Stage));
        Assert.False(response.IsDegraded);
    }

    [Fact]
    public async Task SearchAsync_ScalesOfTheFirstStageDiffer_Unspecified()
    {
        var found = new RetrievalResponse(
            [ScriptedRetriever.Candidate("a", 9), ScriptedRetriever.Candidate("b", 0.7) with { ScoreScale = ScoreScale.Cosine }]);
        using var reranker = new TestReranker();
        var response = await new TwoStageRetriever(new ScriptedRetriever(found), reranker)
            .SearchAsync("b", new() { Tier = SearchTier.FirstStageOnly }, Cancellation);
        Assert.Equal(ScoreScale.Unspecified, response.ScoreScale);
    }

    [Fact]
    public async Task SearchAsync_TierLight_LightRerankerAlone()
    {
        using var full = new TestReranker();
        using var light = new TestReranker();
        var search = new TwoStageRetriever(new ScriptedRetriever("a", "b"), full) { LightReranker = light };
        var response = await search.SearchAsync("b", new() { Tier = SearchTier.Light, FirstStageWeight = 0 }, Cancellation);
        Assert.Equal((0, 1), (full.Calls, light.Calls));
        Assert.Equal(SearchTier.Light, response.Tier);
        Assert.Equal("b", response.Hits[0].Id);
    }

    [Fact]
    public async Task SearchAsync_NothingFound_EmptyAndNoReranker()
    {
        var found = new RetrievalResponse([]) { DegradedReason = "the index is empty" };
        using var reranker = new TestReranker();
        var response = await new TwoStageRetriever(new ScriptedRetriever(found), reranker)
            .SearchAsync("q", new() { Select = (_, _) => throw new InvalidOperationException() }, Cancellation);
        Assert.Empty(response.Hits);
        Assert.Equal(0, reranker.Calls);
        Assert.Equal(0, response.CandidateCount);
        Assert.Equal(SearchTier.Full, response.Tier);
        Assert.Equal("the index is empty", response.DegradedReason);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t\n")]
    [InlineData(null)]
    public async Task SearchAsync_BlankQuery_Refused(string? query)
    {
        var retriever = new ScriptedRetriever("a");
        using var reranker = new TestReranker();
        var error = await Assert.ThrowsAnyAsync<ArgumentException>(
            () => new TwoStageRetriever(retriever, reranker).SearchAsync(query!, cancellationToken: Cancellation));
        Assert.Equal("query", error.ParamName);
        Assert.Empty(retriever.Asked);
    }

    [Fact]
    public async Task SearchAsync_RerankOptions_ReachTheReranker()
    {
        var options = new RerankOptions { ModelId = "other" };
        RerankOptions? received = null;
        using var reranker = new TestReranker
        {
            RerankAsyncCallback = (_, texts, given, _) =>
            {
                received = given;
                return Task.FromResult(RerankResponse.Create([.. texts.Select(_ => 0.0)], ScoreScale.Logit, null));
            },
        };
        await new TwoStageRetriever(new ScriptedRetriever("a"), reranker).SearchAsync("q", new() { Rerank = options }, Cancellation);
        Assert.Same(options, received);
    }

    [Fact]
    public async Task SearchAsync_TopNOfTheReranker_RefusedWithWhatToSetInstead()
    {
        var retriever = new ScriptedRetriever("a");
        using var reranker = new TestReranker();
        var error = await Assert.ThrowsAsync<ArgumentException>(() => new TwoStageRetriever(retriever, reranker)
            .SearchAsync("q", new() { Rerank = new() { TopN = 3 } }, Cancellation));
        Assert.Contains("Set SearchOptions.TopN", error.Message, StringComparison.Ordinal);
        Assert.Empty(retriever.Asked);
    }

    [Fact]
    public async Task SearchAsync_RerankerLeavesSomeOut_TheyFollowUnscored()
    {
        using var reranker = Rerankers.Answering((_, _) =>
            RerankResponse.Create([new RerankResult(2, 0.4), new RerankResult(0, 0.3)], ScoreScale.Probability, null));
        var response = await new TwoStageRetriever(new ScriptedRetriever("a", "b", "c"), reranker)
            .SearchAsync("q", new() { FirstStageWeight = 0.1 }, Cancellation);
        Assert.Equal(["c", "a", "b"], response.Hits.Select(hit => hit.Id));
        Assert.Equal(["rerank", "rerank", "scripted"], response.Hits.Select(hit => hit.ScoredBy));
    }

    [Fact]
    public async Task SearchAsync_ManyAtOnce_EachGetsItsOwnAnswer()
    {
        var retriever = new ScriptedRetriever(async (query, _) =>
        {
            await Task.Yield();
            return new([ScriptedRetriever.Candidate($"other than {query}", 2), ScriptedRetriever.Candidate(query, 1)]);
        });
        using var reranker = new TestReranker();
        var search = new TwoStageRetriever(retriever, reranker);
        var options = new SearchOptions { FirstStageWeight = 0, TopN = 1, RerankTimeout = TimeSpan.FromHours(1) };
        string[] queries = [.. Enumerable.Range(0, 200).Select(i => $"q{i}")];
        var responses = await Task.WhenAll(queries.Select(query => search.SearchAsync(query, options, Cancellation)));

        // Both texts contain the query; the first stage's order breaks the tie.
        Assert.Equal(queries.Select(query => $"other than {query}"), responses.Select(response => Assert.Single(response.Hits).Id));
        Assert.All(responses, response => Assert.False(response.IsDegraded));
    }

    [Fact]
    public void Constructor_Null_Refused()
    {
        using var reranker = new TestReranker();
        Assert.Throws<ArgumentNullException>(() => new TwoStageRetriever(null!, reranker));
        Assert.Throws<ArgumentNullException>(() => new TwoStageRetriever(new ScriptedRetriever("a")) { Template = null! });
    }
}
