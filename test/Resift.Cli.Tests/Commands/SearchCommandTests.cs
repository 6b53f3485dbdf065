using System.Text.Json;

namespace Resift.Cli.Tests.Commands;

public sealed class SearchCommandTests : IAsyncLifetime
{
    private readonly TestLoader _loader = new();
    private readonly CommandLine _cli;

    public SearchCommandTests() => _cli = new() { Loader = _loader };

    private string Db => _cli.At("x.db");

    public async ValueTask InitializeAsync()
    {
        _cli.File("docs/reset.md", "# Reset\n\nTo undo a commit use git reset and be careful.");
        _cli.File("docs/commit.md", "# Commit\n\nA commit is a snapshot of the files.");
        _cli.File("docs/cats.csv", "id,text,lang\n1,cats sleep and undo the day,en\n2,Katzen schlafen,de\n");
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("index", _cli.At("docs"), "--db", Db));
        _cli.Clear();
    }

    public ValueTask DisposeAsync()
    {
        _cli.Dispose();
        return default;
    }

    [Fact]
    public async Task Search_Table_ShowsRankScoreIdHeadingAndText()
    {
        await SearchAsync("how to undo a commit", "--first-stage-weight", "0");

        Assert.Contains("logit", _cli.Output, StringComparison.Ordinal);
        Assert.Matches(@"1 +3\.0000 +docs/reset\.md › Reset", _cli.Output);
        Assert.Contains("To undo a commit use git reset", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("4 documents of 4 candidate passages, 4 of them read by word-overlap", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_WordsWithoutQuotes_AreOneQuestion()
    {
        await SearchAsync("how to undo a commit", "--format", "trec");
        string quoted = _cli.Output;
        _cli.Clear();

        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("search", "how", "to", "undo", "--db", Db, "--format", "trec", "a", "commit"));

        Assert.Equal(quoted, _cli.Output);
    }

    [Fact]
    public async Task Search_RerankerSlowerThanTheTimeout_FirstStageAnswersAndItIsSaid()
    {
        var loader = new TestLoader { BeforeQuery = (_, stop) => Task.Delay(Timeout.Infinite, stop) };
        using var cli = new CommandLine { Loader = loader };

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("search", "undo a commit", "--db", Db, "--timeout", "0.05", "--format", "trec"));

        Assert.NotEmpty(cli.Output);
        Assert.Contains("No document was scored within 50 ms", cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("soon")]
    [InlineData("-1")]
    public async Task Search_TimeoutThatIsNone_WrongCommandLine(string timeout)
    {
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync("search", "undo", "--db", Db, "--timeout", timeout));
        Assert.Contains("--timeout expects seconds from 0.001 to 86400", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_Explain_ShowsEveryStageAndTheTimes()
    {
        await SearchAsync("how to undo a commit", "--explain", "--first-stage-weight", "0.5");

        foreach (string stage in new[] { "bm25", "dense", "fused", "rerank", "mixed" })
        {
            Assert.Contains(stage, _cli.Output, StringComparison.Ordinal);
        }

        Assert.Contains("reset.md#0", _cli.Output, StringComparison.Ordinal);
        Assert.Matches(@"Times: bm25 \d+ ms, dense \d+ ms, .*rerank \d+ ms", _cli.Output);
    }

    [Fact]
    public async Task Search_Json_CarriesEverything()
    {
        await SearchAsync("how to undo a commit", "--first-stage-weight", "0.1", "--format", "json");

        using var json = JsonDocument.Parse(_cli.Output);
        var root = json.RootElement;
        Assert.Equal(("how to undo a commit", "light", "word-overlap"),
            (Text(root, "query"), Text(root, "tier"), Text(root, "model")));
        Assert.Equal(4, root.GetProperty("candidates").GetInt32());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("degraded").ValueKind);
        Assert.True(root.GetProperty("milliseconds").GetProperty("rerank").GetDouble() >= 0);
        Assert.Equal(4, root.GetProperty("usage").GetProperty("rerank_pairs").GetInt32());
        var hit = root.GetProperty("hits")[0];
        Assert.Equal((1, "docs/reset.md", "docs/reset.md#0"), (hit.GetProperty("rank").GetInt32(), Text(hit, "id"), Text(hit, "passage")));
        Assert.Equal("Reset", Text(hit.GetProperty("metadata"), "title"));
        var stages = hit.GetProperty("stages").EnumerateArray().Select(stage => Text(stage, "stage"));
        Assert.Equal(["bm25", "dense", "fused", "rerank", "mixed"], stages);
        Assert.Equal(0, hit.GetProperty("start").GetInt32());
    }

    [Theory]
    [InlineData("full", "hybrid", "mixed")]
    [InlineData("light", "hybrid", "mixed")]
    [InlineData("embedding", "hybrid", "fused")]
    [InlineData("embedding", "dense", "dense")]
    [InlineData("embedding", "lexical", "bm25")]
    public async Task Search_TierAndRetriever_DecideTheLastStage(string tier, string retriever, string last)
    {
        await SearchAsync("how to undo a commit", "--tier", tier, "--retriever", retriever, "--format", "jsonl", "--top-n", "1");

        using var hit = JsonDocument.Parse(_cli.Output);
        Assert.Equal(last, Text(hit.RootElement.GetProperty("stages").EnumerateArray().Last(), "stage"));
    }

    [Fact]
    public async Task Search_LexicalWithoutReranking_LoadsNoModel()
    {
        var loader = new TestLoader();
        using var cli = new CommandLine { Loader = loader };

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("search", "undo", "--db", Db, "--retriever", "lexical", "--tier", "embedding"));
        Assert.Null(loader.Options);
    }

    [Fact]
    public async Task Search_Filter_KeepsWhatHasTheValue()
    {
        await SearchAsync("undo", "--filter", "lang=en", "--filter", "path=cats.csv", "--format", "trec");

        Assert.StartsWith("1 Q0 docs/cats.csv#1 1 ", _cli.Output, StringComparison.Ordinal);
        Assert.Equal(1, _cli.Output.Count(c => c == '\n'));
    }

    [Fact]
    public async Task Search_MinScore_IsStatedOnAScale()
    {
        await SearchAsync("undo commit", "--min-score", "0.5", "--scale", "probability", "--format", "jsonl");
        Assert.Equal(3, _cli.Output.Count(c => c == '\n'));
        _cli.Clear();

        await SearchAsync("undo commit", "--min-score", "1", "--scale", "logit", "--format", "jsonl");
        using var hit = JsonDocument.Parse(_cli.Output);
        Assert.Equal(1, hit.RootElement.GetProperty("score").GetDouble());
        _cli.Clear();

        await SearchAsync("undo commit", "--min-score", "0.99", "--scale", "probability");
        Assert.Equal("None of 4 candidate passages reaches --min-score.\n", _cli.Output);
    }

    [Fact]
    public async Task Search_MinScoreWithoutReranking_NeedsACosine()
    {
        await SearchAsync("undo", "--tier", "embedding", "--retriever", "dense", "--min-score", "1");
        Assert.Contains("reaches --min-score", _cli.Output, StringComparison.Ordinal);

        Assert.Equal(ExitCode.Usage, await _cli.RunAsync("search", "undo", "--db", Db, "--tier", "embedding", "--min-score", "0.5"));
        Assert.Contains("on the scale 'unspecified'. Use --tier full or light", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_RerankerFails_AnswersDegradedAndSaysSo()
    {
        var loader = new TestLoader { BeforeQuery = (_, _) => throw new RerankerException("the model is broken") };
        using var cli = new CommandLine { Loader = loader };

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("search", "undo", "--db", Db, "--min-score", "0.5", "--format", "json"));

        Assert.StartsWith("resift: the answer is degraded: ", cli.Error, StringComparison.Ordinal);
        Assert.Contains("--min-score was not applied", cli.Error, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(cli.Output);
        Assert.NotEqual(0, json.RootElement.GetProperty("hits").GetArrayLength());
        Assert.Contains("the model is broken", Text(json.RootElement, "degraded"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_RerankerFailsToOpen_LeavesNoEmbedderOpen()
    {
        int before = _loader.Embedder.Disposals;
        Directory.CreateDirectory(_cli.At("classifier"));

        Assert.Equal(ExitCode.Error, await _cli.RunAsync("search", "undo", "--db", Db, "--model", _cli.At("classifier")));

        Assert.Contains("is a classifier with 3 labels", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(before + 1, _loader.Embedder.Disposals);
    }

    [Fact]
    public async Task Search_NothingFound_SaysSo()
    {
        await SearchAsync("undo", "--filter", "lang=fr");

        Assert.Equal("Nothing was found.\n", _cli.Output);
    }

    [Theory]
    [InlineData("undo\"; DROP TABLE documents; --")]
    [InlineData("NEAR(a b) AND * OR \"")]
    [InlineData("-")]
    public async Task Search_AnyQuery_IsText(string query)
    {
        Assert.Equal((ExitCode.Ok, ""), (await _cli.RunWithInputAsync("undo -*", "search", query, "--db", Db), _cli.Error));
        Assert.Contains("reset.md", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_NoIndex_SaysWhatToDo()
    {
        string text = _cli.File("text.txt", "no index at all, but long enough to look like a file of some kind");

        Assert.Equal(ExitCode.Error, await _cli.RunAsync("search", "q", "--db", _cli.At("missing.db")));
        Assert.Equal(ExitCode.Error, await _cli.RunAsync("search", "q", "--db", text));
        Assert.Equal(ExitCode.Error, await _cli.RunAsync("search", "q", "--db", Db, "--collection", "other"));
        _loader.Embedder.ModelId = "others";
        Assert.Equal(ExitCode.Error, await _cli.RunAsync("search", "q", "--db", Db));

        string[] lines = _cli.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.Contains("Make one first, as in: resift index FOLDER --db", lines[0], StringComparison.Ordinal);
        Assert.Contains("text.txt", lines[1], StringComparison.Ordinal);
        Assert.Contains("has no collection 'other'; it has default. Name one of these.", lines[2], StringComparison.Ordinal);
        Assert.Contains("Name the same one with --embedder", lines[3], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--filter", "lang")]
    [InlineData("--filter", "year>long ago")]
    [InlineData("--tier", "best")]
    [InlineData("--first-stage-weight", "2")]
    public async Task Search_WrongOption_IsAUsageError(string option, string value)
    {
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync("search", "q", "--db", Db, option, value));
        Assert.Contains(option, _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_FilterBeyondEquality_FindsWhatFulfilsIt()
    {
        string db = _cli.At("filtered.db");
        string rows = "id,text,year\n1,one apple,2019\n2,two apples,2020\n3,three apples,2021\n";
        string folder = Path.GetDirectoryName(_cli.File("fruit/old/apples.csv", rows))!;
        _cli.File("fruit/new/apples.csv", rows);
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("index", Path.GetDirectoryName(folder)!, "--db", db));
        _cli.Clear();

        string[] filters = ["--filter", "path=old/**|**/none.csv", "--filter", "year>=2020", "--filter", "year!=2021"];
        Assert.Equal(
            (ExitCode.Ok, ""),
            (await _cli.RunAsync(["search", "apples", "--db", db, "--format", "trec", .. filters]), _cli.Error));
        Assert.StartsWith("1 Q0 fruit/old/apples.csv#2 1 ", Assert.Single(_cli.Output.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private async Task SearchAsync(string query, params string[] more) =>
        Assert.Equal((ExitCode.Ok, ""), (await _cli.RunAsync(["search", query, "--db", Db, .. more]), _cli.Error));
}
