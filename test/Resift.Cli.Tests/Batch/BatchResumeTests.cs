namespace Resift.Cli.Tests.Batch;

public sealed class BatchResumeTests : IDisposable
{
    private const string Old = "old";

    private readonly CommandLine _cli;
    private readonly List<string> _asked = [];
    private string? _failsAt = "green";

    public BatchResumeTests()
    {
        var loader = new TestLoader
        {
            BeforeQuery = (query, _) =>
            {
                lock (_asked)
                {
                    _asked.Add(query);
                }

                return query == _failsAt ? throw new RerankerException("The score of document 1 is NaN.") : Task.CompletedTask;
            },
        };
        _cli = new() { Loader = loader };
        _cli.File("corpus.jsonl", """
            {"_id": "d1", "text": "red shoes"}
            {"_id": "d2", "text": "blue shoes"}
            """);
        _cli.File("queries.jsonl", """
            {"_id": "q1", "text": "red"}
            {"_id": "q2", "text": "blue"}
            {"_id": "q3", "text": "green"}
            {"_id": "q4", "text": "shoes"}
            """);
        _cli.File("run.trec", string.Concat(Enumerable.Range(1, 4).Select(q => $"q{q} Q0 d1 1 2 x\nq{q} Q0 d2 2 1 x\n")));
        _cli.File("reranked.trec", Old);
    }

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Run_FailureHalfWay_KeepsTheOldFileAndWhatIsDone()
    {
        Assert.Equal(ExitCode.Error, await RunAsync());

        Assert.Equal("""
            resift: 2 of 4 queries are in reranked.trec.partial; the same command with --resume goes on
            resift: The score of document 1 is NaN.

            """, _cli.Error);
        Assert.Equal(Old, await ReadAsync("reranked.trec"));
        Assert.Contains("q2 Q0 d2 1", await ReadAsync("reranked.trec.partial"), StringComparison.Ordinal);
        Assert.Equal(5, Directory.GetFiles(_cli.Folder).Length);
    }

    [Fact]
    public async Task Run_Resumed_AsksTheRestAndWritesWhatAWholeRunWould()
    {
        await RunAsync();
        (_failsAt, string[] before) = (null, [.. _asked]);
        _asked.Clear();
        _cli.Clear();

        Assert.Equal(ExitCode.Ok, await RunAsync("--resume"));

        Assert.Contains("red", before);
        Assert.Equal(["green", "shoes"], _asked.Order());
        string resumed = await ReadAsync("reranked.trec");
        Assert.StartsWith("resift: after 2 queries done before: 2 queries, 4 pairs in ", _cli.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_cli.At("reranked.trec.partial")));
        Assert.Equal(ExitCode.Ok, await RunAsync());
        Assert.Equal(await ReadAsync("reranked.trec"), resumed);
    }

    [Fact]
    public async Task Run_KilledWithinAQuery_ThatQueryIsAskedAgain()
    {
        await RunAsync();
        await File.AppendAllTextAsync(_cli.At("reranked.trec.partial"), "q3 Q0 d1 1 0", TestContext.Current.CancellationToken);
        _failsAt = null;

        Assert.Equal(ExitCode.Ok, await RunAsync("--resume"));

        Assert.Equal(["q1", "q1", "q2", "q2", "q3", "q3", "q4", "q4"],
            (await ReadAsync("reranked.trec")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public async Task Run_AnEarlierOneWasStopped_SaysSoAndLosesNothing()
    {
        await RunAsync();
        string partial = await ReadAsync("reranked.trec.partial");
        _cli.Clear();

        Assert.Equal(ExitCode.Usage, await RunAsync());

        Assert.Equal("resift: reranked.trec.partial has 2 records of a batch that was stopped. Say --resume to go on with it, or remove " +
            "it to begin anew.\n", _cli.Error);
        Assert.Equal(partial, await ReadAsync("reranked.trec.partial"));
    }

    [Theory]
    [InlineData("--tag", "other")]
    [InlineData("--depth", "1")]
    [InlineData("--min-score", "0.1")]
    public async Task Run_ResumedWithOtherOptions_Refused(string option, string value)
    {
        await RunAsync();
        string partial = await ReadAsync("reranked.trec.partial");

        Assert.Equal(ExitCode.Error, await RunAsync("--resume", option, value));

        Assert.Contains("is of another batch: its input, model or options differ.", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(partial, await ReadAsync("reranked.trec.partial"));
    }

    [Fact]
    public async Task Run_ResumedWithNothingBegun_BeginsAndLeavesNothing()
    {
        _failsAt = null;

        Assert.Equal(ExitCode.Ok, await RunAsync("--resume"));

        Assert.Equal(4, Directory.GetFiles(_cli.Folder).Length);
    }

    [Fact]
    public async Task Run_FailureInTheFirstQuery_LeavesNothingBehind()
    {
        _failsAt = "red";

        Assert.Equal(ExitCode.Error, await RunAsync());

        Assert.Equal(4, Directory.GetFiles(_cli.Folder).Length);
    }

    private Task<string> ReadAsync(string name) => File.ReadAllTextAsync(_cli.At(name), TestContext.Current.CancellationToken);

    private Task<int> RunAsync(params string[] more) => _cli.RunAsync(
    [
        "rerank", "--run", _cli.At("run.trec"), "--corpus", _cli.At("corpus.jsonl"), "--queries", _cli.At("queries.jsonl"),
        "--output", _cli.At("reranked.trec"), .. more,
    ]);
}
