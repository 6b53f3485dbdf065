using Resift.Testing;

namespace Resift.Retrieval.Tests;

/// <summary>Which passages become hits: the caller's cut, whole documents, and their number.</summary>
public sealed class TwoStageSelectionTests
{
    private static readonly (string, double)[] _scores = [("a", 0.2), ("b", 0.9), ("c", 0.6), ("d", 0.4)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Select_WholeResponseAndCandidates_KeepsItsPart()
    {
        (int Results, int Candidates) got = default;
        var response = await Search(new()
        {
            FirstStageWeight = 0,
            TopN = 1,
            Select = (given, candidates) =>
            {
                got = (given.Results.Count, candidates.Count);
                return given.Where(result => candidates[result.Index].Id != "b");
            },
        });
        Assert.Equal((4, 4), got);
        Assert.Equal("c", Assert.Single(response.Hits).Id);
        Assert.Equal(new StageScore("rerank", 2, 0.6, ScoreScale.Probability), response.Hits[0].Stages[^1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    public async Task Select_KeepsNothing_NoHits(double weight)
    {
        var response = await Search(new() { FirstStageWeight = weight, Select = (given, _) => given.Where(_ => false) });
        Assert.Empty(response.Hits);
        Assert.Equal(4, response.CandidateCount);
        Assert.False(response.IsDegraded);
    }

    [Fact]
    public async Task Select_AnotherScale_HitsAndResponseCarryIt()
    {
        var response = await Search(new() { Select = (given, _) => given.ConvertTo(ScoreScale.Logit) });
        Assert.Equal(ScoreScale.Logit, response.ScoreScale);
        var best = Assert.Single(response.Hits, hit => hit.Id == "b");
        Assert.Equal(Math.Log(9), best.Score, 1e-12);
        Assert.Equal(0.9, best.Stages.Single(stage => stage.Stage == "rerank").Score);
    }

    [Fact]
    public async Task Select_IndexThatItDidNotGet_NamedInTheError()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Search(new()
        {
            Select = (_, _) => RerankResponse.Create([new RerankResult(4, 1)], ScoreScale.Probability, null),
        }));
        Assert.Contains("index 4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Select_GivesNull_ErrorThatSaysWhatIsExpected()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Search(new() { Select = (_, _) => null! }));
        Assert.Contains("Select gave null", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Select_Throws_Thrown() => await Assert.ThrowsAsync<NotSupportedException>(() =>
        Search(new() { Select = (given, _) => given.ConvertTo(ScoreScale.Cosine) }));

    [Fact]
    public async Task SearchAsync_PassagesOfDocuments_BestPassageAndTheOthers()
    {
        var found = new RetrievalResponse(
        [
            ScriptedRetriever.Passage("x", 1, 5),
            ScriptedRetriever.Passage("y", 1, 4),
            ScriptedRetriever.Passage("x", 2, 3),
            ScriptedRetriever.Candidate("z", 2),
            ScriptedRetriever.Passage("x", 3, 1),
        ]);
        using var reranker = Rerankers.Scoring(ScoreScale.Logit, ("x1", 2), ("y1", 1), ("x2", 3), ("z", 0), ("x3", -1));
        var response = await new TwoStageRetriever(new ScriptedRetriever(found), reranker)
            .SearchAsync("q", new() { TopN = 2, FirstStageWeight = 0 }, Cancellation);

        Assert.Equal(["x", "y"], response.Hits.Select(hit => hit.Id));
        Assert.Equal(["x2", "y1"], response.Hits.Select(hit => hit.Text));
        Assert.Equal(["x1", "x3"], response.Hits[0].OtherPassages.Select(passage => passage.Text));
        Assert.Equal([2.0, -1], response.Hits[0].OtherPassages.Select(passage => passage.Score));
        Assert.All(response.Hits[0].OtherPassages, passage => Assert.Equal(1, passage.Rank));
        Assert.Equal(5, response.Hits[0].OtherPassages[1].Stages.Single(stage => stage.Stage == "rerank").Rank);
        Assert.Empty(response.Hits[1].OtherPassages);
        Assert.Equal([1, 2], response.Hits.Select(hit => hit.Rank));
        Assert.Equal(5, response.CandidateCount);
    }

    [Fact]
    public async Task SearchAsync_PassagesAndNoReranker_GroupedAsWell()
    {
        var found = new RetrievalResponse(
            [ScriptedRetriever.Passage("x", 1, 5), ScriptedRetriever.Passage("x", 2, 4), ScriptedRetriever.Passage("y", 1, 3)]);
        using var reranker = new TestReranker();
        var response = await new TwoStageRetriever(new ScriptedRetriever(found), reranker)
            .SearchAsync("q", new() { TopN = 2, Tier = SearchTier.FirstStageOnly }, Cancellation);
        Assert.Equal(["x1", "y1"], response.Hits.Select(hit => hit.Text));
        Assert.Equal("x2", Assert.Single(response.Hits[0].OtherPassages).Text);
    }

    private static async Task<SearchResponse> Search(SearchOptions options)
    {
        using var reranker = Rerankers.Scoring(ScoreScale.Probability, _scores);
        return await new TwoStageRetriever(new ScriptedRetriever("a", "b", "c", "d"), reranker).SearchAsync("q", options, Cancellation);
    }
}
