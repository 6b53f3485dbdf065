namespace Resift.Cli.Tests.Commands;

public sealed class CompareIndexTests : IAsyncLifetime
{
    private readonly TestLoader _loader = new();
    private readonly CommandLine _cli;

    public CompareIndexTests() => _cli = new() { Loader = _loader };

    private string Db => _cli.At("x.db");

    public async ValueTask InitializeAsync()
    {
        string file = _cli.File("notes.csv", "id,text\na,undo it\nb,it is in the house\nc,you undo a commit\n");
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("index", file, "--db", Db));
        _cli.Clear();
    }

    public ValueTask DisposeAsync()
    {
        _cli.Dispose();
        return default;
    }

    [Fact]
    public async Task Compare_Db_ShowsBothOrdersOfTheCandidates()
    {
        int code = await _cli.RunAsync("compare", "--query", "undo a commit", "--db", Db, "--top-n", "2");

        Assert.Equal((ExitCode.Ok, ""), (code, _cli.Error));

        Assert.Contains("3 candidate passages, the best 2 of each ranking", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("letters, cosine", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("word-overlap, logit", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("notes.csv#c#0: you undo a commit", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_Candidates_LimitsWhatIsReranked()
    {
        await _cli.RunAsync("compare", "--query", "undo a commit", "--db", Db, "--candidates", "1");

        Assert.Contains("1 candidate passages, the best 1", _cli.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--db needs a --query", "--db", "x.db")]
    [InlineData("leave out one of them", "--db", "x.db", "--documents", "notes.csv", "--query", "q")]
    [InlineData("belong to --db", "--collection", "default")]
    public async Task Compare_WrongOptions_AreUsageErrors(string message, params string[] options)
    {
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync(["compare", .. options]));
        Assert.Contains(message, _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_DbAndRerankerFailsToOpen_LeavesNoEmbedderOpen()
    {
        int before = _loader.Embedder.Disposals;
        Directory.CreateDirectory(_cli.At("classifier"));

        Assert.Equal(ExitCode.Error, await _cli.RunAsync("compare", "--query", "q", "--db", Db, "--model", _cli.At("classifier")));

        Assert.Equal(before + 1, _loader.Embedder.Disposals);
    }
}
