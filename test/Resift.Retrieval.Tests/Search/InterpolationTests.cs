using CsCheck;

namespace Resift.Retrieval.Tests;

public sealed class InterpolationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mixed_LogOdds_WorkedExample()
    {
        // z(10, 9, 8) = (√1.5, 0, -√1.5); the log-odds (0, 2, 4) count by themselves, less their mean.
        var response = await Search([("a", 0), ("b", 2), ("c", 4)], 0.25, First(10, 9, 8));
        Assert.Equal(["c", "b", "a"], response.Hits.Select(hit => hit.Id));
        double end = (0.75 * 2) - (0.25 * Math.Sqrt(1.5));
        Assert.Equal([end, 0, -end], response.Hits.Select(hit => Math.Round(Mixed(hit).Score, 12)), (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal([1, 2, 3], response.Hits.Select(hit => Mixed(hit).Rank));
        Assert.All(response.Hits, hit => Assert.Equal(ScoreScale.Unspecified, Mixed(hit).ScoreScale));
    }

    [Fact]
    public async Task Mixed_ScaleWithoutLogOdds_BothNormalised()
    {
        var response = await Search([("a", 0), ("b", 2), ("c", 4)], 0.25, First(10, 9, 8), ScoreScale.Unspecified);
        double end = (0.75 * Math.Sqrt(1.5)) - (0.25 * Math.Sqrt(1.5));
        Assert.Equal([end, 0, -end], response.Hits.Select(hit => Math.Round(Mixed(hit).Score, 12)), (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Fact]
    public async Task Mixed_RerankerThatSeesHardlyADifference_DecidesHardlyAnything()
    {
        var response = await Search([("a", 0.500), ("b", 0.501), ("c", 0.502)], 0.25, First(10, 9, 8), ScoreScale.Probability);
        Assert.Equal(["a", "b", "c"], response.Hits.Select(hit => hit.Id));
    }

    [Fact]
    public async Task Mixed_Hits_KeepTheRerankersScoreAndScale()
    {
        var response = await Search([("a", 0), ("b", 2), ("c", 4)], 0.75, First(10, 9, 8));
        Assert.Equal(["a", "b", "c"], response.Hits.Select(hit => hit.Id));
        Assert.Equal([0, 2, 4], response.Hits.Select(hit => hit.Score));
        Assert.Equal(ScoreScale.Logit, response.ScoreScale);
        Assert.Equal(["scripted", "rerank", "mixed"], response.Hits[0].Stages.Select(stage => stage.Stage));
        Assert.Equal(3, response.Hits[0].Stages[1].Rank);
    }

    [Theory]
    [InlineData(0, "c", "b", "a")]
    [InlineData(1, "b", "a", "c")]
    public async Task Mixed_EndsOfTheRange_OneStageAlone(double weight, params string[] order)
    {
        var response = await Search([("a", 0), ("b", 2), ("c", 4)], weight, First(2, 3, 1));
        Assert.Equal(order, response.Hits.Select(hit => hit.Id));
        Assert.Equal(weight > 0, response.Hits[0].Stages.Any(stage => stage.Stage == "mixed"));
    }

    [Fact]
    public async Task Mixed_Probabilities_AsLogits()
    {
        // As probabilities b is in the middle of a and c; as logits it is close to c.
        var probability = await Search([("a", 0.001), ("b", 0.5), ("c", 0.999)], 0.5, First(1, 1, 1), ScoreScale.Probability);
        var logit = await Search([("a", -Math.Log(999)), ("b", 0), ("c", Math.Log(999))], 0.5, First(1, 1, 1));
        Assert.All(logit.Hits.Zip(probability.Hits), pair => Assert.Equal(Mixed(pair.First).Score, Mixed(pair.Second).Score, 1e-9));
        Assert.Equal([0.999, 0.5, 0.001], probability.Hits.Select(hit => hit.Score));
    }

    [Fact]
    public async Task Mixed_CertainProbabilities_OrderedBeyondTheOthers()
    {
        var response = await Search([("a", 0), ("b", 0.5), ("c", 0.7), ("d", 1)], 0.01, First(4, 3, 2, 1), ScoreScale.Probability);
        Assert.Equal(["d", "c", "b", "a"], response.Hits.Select(hit => hit.Id));
        Assert.All(response.Hits, hit => Assert.True(double.IsFinite(Mixed(hit).Score)));
    }

    [Fact]
    public async Task Mixed_CertainProbabilitiesOnly_StillApart()
    {
        var response = await Search([("a", 0), ("b", 1)], 0.4, First(2, 1), ScoreScale.Probability);
        Assert.Equal(["b", "a"], response.Hits.Select(hit => hit.Id));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1e300)]
    public async Task Mixed_ConstantLists_ZeroAndTheFirstStagesOrder(double score)
    {
        var response = await Search([("a", score), ("b", score), ("c", score)], 0.5, First(score, score, score));
        Assert.Equal(["a", "b", "c"], response.Hits.Select(hit => hit.Id));
        Assert.All(response.Hits, hit => Assert.Equal(0, Mixed(hit).Score, 1e-12));
    }

    [Fact]
    public async Task Mixed_OneCandidate_Zero()
    {
        var response = await Search([("a", 3)], 0.5, First(7));
        Assert.Equal(0, Mixed(Assert.Single(response.Hits)).Score);
        Assert.Equal(3, response.Hits[0].Score);
    }

    [Fact]
    public async Task Mixed_NaNOfTheFirstStage_LowestKnown()
    {
        var response = await Search([("a", 0), ("b", 0), ("c", 0)], 1, First(double.NaN, 2, 1));
        Assert.Equal(["b", "a", "c"], response.Hits.Select(hit => hit.Id));
    }

    [Fact]
    public async Task Mixed_Select_LeavesTheOrderOfTheRest()
    {
        var found = First(1, 3, 2, 0);
        (string, double)[] scores = [("a", 4), ("b", 1), ("c", 3), ("d", 0)];
        var all = await Search(scores, 0.5, found);
        var some = await Search(scores, 0.5, found, select: (given, _) => given.Where(result => result.Index != 3));
        Assert.Equal(all.Hits.Where(hit => hit.Id != "d").Select(hit => hit.Id), some.Hits.Select(hit => hit.Id));
        Assert.Equal(all.Hits.Where(hit => hit.Id != "d").Select(hit => Mixed(hit)), some.Hits.Select(hit => Mixed(hit)));
    }

    [Fact]
    public void Mixed_AnyScores_SamePassagesInFallingOrderWhateverTheirUnit() =>
        Gen.Select(Gen.Double[-20, 20], Gen.Double[-20, 20]).Array[1, 12].Select(Gen.Double[0.01, 1], Gen.Double[0.5, 9])
            .Sample((scores, weight, unit) =>
            {
                (string Text, double Score)[] table = [.. scores.Select((pair, i) => ($"d{i}", pair.Item1))];
                var mixed = SearchNow(table, weight, [.. scores.Select(pair => pair.Item2)]);
                var scaled = SearchNow(table, weight, [.. scores.Select(pair => pair.Item2 * unit)]);
                Assert.Equal(table.Select(row => row.Text).Order(), mixed.Hits.Select(hit => hit.Id).Order());
                Assert.All(mixed.Hits.Zip(mixed.Hits.Skip(1)), pair => Assert.True(Mixed(pair.First).Score >= Mixed(pair.Second).Score));
                Assert.All(mixed.Hits, hit => Assert.Equal(table.First(row => row.Text == hit.Id).Score, hit.Score));
                Assert.All(mixed.Hits, hit =>
                    Assert.Equal(Mixed(hit).Score, Mixed(scaled.Hits.First(other => other.Id == hit.Id)).Score, 1e-6));
            });

    private static StageScore Mixed(SearchHit hit) => hit.Stages.Single(stage => stage.Stage == "mixed");

    private static RetrievalResponse First(params double[] scores) =>
        new([.. scores.Select((score, index) => ScriptedRetriever.Candidate($"{(char)('a' + index)}", score))]);

    private static SearchResponse SearchNow((string Text, double Score)[] table, double weight, double[] first)
    {
        var found = new RetrievalResponse([.. table.Select((row, i) => ScriptedRetriever.Candidate(row.Text, first[i]))]);
        var search = Search(table, weight, found);

        // Nothing in it waits, so it has already ended.
        Assert.True(search.IsCompletedSuccessfully);
        return search.Result;
    }

    private static async Task<SearchResponse> Search(
        (string Text, double Score)[] table,
        double weight,
        RetrievalResponse found,
        ScoreScale scale = ScoreScale.Logit,
        Func<RerankResponse, IReadOnlyList<Candidate>, RerankResponse>? select = null)
    {
        using var reranker = Rerankers.Scoring(scale, table);
        return await new TwoStageRetriever(new ScriptedRetriever(found), reranker)
            .SearchAsync("q", new() { FirstStageWeight = weight, TopN = 20, Select = select }, Cancellation);
    }
}
