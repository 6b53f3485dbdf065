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
    public async Task Invoke_ModelsAlone_SaysWhereHelpIs()
    {
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync("models"));
        Assert.Contains("Try 'resift models --help'.", _cli.Error, StringComparison.Ordinal);
    }
}
