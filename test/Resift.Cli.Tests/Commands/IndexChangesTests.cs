namespace Resift.Cli.Tests.Commands;

/// <summary>What a second run does, and a run that is stopped.</summary>
public sealed class IndexChangesTests : IDisposable
{
    private readonly TestLoader _loader = new();
    private readonly CommandLine _cli;

    public IndexChangesTests()
    {
        _cli = new() { Loader = _loader };
        _cli.File("docs/a.txt", "apples");
        _cli.File("docs/b.txt", "bananas");
        _cli.File("docs/sub/c.jsonl", "{\"id\":\"1\",\"text\":\"cherries\"}\n{\"id\":\"2\",\"text\":\"dates\"}\n");
    }

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Index_Again_EmbedsNothing()
    {
        await IndexAsync();
        _loader.Embedder.BatchSizes.Clear();

        Assert.StartsWith(
            "0 added, 0 updated, 4 unchanged, 0 removed (3 files, 0 passages embedded, ", await IndexAsync(), StringComparison.Ordinal);
        Assert.Empty(_loader.Embedder.BatchSizes);
    }

    [Fact]
    public async Task Index_AfterChanges_DoesOnlyThose()
    {
        await IndexAsync();
        _cli.File("docs/a.txt", "apricots");
        _cli.File("docs/d.txt", "elderberries");
        _cli.File("docs/sub/c.jsonl", "{\"id\":\"2\",\"text\":\"dates\"}\n");
        File.Delete(_cli.At("docs/b.txt"));

        Assert.StartsWith(
            "1 added, 1 updated, 1 unchanged, 2 removed (3 files, 2 passages embedded, ", await IndexAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Index_OtherPassageLength_CutsAnew()
    {
        await IndexAsync();
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("index", _cli.At("docs"), "--db", _cli.At("x.db"), "--passage-tokens", "50"));

        Assert.Contains("0 added, 4 updated,", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Index_OneFileByName_RemovesOnlyItsOwnRecords()
    {
        await IndexAsync();
        string file = _cli.File("docs/sub/c.jsonl", "{\"id\":\"1\",\"text\":\"cherries\"}\n");
        await _cli.RunAsync("index", file, "--db", _cli.At("x.db"), "--collection", "one");
        File.WriteAllText(file, "{\"id\":\"3\",\"text\":\"figs\"}\n");
        _cli.Clear();

        await _cli.RunAsync("index", file, "--db", _cli.At("x.db"), "--collection", "one");

        Assert.StartsWith("1 added, 0 updated, 0 unchanged, 1 removed", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Index_FileThatTurnedBad_KeepsWhatIsKnownOfIt()
    {
        await IndexAsync();
        _cli.File("docs/sub/c.jsonl", "{oops\n");

        Assert.Equal(ExitCode.Error, await _cli.RunAsync("index", _cli.At("docs"), "--db", _cli.At("x.db")));
        Assert.Contains("0 added, 0 updated, 2 unchanged, 0 removed", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Index_AllGone_RemovesThemAll()
    {
        await IndexAsync();
        Directory.Delete(_cli.At("docs"), recursive: true);
        Directory.CreateDirectory(_cli.At("docs"));

        Assert.StartsWith("0 added, 0 updated, 0 unchanged, 4 removed", await IndexAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Index_SecondFolderWithTheSameNames_StandsBesideTheFirst()
    {
        await IndexAsync();
        _cli.File("more/a.txt", "avocados");
        _cli.File("more/z.txt", "zucchini");

        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("index", _cli.At("more"), "--db", _cli.At("x.db")));
        Assert.Contains("2 added, 0 updated, 0 unchanged, 0 removed", _cli.Output, StringComparison.Ordinal);
        Assert.StartsWith("0 added, 0 updated, 4 unchanged, 0 removed", await IndexAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Index_FolderAndIndexMovedTogether_IsUnchanged()
    {
        await IndexAsync();
        using var elsewhere = new CommandLine { Loader = _loader };
        Directory.Move(_cli.At("docs"), elsewhere.At("docs"));
        File.Move(_cli.At("x.db"), elsewhere.At("x.db"));

        Assert.Equal(ExitCode.Ok, await elsewhere.RunAsync("index", elsewhere.At("docs"), "--db", elsewhere.At("x.db")));
        Assert.StartsWith("0 added, 0 updated, 4 unchanged, 0 removed", elsewhere.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Index_SameIdTwice_KeepsTheFirstAndSaysSo()
    {
        string file = _cli.File("twice.jsonl", "{\"id\":\"1\",\"text\":\"one\"}\n{\"id\":\"1\",\"text\":\"two\"}\n");

        Assert.Equal(ExitCode.Error, await _cli.RunAsync("index", file, "--db", _cli.At("y.db")));
        Assert.Contains(
            "the id 'twice.jsonl#1' occurs for the second time; only the first is indexed.", _cli.Error, StringComparison.Ordinal);
        Assert.StartsWith("1 added,", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Index_OtherEmbedder_IsRefusedWithAWayOut()
    {
        await IndexAsync();
        _loader.Embedder.ModelId = "others";

        Assert.Equal(ExitCode.Error, await _cli.RunAsync("index", _cli.At("docs"), "--db", _cli.At("x.db")));
        Assert.Contains("was embedded by 'letters' (26 dimensions), but this embedder is 'others'", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("index", _cli.At("docs"), "--db", _cli.At("x.db"), "--collection", "second"));
    }

    [Fact]
    public async Task Index_Cancelled_KeepsWhatIsCommittedAndGoesOn()
    {
        using var stop = new CancellationTokenSource();
        _cli.File("docs/many.csv", "text\n" + string.Concat(Enumerable.Range(0, 1_000).Select(i => $"row {i}\n")));
        int calls = 0;
        _loader.Embedder.Before = (_, token) =>
        {
            if (++calls == 3)
            {
                stop.Cancel();
                token.ThrowIfCancellationRequested();
            }
        };
        var error = new StringWriter { NewLine = "\n" };
        var console = new CliConsole(() => Stream.Null, TextWriter.Null, error);
        string[] command = ["index", _cli.At("docs"), "--db", _cli.At("x.db")];

        int code = await ResiftCommand.InvokeAsync(command, console, _loader, stop.Token);

        Assert.Equal(ExitCode.Cancelled, code);
        Assert.Matches(
            @"^resift: [1-9]\d* documents are in the index and stay there; the same command goes on from here\n", error.ToString());
        Assert.EndsWith("resift: cancelled\n", error.ToString(), StringComparison.Ordinal);
        Assert.Matches(@"^\d+ added, 0 updated, [1-9]\d* unchanged, 0 removed", await IndexAsync());
    }

    private async Task<string> IndexAsync(params string[] more)
    {
        _cli.Clear();
        int code = await _cli.RunAsync(["index", _cli.At("docs"), "--db", _cli.At("x.db"), .. more]);
        Assert.Equal((ExitCode.Ok, ""), (code, _cli.Error));
        return _cli.Output;
    }
}
