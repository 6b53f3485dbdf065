using System.Text.Json;
using System.Xml.Linq;

namespace Resift.Cli.Tests.Evaluation;

public sealed class EvalCommandTests : IDisposable
{
    private readonly CommandLine _cli;
    private readonly List<string> _asked = [];
    private string? _failsAt;

    public EvalCommandTests() => _cli = new()
    {
        Loader = new TestLoader
        {
            BeforeQuery = (query, _) =>
            {
                _asked.Add(query);
                return query == _failsAt ? throw new RerankerException("The score of document 1 is NaN.") : Task.CompletedTask;
            },
        },
    };

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Eval_BeirFolder_SaysWhatRerankingChangesAndWhatItCannot()
    {
        var report = await EvaluateAsync("--system", "full", "--first-stage-weight", "0");

        var set = Assert.Single(report.Sets);
        var stage = Assert.Single(set.Stages);
        var system = Assert.Single(stage.Systems);
        Assert.Equal(("small", SmallSet.Queries, SmallSet.Queries), (set.Name, set.Queries, set.Judged));
        Assert.Equal(["nDCG@10", "RR@10", "R@10"], system.Quality.Select(quality => quality.Measure));
        Assert.Equal(1, stage.Ceiling[0].Recall);
        Assert.Equal(1, stage.Ceiling[0].Best);
        Assert.True(system.Mean > stage.Base.Mean, $"{system.Mean} should be more than {stage.Base.Mean}");
        Assert.Equal((7, 1), (system.Comparison!.Helped, system.Comparison.Hurt));
        Assert.Equal("q7", system.Movements.Single(movement => movement.Difference < 0).QueryId);
        Assert.Equal(system.Mean, system.Queries.Average(query => query.Value), 12);
        Assert.Equal(system.Mean, system.Curve[0].Mean);
        Assert.NotNull(system.Thresholds);
        Assert.Equal(0, system.Effort.CostPerThousand);
    }

