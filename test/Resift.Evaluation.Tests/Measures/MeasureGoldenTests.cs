using System.Text.Json;
using Resift.Testing;

namespace Resift.Evaluation.Tests.Measures;

/// <summary>Compares every measure with trec_eval's values, and with gdeval's and cwl_eval's where these are the reference.</summary>
public sealed class MeasureGoldenTests
{
    private const double Tolerance = 1e-9;

    private static readonly Dictionary<string, string> _names = new()
    {
        ["ndcg"] = "nDCG",
        ["ndcg_exp_cut_10"] = "nDCG(dcg='exp-log2')@10",
        ["map"] = "AP",
        ["map_cut_10"] = "AP@10",
        ["recip_rank"] = "RR",
        ["Rprec"] = "Rprec",
        ["bpref"] = "Bpref",
        ["set_P"] = "SetP",
        ["set_recall"] = "SetR",
        ["judged_10"] = "Judged@10",
        ["err_10"] = "ERR@10",
        ["rbp_0.8"] = "RBP(rel=1)",
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Files() => TestData.HasShared("golden/metrics")
        ? ["edge/expected.json", .. new DirectoryInfo(TestData.Shared("golden/metrics")).GetFiles("real-*.json").Select(file => file.Name)]
        : [];

    [ReferenceTheory("golden/metrics")]
    [MemberData(nameof(Files))]
    public async Task Evaluate_StoredRun_EqualsTheReference(string file)
    {
        var golden = Open(file);
        string folder = Path.GetDirectoryName(TestData.Shared($"golden/metrics/{file}"))!;
        var qrels = await Qrels.ReadAsync(Path.Combine(folder, golden.GetProperty("qrels").GetString()!), Cancellation);
        string runPath = Path.Combine(folder, golden.GetProperty("run").GetString()!);
        var run = await Run.ReadAsync(runPath, Cancellation);
        string[] names = Names(golden);
        foreach (var precision in Enum.GetValues<ScorePrecision>())
        {
            var evaluator = new Evaluator(qrels, names.Where(IsMeasure).Select(name => Measure.Parse(Notation(name))), precision);

            Check(golden, names, evaluator.Evaluate(run));
            Check(golden, names, await evaluator.EvaluateFileAsync(runPath, Cancellation));
        }

        if (golden.TryGetProperty("relevance_level_2", out var second))
        {
            names = Names(second);
            var evaluator = new Evaluator(qrels, names.Where(IsMeasure).Select(name => Measure.Parse(Notation(name, relevantFrom: 2))));

            CheckQueries(second, names, evaluator.Evaluate(run));
        }
    }

    [ReferenceTheory("golden/metrics")]
    [InlineData("double precision (trec_eval 10)", ScorePrecision.Bits64)]
    [InlineData("single precision (trec_eval 9, pytrec_eval)", ScorePrecision.Bits32)]
    public async Task Evaluate_ScoresThatAreEqualInSinglePrecision_AsTheVersionOfTrecEval(string name, ScorePrecision precision)
    {
        var golden = Open("edge-float32/expected.json").GetProperty(name);
        var qrels = await Qrels.ReadAsync(TestData.Shared("golden/metrics/edge-float32/qrels.txt"), Cancellation);
        var run = await Run.ReadAsync(TestData.Shared("golden/metrics/edge-float32/run.txt"), Cancellation);
        foreach (var query in golden.EnumerateObject())
        {
            string[] names = [.. query.Value.EnumerateObject().Select(value => value.Name).Where(IsMeasure)];
            var results = new Evaluator(qrels, names.Select(value => Measure.Parse(Notation(value))), precision).Evaluate(run);
            Assert.All(results.Zip(names), pair =>
                Assert.Equal(query.Value.GetProperty(pair.Second).GetDouble(), pair.First.ByQuery[query.Name], Tolerance));
        }
    }

    [ReferenceFact("golden/metrics")]
    public void Evaluate_FlavoursOfNdcg_AreTheirOwn()
    {
        foreach (var golden in Open("ndcg-flavours.json").EnumerateArray())
        {
            int[] grades = [.. golden.GetProperty("relevance").EnumerateArray().Select(grade => grade.GetInt32())];
            double[] scores = [.. golden.GetProperty("scores").EnumerateArray().Select(score => score.GetDouble())];
            var qrels = Qrels.Create(new Dictionary<string, Dictionary<string, int>>
            {
                ["q"] = grades.Index().ToDictionary(grade => $"d{grade.Index:D3}", grade => grade.Item),
            });
            var run = Run.Create(new Dictionary<string, IEnumerable<ScoredDocument>>
            {
                ["q"] = scores.Index().Select(score => new ScoredDocument($"d{score.Index:D3}", score.Item)),
            });

            AssertMean("trec_eval_linear@10", Measure.Ndcg(10));
            AssertMean("exponential@10", Measure.ExponentialNdcg(10));

            void AssertMean(string name, Measure measure) =>
                Assert.Equal(golden.GetProperty(name).GetDouble(), measure.Evaluate(qrels, run).Mean, Tolerance);
        }
    }

    [ReferenceFact("golden/metrics")]
    public async Task ReadAsync_DocumentsThatAreThereTwice_AreRefusedWithTheirPlace()
    {
        string folder = TestData.Shared("golden/metrics/duplicates");

        var run = await Assert.ThrowsAsync<InvalidDataException>(() => Run.ReadAsync(Path.Combine(folder, "run.txt"), Cancellation));
        var qrels = await Assert.ThrowsAsync<InvalidDataException>(
            () => Qrels.ReadAsync(Path.Combine(folder, "qrels-duplicate.txt"), Cancellation));

        Assert.Equal($"{Path.Combine(folder, "run.txt")}:3: document 'a' occurs twice for query 'q'.", run.Message);
        Assert.Equal(
            $"{Path.Combine(folder, "qrels-duplicate.txt")}:2: document 'a' is judged for the second time for query 'q'.", qrels.Message);
    }

    private static void Check(JsonElement golden, string[] names, IReadOnlyList<MeasureResult> results)
    {
        CheckQueries(golden, names, results);
        foreach (var (name, result) in names.Where(IsMeasure).Zip(results))
        {
            Assert.Equal(golden.GetProperty("mean").GetProperty(name).GetDouble(), result.MeanOfAnswered, Tolerance);
            Assert.Equal(golden.GetProperty("mean_complete").GetProperty(name).GetDouble(), result.Mean, Tolerance);
            Assert.Equal(golden.GetProperty("queries_in_qrels").GetInt32(), result.ByQuery.Count);
            Assert.Equal(golden.GetProperty("queries_in_both").GetInt32(), result.ByQuery.Count - result.MissingQueryIds.Count);
        }
    }

    private static void CheckQueries(JsonElement golden, string[] names, IReadOnlyList<MeasureResult> results)
    {
        var byName = names.Where(IsMeasure).Zip(results).ToDictionary(pair => pair.First, pair => pair.Second);
        foreach (var query in golden.GetProperty("per_query").EnumerateObject())
        {
            foreach (var (name, value) in names.Zip(query.Value.EnumerateArray()).Where(pair => IsMeasure(pair.First)))
            {
                double expected = value.GetDouble();
                double actual = byName[name].ByQuery[query.Name];
                Assert.True(Math.Abs(expected - actual) <= Tolerance, $"{name} of {query.Name}: {expected} was expected, not {actual}");
            }
        }
    }

    private static JsonElement Open(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(TestData.Shared($"golden/metrics/{file}")));
        return json.RootElement.Clone();
    }

    private static string[] Names(JsonElement golden) =>
        [.. golden.GetProperty("measures").EnumerateArray().Select(name => name.GetString()!)];

    // Counts are no measures of quality.
    private static bool IsMeasure(string name) => !name.StartsWith("num_", StringComparison.Ordinal);

    private static string Notation(string name, int relevantFrom = 1)
    {
        string notation = _names.TryGetValue(name, out string? known) ? known : name.Split('_') switch
        {
            ["ndcg", "cut", var depth] => $"nDCG@{depth}",
            ["recall", var depth] => $"R@{depth}",
            ["P", var depth] => $"P@{depth}",
            ["success", var depth] => $"Success@{depth}",
            _ => throw new InvalidDataException($"The golden values have an unknown measure '{name}'."),
        };
        int cutoff = notation.IndexOf('@', StringComparison.Ordinal);
        return relevantFrom == 1 ? notation
            : cutoff < 0 ? $"{notation}(rel={relevantFrom})"
            : notation.Insert(cutoff, $"(rel={relevantFrom})");
    }
}
