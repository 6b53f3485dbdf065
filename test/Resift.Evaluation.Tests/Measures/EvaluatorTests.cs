namespace Resift.Evaluation.Tests.Measures;

public sealed class EvaluatorTests : IDisposable
{
    private static readonly Qrels _qrels = Qrels.Create(new Dictionary<string, Dictionary<string, int>>
    {
        ["q1"] = new() { ["a"] = 3, ["b"] = 0, ["c"] = 1, ["d"] = -1 },
        ["q2"] = new() { ["a"] = 1 },
        ["q3"] = new() { ["a"] = 0 },
    });

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    // The first ranking is b, c, x, a, with grades 0, 1, none and 3; of three judged queries one is missing.
    [Theory]
    [InlineData("nDCG@10", ((1 / 1.5849625007211562) + (3 / 2.321928094887362)) / (3 + (1 / 1.5849625007211562)))]
    [InlineData("nDCG@2", 1 / 1.5849625007211562 / (3 + (1 / 1.5849625007211562)))]
    [InlineData("nDCG(dcg='exp-log2')@10", ((1 / 1.5849625007211562) + (7 / 2.321928094887362)) / (7 + (1 / 1.5849625007211562)))]
    [InlineData("AP", (0.5 + 0.5) / 2)]
    [InlineData("AP@3", 0.5 / 2)]
    [InlineData("AP(rel=2)", 0.25)]
    [InlineData("RR", 0.5)]
    [InlineData("RR@1", 0)]
    [InlineData("R@2", 0.5)]
    [InlineData("P@5", 0.4)]
    [InlineData("Success@1", 0)]
    [InlineData("Success@2", 1)]
    [InlineData("Rprec", 0.5)]
    [InlineData("Bpref", 0)]
    [InlineData("ERR", (1.0 / 16 / 2) + (15.0 / 16 * 7 / 16 / 4))]
    [InlineData("RBP(p=0.5,rel=1)", 0.25 + 0.0625)]
    [InlineData("Judged@3", 2.0 / 3)]
    [InlineData("Judged@10", 3.0 / 4)]
    [InlineData("SetP", 0.5)]
    [InlineData("SetR", 1)]
    public void Evaluate_Ranking_IsByFormula(string measure, double expected)
    {
        ScoredDocument[] ranking = [new("a", 1), new("b", 9), new("x", 2), new("c", 5)];
        var run = NewRun(("q1", ranking), ("q3", [new("z", 1)]));

        var result = Measure.Parse(measure).Evaluate(_qrels, run);

        Assert.Equal(result.ByQuery["q1"], Measure.Parse(measure).Evaluate(_qrels.GetGrades("q1"), ranking));

        Assert.Equal(["q1", "q2", "q3"], result.ByQuery.Keys);
        Assert.Equal(expected, result.ByQuery["q1"], 1e-12);
        Assert.Equal(0, result.ByQuery["q2"]);
        Assert.Equal(0, result.ByQuery["q3"]);
        Assert.Equal(["q2"], result.MissingQueryIds);
        Assert.Equal(expected / 3, result.Mean, 1e-12);
        Assert.Equal(expected / 2, result.MeanOfAnswered, 1e-12);
    }

    [Fact]
    public void Evaluate_OneQueryWithADocumentTwice_IsRefused() => Assert.Throws<ArgumentException>(
        "documents", () => Measure.Ndcg(10).Evaluate(_qrels.GetGrades("q1"), [new("a", 1), new("b", 1), new("a", 2)]));

    [Theory]
    [InlineData(ScorePrecision.Bits64, 1.0)]
    [InlineData(ScorePrecision.Bits32, 0.5)]
    public void Evaluate_ScoresThatDifferInTheNinthDigit_AreTiesInSinglePrecision(ScorePrecision precision, double expected)
    {
        var run = NewRun(("q2", [new("a", 1.00000002), new("z", 1.00000001)]));

        Assert.Equal(expected, new Evaluator(_qrels, [Measure.ReciprocalRank()], precision).Evaluate(run)[0].ByQuery["q2"]);
    }

