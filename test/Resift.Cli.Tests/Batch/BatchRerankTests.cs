namespace Resift.Cli.Tests.Batch;

public sealed class BatchRerankTests : IDisposable
{
    private const string Corpus = """
        {"_id": "d1", "title": "Red", "text": "fish"}
        {"_id": "d2", "title": "", "text": "blue shoes"}
        {"_id": "d3", "text": "red shoes"}
        {"_id": "d4", "title": "unused", "text": "unused"}
        """;

    private const string Queries = """
        {"_id": "q1", "text": "red shoes"}
        {"_id": "q2", "text": "blue"}
        {"_id": "q3", "text": "unused"}
        """;

    private const string Run = "q2 Q0 d1 1 9.5 bm25\nq2\tQ0\td2\t2\t9.5\tbm25\nq1 Q0 d1 1 3 bm25\nq1 Q0 d2 2 2 bm25\nq1 Q0 d3 3 1 bm25\n";

    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Run_WholeRun_WritesEveryQueryInOrderOfTheRun()
    {
        int code = await RunAsync(Run, "--output", Target);

        Assert.Equal(ExitCode.Ok, code);
        Assert.Equal("""
            q2 Q0 d2 1 0 ms-marco-MiniLM-L12-v2
            q2 Q0 d1 2 -1 ms-marco-MiniLM-L12-v2
            q1 Q0 d3 1 1 ms-marco-MiniLM-L12-v2
            q1 Q0 d1 2 0 ms-marco-MiniLM-L12-v2
            q1 Q0 d2 3 0 ms-marco-MiniLM-L12-v2

            """, await File.ReadAllTextAsync(Target, TestContext.Current.CancellationToken));
        Assert.Matches(@"^resift: 2 queries, 5 pairs in \d+\.\d s \([\d,.]+ pairs/s\), 10 tokens; no document was cut\n$", _cli.Error);
        Assert.Empty(_cli.Output);
    }

    [Fact]
    public async Task Run_ToStandardOutput_WritesIt()
    {
        await RunAsync(Run, "--output", "-", "--tag", "mine");

        Assert.StartsWith("q2 Q0 d2 1 0 mine\n", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Depth_KeepsTheBestOfTheFirstStage()
    {
        await RunAsync("q1 Q0 d3 3 1 x\nq1 Q0 d1 1 3 x\nq1 Q0 d2 2 2 x\n", "--depth", "2");

        Assert.Equal("q1 Q0 d1 1 0 ms-marco-MiniLM-L12-v2\nq1 Q0 d2 2 0 ms-marco-MiniLM-L12-v2\n", _cli.Output);
    }

    [Fact]
    public async Task Run_DepthBetweenEqualScores_GoesByRank()
    {
        await RunAsync("q1 Q0 d3 2 5 x\nq1 Q0 d1 1 5 x\n", "--depth", "1");

        Assert.Equal("q1 Q0 d1 1 0 ms-marco-MiniLM-L12-v2\n", _cli.Output);
    }

    [Theory]
    [InlineData("q1 Q0 d1 1 3\n", ":1: six columns were expected (qid Q0 docid rank score tag), but there are 5.")]
    [InlineData("q1 Q0 d1 1 3 x\n\nq1 Q0 d2 first 3 x\n", ":3: the fourth column is the rank, a whole number, but it is 'first'.")]
    [InlineData("q1 Q0 d1 1 NaN x\n", ":1: the fifth column is the score, a number, but it is 'NaN'.")]
    [InlineData("q1 Q0 d1 1 3 x\nq1 Q0 d1 2 2 x\n", ":2: document 'd1' occurs twice for query 'q1'.")]
    [InlineData("q1 Q0 d1 1 3 x\nq2 Q0 d1 1 3 x\nq1 Q0 d1 2 2 x\n", ":3: document 'd1' occurs twice for query 'q1'.")]
    [InlineData("\n", " is empty; lines of a TREC run")]
    public async Task Run_BadRun_NamesFileAndLine(string run, string expected)
    {
        Assert.Equal(ExitCode.Error, await RunAsync(run, "--output", Target));
        Assert.StartsWith($"resift: {Path.Combine(_cli.Folder, "run.trec")}{expected}", _cli.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public async Task Run_UnknownDocuments_NamesTheFirstAndCountsThem()
    {
        string run = string.Concat(Enumerable.Range(1, 8).Select(i => $"q1 Q0 d{i} {i} 1 x\n"));

        Assert.Equal(ExitCode.Error, await RunAsync(run));
        Assert.Contains("4 of the run's 8 documents are not in ", _cli.Error, StringComparison.Ordinal);
        Assert.EndsWith("corpus.jsonl: 'd5', 'd6', 'd7', …. Say --skip-missing to leave them out.\n", _cli.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_UnknownQuery_IsAnError()
    {
        Assert.Equal(ExitCode.Error, await RunAsync(Run + "q9 Q0 d1 1 1 x\n"));
        Assert.Contains("1 of the run's 3 queries are not in ", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SkipMissing_WarnsAndGoesOn()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("q1 Q0 d1 1 2 x\nq1 Q0 gone 2 1 x\nq9 Q0 d1 1 1 x\n", "--skip-missing"));
        Assert.Equal("q1 Q0 d1 1 0 ms-marco-MiniLM-L12-v2\n", _cli.Output);
        Assert.Contains("resift: warning: 1 of the run's 2 queries are not in ", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("resift: warning: 1 of the run's 2 documents are not in ", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NothingKnown_IsAnErrorEvenWhenSkipping()
    {
        Assert.Equal(ExitCode.Error, await RunAsync("q9 Q0 gone 1 1 x\n", "--skip-missing"));
        Assert.Contains("none of its queries and documents is in", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_DuplicateInCorpus_NamesTheLine()
    {
        _cli.File("corpus.jsonl", Corpus + "\n{\"_id\": \"d1\", \"text\": \"again\"}\n");

        Assert.Equal(ExitCode.Error, await RunWithAsync(Run, corpus: null));
        Assert.Contains("corpus.jsonl:5: the id 'd1' occurs for the second time.", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_CorpusWithoutIds_NamesTheLine()
    {
        Assert.Equal(ExitCode.Error, await RunWithAsync(Run, corpus: "{\"text\": \"a\"}"));
        Assert.Contains("corpus.jsonl:1: the record has no id", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_BlankQuery_IsNamed()
    {
        _cli.File("queries.jsonl", "{\"_id\": \"q1\", \"text\": \" \"}");

        Assert.Equal(ExitCode.Error, await RunWithAsync("q1 Q0 d1 1 1 x\n", queries: null));
        Assert.Contains("the query 'q1' is blank", _cli.Error, StringComparison.Ordinal);
    }

    private string Target => Path.Combine(_cli.Folder, "reranked.trec");

    private Task<int> RunAsync(string run, params string[] more) => RunWithAsync(run, Corpus, Queries, more);

    private Task<int> RunWithAsync(string run, string? corpus = Corpus, string? queries = Queries, string[]? more = null)
    {
        _cli.File("run.trec", run);
        if (corpus is not null)
        {
            _cli.File("corpus.jsonl", corpus);
        }

        if (queries is not null)
        {
            _cli.File("queries.jsonl", queries);
        }

        return _cli.RunAsync(
        [
            "rerank",
            "--run", Path.Combine(_cli.Folder, "run.trec"),
            "--corpus", Path.Combine(_cli.Folder, "corpus.jsonl"),
            "--queries", Path.Combine(_cli.Folder, "queries.jsonl"),
            .. more ?? [],
        ]);
    }
}
