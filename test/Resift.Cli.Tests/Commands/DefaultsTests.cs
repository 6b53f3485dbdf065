namespace Resift.Cli.Tests.Commands;

/// <summary>What holds where the command line says nothing.</summary>
public sealed class DefaultsTests : IDisposable
{
    private readonly CommandLine _cli = new();

    public DefaultsTests()
    {
        _cli.Environment["HOME"] = Directory.CreateDirectory(_cli.At("home")).FullName;
        _cli.File("docs/a.txt", "apples");
        _cli.File("docs/b.txt", "apples too");
    }

    private string Db => _cli.At("index.db");

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Variable_NamesTheIndexOfEveryCommand()
    {
        _cli.Environment["RESIFT_DB"] = Db;
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("index", _cli.At("docs")));
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("search", "apples"));
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("compare", "--query", "apples"));
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("ask", "apples?", "--dry-run"));
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("db", "list"));
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("db", "upgrade"));
        Assert.Equal("", _cli.Error);

        // It is no reason to rank the index where something else is ranked.
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("compare"));
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("compare", "--query", "apples", "--documents", _cli.File("lines.txt", "a\nb\n")));

        Assert.Equal(ExitCode.Error, await _cli.RunAsync("search", "apples", "--db", _cli.At("none.db")));
    }

    [Fact]
    public async Task NoIndexNamed_IsAnErrorOfTheCommandLine()
    {
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync("search", "apples"));
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync("index", _cli.At("docs")));
        Assert.Contains("RESIFT_DB", _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("option")]
    [InlineData("variable")]
    [InlineData("home")]
    public async Task OwnFile_MaySetAll(string how)
    {
        await IndexAsync();
        string content = "{\"defaults\":{\"db\":\"../index.db\",\"topN\":1,\"tier\":\"embedding\"}}";
        string file = _cli.File(how == "home" ? "home/resift.json" : "own/my.json", content);
        if (how == "variable")
        {
            _cli.Environment["RESIFT_CONFIG"] = file;
        }

        string[] option = how == "option" ? ["--config", file] : [];
        Assert.Equal((ExitCode.Ok, ""), (await _cli.RunAsync(["search", "apples", .. option]), _cli.Error));
        Assert.Contains("1 document of 2 candidate passages, not reranked", _cli.Output, StringComparison.Ordinal);
        _cli.Clear();

        Assert.Equal(ExitCode.Ok, await _cli.RunAsync(["search", "apples", "--top-n", "2", "--tier", "light", .. option]));
        Assert.Contains("2 documents of 2 candidate passages, 2 of them read by", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FoundFile_SetsOnlyWhatDoesNoHarm()
    {
        await IndexAsync();
        _cli.File("resift.json", "{\"defaults\":{\"db\":\"index.db\",\"topN\":1}}");
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync("search", "apples"));
        Assert.Contains("is not followed, since the file was only found", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("search", "apples", "--db", Db));
        Assert.Contains("1 document of 2", _cli.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync("db", "list"));
    }

    [Theory]
    [InlineData("{\"defaults\":{\"tier\":\"best\"}}", "embedding, light or full")]
    [InlineData("{\"defaults\":{\"topN\":0}}", "at least 1")]
    [InlineData("{\"defaults\":{\"endpoint\":\"http://x\"}}", "\"endpoint\" is no property")]
    [InlineData("{", "was expected")]
    public async Task WrongFile_IsAnErrorIfNamedAndPassedOverIfOnlyFound(string content, string reason)
    {
        await IndexAsync();
        string found = _cli.File("resift.json", content);
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("search", "apples", "--db", Db));
        Assert.Contains("is not followed", _cli.Error, StringComparison.Ordinal);
        Assert.Contains(reason, _cli.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Error, await _cli.RunAsync("search", "apples", "--db", Db, "--config", found));
    }

    [Fact]
    public async Task Color_Off_DrawsNone()
    {
        using var cli = new CommandLine { IsOutputTerminal = true, AllowsAnsi = true };
        cli.Environment["HOME"] = cli.Folder;
        await cli.RunAsync("compare");
        Assert.Contains('\e', cli.Output);
        cli.Clear();

        cli.File("resift.json", "{\"defaults\":{\"color\":false}}");
        await cli.RunAsync("compare");
        Assert.DoesNotContain('\e', cli.Output);
    }

    private async Task IndexAsync()
    {
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("index", _cli.At("docs"), "--db", Db));
        _cli.Clear();
    }
}