    // UTF-16 would have the last two the other way round.
    [Theory]
    [InlineData("b", "a")]
    [InlineData("a", "B")]
    [InlineData("a2", "a10")]
    [InlineData("ab", "a")]
    [InlineData("é", "z")]
    [InlineData("\U0001F600", "\uFF01")]
    public void Evaluate_EqualScores_GoByIdDescendingByBytes(string first, string second)
    {
        foreach (string relevant in new[] { first, second })
        {
            var qrels = Qrels.Create(new Dictionary<string, Dictionary<string, int>> { ["q"] = new() { [relevant] = 1 } });
            var run = NewRun(("q", [new(second, 1), new(first, 1)]));

            Assert.Equal(relevant == first ? 1 : 0.5, Measure.ReciprocalRank().Evaluate(qrels, run).Mean);
        }
    }

    [Fact]
    public void Evaluate_SeveralMeasures_AreInTheirOrder()
    {
        var run = NewRun(("q2", [new("a", 1)]));
        Measure[] measures = [Measure.Judged(10), Measure.Ndcg(10), Measure.Recall(100)];

        Assert.Equal(measures, new Evaluator(_qrels, measures).Evaluate(run).Select(result => result.Measure));
        Assert.Throws<ArgumentException>("measures", () => new Evaluator(_qrels, []));
    }

    [Fact]
    public void Evaluate_QueriesWithoutJudgements_AreLeftOut()
    {
        var run = NewRun(("unjudged", [new("a", 1)]), ("q2", [new("a", 1)]));

        Assert.Equal(["q1", "q2", "q3"], Measure.Ndcg(10).Evaluate(_qrels, run).ByQuery.Keys);
    }

    [Fact]
    public async Task Evaluate_JudgementsOfOtherQueries_SaysSo()
    {
        const string Expected =
            "None of the run's 2 queries is judged; the judgements are of queries such as 'q1'. Check that both belong together.";
        string path = _folder.Write("run", "1 Q0 a 1 1 x\n2 Q0 a 1 1 x\n");
        var run = await Run.ReadAsync(path, Cancellation);
        var evaluator = new Evaluator(_qrels, [Measure.Ndcg(10)]);

        var error = Assert.Throws<ArgumentException>("run", () => evaluator.Evaluate(run));
        var ofFile = await Assert.ThrowsAsync<InvalidDataException>(() => evaluator.EvaluateFileAsync(path, Cancellation));

        Assert.StartsWith(Expected, error.Message, StringComparison.Ordinal);
        Assert.Equal($"{path}: {Expected}", ofFile.Message);
        Assert.Throws<ArgumentException>("run", () => evaluator.Evaluate(NewRun()));
    }

    [Theory]
    [InlineData("q1 Q0 a 1 NaN x\n", ":1: the fifth column is the score, a number, but it is 'NaN'.")]
    [InlineData("q1 Q0 a 1 1 x\nq1 Q0 a 2 0 x\n", ":2: document 'a' occurs twice for query 'q1'.")]
    [InlineData("q1 Q0 a 1 1 x\nq2 Q0 a 1 1 x\nq1 Q0 a 2 0 x\n", ":3: document 'a' occurs twice for query 'q1'.")]
    [InlineData("q1 Q0 a 1 1 x\nq1 Q0 a b 2 1 x\n", ":2: six columns were expected (qid Q0 docid rank score tag), but there are 7.")]
    [InlineData("", " is empty; lines of a TREC run (qid Q0 docid rank score tag) were expected.")]
    public async Task EvaluateFileAsync_BadFile_NamesFileAndLine(string text, string expected)
    {
        string path = _folder.Write("run", text);

        var error = await Assert.ThrowsAsync<InvalidDataException>(
            () => new Evaluator(_qrels, [Measure.Ndcg(10)]).EvaluateFileAsync(path, Cancellation));

        Assert.Equal(path + expected, error.Message);
    }

    [Fact]
    public async Task EvaluateFileAsync_Cancelled_Ends() => await Assert.ThrowsAnyAsync<OperationCanceledException>(
        () => new Evaluator(_qrels, [Measure.Ndcg(10)]).EvaluateFileAsync(
            _folder.Write("run", "q1 Q0 a 1 1 x\n"), new CancellationToken(canceled: true)));

    private static Run NewRun(params (string QueryId, ScoredDocument[] Documents)[] queries) =>
        Run.Create(queries.Select(query => KeyValuePair.Create(query.QueryId, query.Documents)));
}