    [Fact]
    public async Task Eval_Terminal_ShowsFiguresVerdictDepthsAndTexts()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("--system", "full", "--first-stage-weight", "0"));

        Assert.Contains("small: 8 judged queries", _cli.Output, StringComparison.Ordinal);
        Assert.Matches(@"full .*(helps|no difference shown): \+0\.\d+ nDCG@10, 95 % interval", _cli.Output);
        Assert.Contains("relevant found", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("full helps most with", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("grey shoes to buy", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("2 → 1, grade 2: shoe", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Eval_Report_SaysByWhatItWasMade()
    {
        var report = await EvaluateAsync("--system", "light");

        Assert.StartsWith($"resift eval {_cli.At("small")} --store ", report.Command, StringComparison.Ordinal);
        Assert.Contains(" --system light ", report.Command, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Eval_SecondTime_AsksNobodyAndReportsTheSame()
    {
        string first = await JsonAsync("--system", "light");
        _asked.Clear();

        string second = await JsonAsync("--system", "light");

        Assert.Empty(_asked);
        Assert.Equal(WithoutFirstStageTimes(first), WithoutFirstStageTimes(second));
    }

    [Fact]
    public async Task Eval_StoppedByAFailure_GoesOnWhereItWas()
    {
        _failsAt = "white shoes to buy";
        Assert.Equal(ExitCode.Error, await RunAsync("--system", "light"));
        Assert.Contains("NaN", _cli.Error, StringComparison.Ordinal);
        _failsAt = null;
        _asked.Clear();

        Assert.Equal(ExitCode.Ok, await RunAsync("--system", "light"));

        Assert.DoesNotContain("red shoes to buy", _asked);
        Assert.Contains("white shoes to buy", _asked);
        Assert.Contains("grey shoes to buy", _asked);
    }

    [Fact]
    public async Task Eval_SeveralStagesAndSystems_ReportsEachOfThem()
    {
        var report = await EvaluateAsync("--retriever", "lexical,dense", "--retriever", "hybrid", "--system", "light", "--system", "full");

        Assert.Equal(["lexical", "dense", "hybrid"], report.Sets[0].Stages.Select(stage => stage.Name));
        Assert.All(report.Sets[0].Stages, stage => Assert.Equal(["light", "full"], stage.Systems.Select(system => system.Name)));
        Assert.All(report.Sets[0].Stages, stage => Assert.Contains(stage.All, system => system.IsPareto));
        Assert.Equal([16, 18], report.Sets[0].Stages[0].Systems.Select(system => system.Depth ?? 0));
    }

    [Fact]
    public async Task Eval_TrecRun_RerankesItsCandidates()
    {
        string run = _cli.File("first.trec", string.Concat(Enumerable.Range(0, SmallSet.Queries).Select(
            i => $"q{i} Q0 noise{i} 1 2 x\nq{i} Q0 shoe{i} 2 1 x\n")));

        var report = await EvaluateAsync("--run", run, "--system", "full", "--first-stage-weight", "0");

        var stage = Assert.Single(report.Sets[0].Stages);
        Assert.Equal("first", stage.Name);
        Assert.Null(stage.Base.Effort.MedianMilliseconds);
        Assert.Equal(7, stage.Systems[0].Comparison!.Helped);
    }

    [Fact]
    public async Task Eval_IndexFile_FindsItsDocumentsByTheirNames()
    {
        _cli.File("docs/reset.md", "# Reset\n\nTo undo a commit use git reset.");
        _cli.File("docs/cats.md", "# Cats\n\nCats sleep.");
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("index", _cli.At("docs"), "--db", _cli.At("x.db")));
        string judged = _cli.File("judged.jsonl", """
            {"id": "a", "query": "undo a commit", "relevant": ["docs/reset.md"]}

            {"query": "where do cats sleep", "relevant": {"docs/cats.md": 2, "docs/reset.md": 0}}
            """);

        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("eval", "--judged", judged, "--db", _cli.At("x.db"), "--retriever", "lexical",
            "--system", "full", "--store", _cli.At("s.db"), "--json", _cli.At("r.json")));

        var report = await ReadAsync("r.json");
        Assert.Equal(("judged", 2), (report.Sets[0].Name, report.Sets[0].Queries));
        Assert.Equal(["a", "3"], report.Sets[0].Stages[0].Base.Queries.Select(query => query.Id));
        Assert.Equal(1, report.Sets[0].Stages[0].Systems[0].Mean);
    }

    [Fact]
    public async Task Eval_NobodyJudged_SaysHowMuchChangesAndNoMore()
    {
        SmallSet.Write(_cli);
        Directory.Delete(_cli.At("small/qrels"), recursive: true);

        Assert.True(await _cli.RunAsync("eval", _cli.At("small"), "--system", "full", "--first-stage-weight", "0", "--store",
            _cli.At("s.db"), "--json", _cli.At("r.json"), "--html", _cli.At("r.html"), "--markdown", _cli.At("r.md")) == ExitCode.Ok,
            _cli.Error);

        var set = (await ReadAsync("r.json")).Sets[0];
        Assert.Empty(set.Stages);
        var agreement = Assert.Single(set.Agreements);
        Assert.Equal(("lexical", "full"), (agreement.FirstStage, agreement.System));
        Assert.InRange(agreement.RankBiasedOverlap, 0.1, 0.99);
        string[] reports = [_cli.Output, File.ReadAllText(_cli.At("r.html")), File.ReadAllText(_cli.At("r.md"))];
        foreach (string report in reports)
        {
            string written = string.Join(' ', report.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            Assert.Contains("says nothing about whether it is for the better", written, StringComparison.Ordinal);
            Assert.Contains("overlap@10", written, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Eval_FewerQueries_DrawsThemAndSaysSo()
    {
        var report = await EvaluateAsync("--system", "light", "--queries", "3", "--seed", "5");

        Assert.Equal((3, SmallSet.Queries), (report.Sets[0].Queries, report.Sets[0].Judged));
        Assert.Equal(3, report.Sets[0].Stages[0].Base.Queries.Count);
    }

    [Fact]
    public async Task Eval_NoTexts_LeavesThemOutOfEveryReport()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("--system", "full", "--no-texts", "--json", _cli.At("r.json"), "--html", _cli.At("r.html"),
            "--markdown", _cli.At("r.md"), "--csv", _cli.At("r.csv")));

        foreach (string written in (string[])[_cli.Output, .. Directory.GetFiles(_cli.Folder, "r.*").Select(File.ReadAllText)])
        {
            Assert.DoesNotContain("shoes to buy", written, StringComparison.Ordinal);
            Assert.DoesNotContain("running", written, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Eval_DropOfMoreThanIsAllowed_EndsWithOneAndFailsInJUnit()
    {
        await EvaluateAsync("--system", "full", "--first-stage-weight", "0");
        string baseline = _cli.At("r.json");
        File.Move(baseline, _cli.At("old.json"));
        _cli.Clear();

        // With all weight on the first stage, what reranking gave is lost.
        int code = await RunAsync("--system", "full", "--first-stage-weight", "1", "--max-drop", "0.01", "--baseline", _cli.At("old.json"),
            "--junit", _cli.At("junit.xml"));

        Assert.Equal(ExitCode.Error, code);
        Assert.Contains("small, lexical, full: nDCG@10 is", _cli.Error, StringComparison.Ordinal);
        var suite = XDocument.Load(_cli.At("junit.xml")).Root!;
        Assert.Equal(("2", "1"), (suite.Attribute("tests")?.Value, suite.Attribute("failures")?.Value));
        Assert.Equal("small, lexical, full", suite.Descendants("failure").Single().Parent!.Attribute("name")?.Value);
    }

    [Fact]
    public async Task Eval_NoDrop_EndsWithZero() =>
        Assert.Equal(ExitCode.Ok, await RunAsync("--system", "full", "--first-stage-weight", "0", "--max-drop", "0"));

    [Fact]
    public async Task Eval_JsonToStandardOutput_IsAllThereIs()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("--system", "light", "--json", "-"));

        using var json = JsonDocument.Parse(_cli.Output);
        Assert.Equal("nDCG@10", json.RootElement.GetProperty("measure").GetString());
    }

    [Theory]
    [InlineData("a DATA folder was expected")]
    [InlineData("--measure expects a measure", "small", "--measure", "nDGC@10")]
    [InlineData("--depths expects different whole numbers", "small", "--depths", "10,ten")]
    [InlineData("--depths expects different whole numbers", "small", "--depths", "10,10")]
    [InlineData("--junit and --baseline need --max-drop", "small", "--junit", "x.xml")]
    [InlineData("--retriever expects lexical, dense or hybrid", "small", "--retriever", "bm25")]
    [InlineData("--system names rerankers, and so do", "small", "--system", "light", "--tier", "full")]
    [InlineData("--full and --queries", "small", "--full", "--queries", "3")]
    [InlineData("--judged is about an index file", "small", "--judged", "x.jsonl")]
    [InlineData("--run is the first stage of one DATA folder", "small", "--run", "x.trec", "--retriever", "dense")]
    [InlineData("--first-stage-weight expects a number from 0 to 1", "small", "--first-stage-weight", "2")]
    [InlineData("a model on this machine costs nothing", "small", "--max-cost", "1")]
    [InlineData("--max-cost expects dollars above 0", "small", "--max-cost", "0")]
    [InlineData("cohere:rerank-v3.5 needs an API key", "small", "--system", "cohere:rerank-v3.5")]
    public async Task Eval_WrongOptions_EndsWithTwoAndSaysWhatIsExpected(string message, params string[] args)
    {
        SmallSet.Write(_cli);
        string[] placed = [.. args.Select(arg => arg == "small" ? _cli.At("small") : arg)];

        Assert.Equal(ExitCode.Usage, await _cli.RunAsync(["eval", .. placed, "--store", _cli.At("s.db")]));

        Assert.Contains(message, _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[1]", "judged.jsonl:1: a JSON object was expected")]
    [InlineData("{\"id\": \"a\", \"relevant\": [\"x\"]}", "judged.jsonl:1: there is no field 'query'")]
    [InlineData("{\"id\": \"a\", \"query\": \"b\", \"relevant\": 1}", "judged.jsonl:1: 'relevant' has to say which documents")]
    [InlineData("{\"id\": \"a\", \"query\": \"b\", \"relevant\": {\"x\": 1.5}}", "judged.jsonl:1: a grade is a whole number")]
    [InlineData("{\"id\": \"a\", \"query\": \"b\", \"relevant\": [\"x\", \"x\"]}", "judged.jsonl:1: the document 'x' is there for")]
    [InlineData(
        "{\"query\": \"b\", \"relevant\": [\"x\"]}\n{\"id\": \"1\", \"query\": \"c\", \"relevant\": [\"x\"]}",
        "judged.jsonl:2: the query '1'")]
    [InlineData("", "judged.jsonl has no queries")]
    public async Task Eval_WrongJudgedQueries_SaysFileAndLine(string content, string message)
    {
        string judged = _cli.File("judged.jsonl", content);

        Assert.Equal(ExitCode.Error, await _cli.RunAsync("eval", "--judged", judged, "--db", _cli.At("x.db"), "--store", _cli.At("s.db")));

        Assert.Contains(message, _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Eval_DearerThanAllowed_IsRefusedBeforeAnythingIsSent()
    {
        // Whatever is sent is refused by the host without a name, which is another error.
        _cli.Environment["VOYAGE_API_KEY"] = "key";

        Assert.Equal(ExitCode.Usage, await RunAsync(
            "--provider", "voyage", "--model", "rerank-2.5", "--endpoint", "https://voyage.invalid", "--max-cost", "0.0000001"));

        Assert.Contains("more than --max-cost 0.0000001", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Eval_BaselineThatIsNone_IsRefused()
    {
        string baseline = _cli.File("old.json", "{\"rows\": []}");

        Assert.Equal(ExitCode.Error, await RunAsync("--system", "light", "--max-drop", "0.1", "--baseline", baseline));

        Assert.Contains("old.json is no report", _cli.Error, StringComparison.Ordinal);
    }

    private Task<int> RunAsync(params string[] args) => _cli.RunAsync(["eval", SmallSet.Write(_cli), "--store", _cli.At("s.db"), .. args]);

    private async Task<string> JsonAsync(params string[] args)
    {
        Assert.True(await RunAsync([.. args, "--json", _cli.At("r.json")]) == ExitCode.Ok, _cli.Error);
        return await File.ReadAllTextAsync(_cli.At("r.json"), TestContext.Current.CancellationToken);
    }

    private async Task<EvaluationReport> EvaluateAsync(params string[] args)
    {
        await JsonAsync(args);
        return await ReadAsync("r.json");
    }

    private Task<EvaluationReport> ReadAsync(string name) =>
        RegressionCheck.ReadAsync(_cli.At(name), TestContext.Current.CancellationToken);

    // The first stage searches anew, so its time is another one; times of scoring are kept with the scores.
    private static string WithoutFirstStageTimes(string json) => string.Join('\n', json.Split('\n').Where(
        line => !line.Contains("_milliseconds", StringComparison.Ordinal) && !line.Contains("is_pareto", StringComparison.Ordinal)));
}
