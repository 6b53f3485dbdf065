namespace Resift.Cli.Tests;

public sealed class ResiftCommandTests : IDisposable
{
    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Invoke_NoArguments_ShowsHelpWithExamplesAndExitCodes()
    {
        Assert.Equal((ExitCode.Ok, ""), (await _cli.RunAsync(), _cli.Error));
        Assert.Contains("Examples:\n  resift compare\n", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("130  cancelled by Ctrl-C", _cli.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("compare")]
    [InlineData("rerank")]
    [InlineData("embed")]
    [InlineData("index")]
    [InlineData("search")]
    [InlineData("ask")]
    [InlineData("models", "show")]
    public async Task Invoke_HelpOfACommand_HasExamples(params string[] command)
    {
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync([.. command, "--help"]));
        Assert.Contains($"Examples:\n", _cli.Output, StringComparison.Ordinal);
        Assert.Contains($"  resift {string.Join(' ', command)}", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invoke_Version_IsThatOfTheTool()
    {
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("--version"));
        Assert.Matches(@"^\d+\.\d+\.\d+", _cli.Output);
    }

    [Fact]
    public async Task Invoke_UnknownCommand_NamesItAndSaysWhereHelpIs()
    {
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync("rernak"));
        Assert.Contains("'rernak'", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("Try 'resift --help'.", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invoke_ModelsAlone_ListsThem()
    {
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("models"));
        string shown = _cli.Output;
        _cli.Clear();
        await _cli.RunAsync("models", "list");
        Assert.Equal(_cli.Output, shown);
    }

    [Fact]
    public async Task Invoke_ThreadsBeyondReason_CappedWithAWord()
    {
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("rerank", "red", _cli.File("a.txt", "red fish\n"), "--threads", "20000"));

        int most = 4 * Environment.ProcessorCount;
        Assert.Equal(
            $"resift: --threads 20000 is more than 4 for each of {Environment.ProcessorCount} processors; {most} are used\n", _cli.Error);
        Assert.Equal(most, ((TestLoader)_cli.Loader).Options!.Threads);
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _resift resift")]
    [InlineData("zsh", "#compdef resift")]
    [InlineData("fish", "complete -c resift")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task Completion_KnownShell_PrintsAScriptThatAsksTheTool(string shell, string expected)
    {
        Assert.Equal((ExitCode.Ok, ""), (await _cli.RunAsync("completion", shell), _cli.Error));
        Assert.Contains(expected, _cli.Output, StringComparison.Ordinal);
        Assert.Contains("[suggest:", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Completion_UnknownShell_NamesTheKnownOnes()
    {
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync("completion", "tcsh"));
        Assert.Contains("'tcsh'; bash, zsh, fish or pwsh was expected.", _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("resift re", "rerank")]
    [InlineData("resift rerank x --prov", "--provider")]
    [InlineData("resift rerank x --provider co", "cohere")]
    [InlineData("resift rerank x --model resift", "resift-mini-v2")]
    [InlineData("resift search x --tier ", "embedding")]
    public async Task Suggest_HalfALine_OffersHowItMayGoOn(string line, string expected)
    {
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync($"[suggest:{line.Length}]", line));
        Assert.Contains(expected, _cli.Output.Split('\n', StringSplitOptions.TrimEntries));
    }
}
