namespace Resift.Cli.Tests.Commands;

/// <summary>Which id a record has, and what stands in for one.</summary>
public sealed class RecordIdTests : IDisposable
{
    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("{\"text\":\"a\"}\n{\"id\":\"0\",\"text\":\"x\"}", "0 #0")]
    [InlineData("{\"id\":1,\"text\":\"x\"}\n{\"text\":\"b\"}", "1 #1")]
    [InlineData("[\"x a string\",{\"id\":7,\"text\":\"x\"},{\"_id\":\"y\",\"id\":8,\"text\":\"x\"}]", "#0 7 y")]
    [InlineData("{\"id\":null,\"text\":\"x\"}\n{\"_id\":null,\"id\":\"b\",\"text\":\"x\"}\n{\"id\":\"\",\"text\":\"x\"}", "#0 b #2")]
    [InlineData("{\"id\":\"#0\",\"text\":\"x\"}\n{\"text\":\"x\"}", "#0 ##1")]
    [InlineData("x\nx y", "0 1")]
    public async Task Rerank_TrecOfMixedRecords_TellsAllApart(string input, string expected)
    {
        int code = await _cli.RunWithInputAsync(input, "rerank", "x", "--format", "trec");

        Assert.Equal((ExitCode.Ok, ""), (code, _cli.Error));
        string[] lines = _cli.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(expected, string.Join(' ', lines.Select(line => line.Split(' ')[2])));
    }

    [Fact]
    public async Task Rerank_JsonLinesOfMixedRecords_HaveTheirOwnIdsOrNone()
    {
        await _cli.RunWithInputAsync(
            "{\"text\":\"x\"}\n{\"id\":1,\"text\":\"x\"}", "rerank", "x", "--format", "jsonl");
        Assert.Contains("{\"index\":0,\"id\":null,", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("{\"index\":1,\"id\":\"1\",", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Embed_MixedRecords_HaveTheirOwnIdsOrNone()
    {
        await _cli.RunWithInputAsync("{\"text\":\"a\"}\n{\"id\":\"0\",\"text\":\"b\"}", "embed");
        string[] lines = _cli.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("{\"index\":0,\"id\":null,", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("{\"index\":1,\"id\":\"0\",", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.csv", "id,text\n1,\"git reset, undoes\na commit\"\n\n2,b\n")]
    [InlineData("a.tsv", "id\ttext\n1\tgit reset undoes a commit\n2\tb\n")]
    [InlineData("A.CSV", "text;id\n\"git reset undoes; a commit\";1\nb;2\n")]
    public async Task Rerank_Table_IsReadRowByRow(string name, string content)
    {
        string file = _cli.File(name, content);
        Assert.Equal((ExitCode.Ok, ""), (await _cli.RunAsync("rerank", "undo a commit", file, "--format", "trec"), _cli.Error));
        string[] ids = [.. _cli.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[2])];
        Assert.Equal(["1", "2"], ids);
        _cli.Clear();

        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("embed", file));
        Assert.Equal(2, _cli.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        _cli.Clear();

        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("compare", "--query", "undo a commit", "--documents", file));
        Assert.Contains("1: git reset", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rerank_TableFromAPipe_IsReadIfSaidSo()
    {
        await _cli.RunWithInputAsync("id,text\n7,x\n", "rerank", "x", "--input-format", "csv", "--format", "trec");
        Assert.StartsWith("1 Q0 7 1 ", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rerank_BadRowOfATable_IsAnErrorWithItsPlace()
    {
        string file = _cli.File("a.csv", "id,text\n1,x\n2,x,y\n");
        Assert.Equal(ExitCode.Error, await _cli.RunAsync("rerank", "x", file));
        Assert.Contains("a.csv:3: the row has 3 fields, but the first row names 2.", _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"_id\":\"q\",\"query\":\"red\"}")]
    [InlineData("{\"qid\":\"q\",\"text\":\"red\"}", "--query-id-field", "qid")]
    [InlineData("{\"qid\":\"q\",\"about\":\"red\"}", "--query-id-field", "qid", "--query-field", "about")]
    [InlineData("{\"qid\":\"q\",\"text\":\"red\"}", "--query-id-field", "qid", "--id-field", "sku")]
    public async Task Rerank_RunWithQueriesOfAnotherForm_IsReadByOptionsOfTheirOwn(string queries, params string[] options)
    {
        string id = options.Contains("--id-field") ? "sku" : "_id";
        string corpus = _cli.File("corpus.jsonl", $"{{\"{id}\":\"d\",\"title\":null,\"text\":\"red shoes\"}}");
        string queryFile = _cli.File("queries.jsonl", queries);
        string run = _cli.File("run.trec", "q Q0 d 1 1 bm25\n");

        int code = await _cli.RunAsync(["rerank", "--corpus", corpus, "--queries", queryFile, "--run", run, .. options]);

        Assert.Equal(ExitCode.Ok, code);
        Assert.StartsWith("q Q0 d 1 0 ", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rerank_QueriesWithoutText_NameTheOptionThatHelps()
    {
        string corpus = _cli.File("corpus.jsonl", "{\"_id\":\"d\",\"text\":\"red\"}");
        string queries = _cli.File("queries.jsonl", "{\"_id\":\"q\",\"about\":\"red\"}");
        string run = _cli.File("run.trec", "q Q0 d 1 1 bm25\n");
        Assert.Equal(ExitCode.Error, await _cli.RunAsync("rerank", "--corpus", corpus, "--queries", queries, "--run", run));
        Assert.Contains("Name it with --query-field.", _cli.Error, StringComparison.Ordinal);
    }
}
