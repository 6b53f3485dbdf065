namespace Resift.Cli.Tests.Commands;

public sealed class CompareCommandTests
{
    [Fact]
    public async Task Compare_NoOptions_ShowsTheExerciseSideBySide()
    {
        using var cli = new CommandLine();

        int code = await cli.RunAsync("compare");

        Assert.Equal((ExitCode.Ok, ""), (code, cli.Error));
        Assert.Contains("Query: How do I fix memory leak in Python?", cli.Output, StringComparison.Ordinal);
        Assert.Contains("8 documents, the best 3 of each ranking", cli.Output, StringComparison.Ordinal);
        string header = Assert.Single(cli.Output.Split('\n'), line => line.Contains("Embedding only", StringComparison.Ordinal));
        Assert.Contains("With reranking", header, StringComparison.Ordinal);
        Assert.Matches(@"letters, cosine, \d+ ms .*word-overlap, logit, \d+ ms", cli.Output);
        Assert.Matches(@"▲ \+\d+ \(was \d+\)", cli.Output);
    }

    [Fact]
    public async Task Compare_OwnDocuments_ShowsTheChangeOfEachRank()
    {
        using var cli = new CommandLine();

        // By letters "edr oesh s" is the same as "red shoes"; by words it is nothing like it.
        await cli.RunWithInputAsync(
            "edr oesh s\nblue\nred shoes and more\n", "compare", "--query", "red shoes", "--documents", "-", "--top-n", "9");

        Assert.Contains("3 documents, the best 3 of each ranking", cli.Output, StringComparison.Ordinal);
        Assert.Contains("▲ +1 (was 2)", cli.Output, StringComparison.Ordinal);
        Assert.Contains("▼ -1 (was 1)", cli.Output, StringComparison.Ordinal);
        Assert.Contains("→ 2 after reranking", cli.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(160)]
    public async Task Compare_AnyWidth_KeepsLinesWithinIt(int width)
    {
        using var cli = new CommandLine { Width = width };

        await cli.RunAsync("compare", "--top-n", "8");

        Assert.All(cli.Output.Split('\n'), line => Assert.True(line.TrimEnd().Length <= width, line));
        Assert.Equal(width < 72, cli.Output.Contains("1. ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Compare_TextWithMarkup_IsShownAsItIs()
    {
        using var cli = new CommandLine { IsOutputTerminal = true, AllowsAnsi = true };

        await cli.RunWithInputAsync("list[0] [red]x[/]\n", "compare", "--query", "list[int]", "--documents", "-");

        Assert.Contains("list[0] [red]x[/]", cli.Output, StringComparison.Ordinal);
        Assert.Contains("Query: list[int]", cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_RerankerFailsToOpen_LeavesNoEmbedderOpen()
    {
        var loader = new TestLoader();
        using var cli = new CommandLine { Loader = loader };
        Directory.CreateDirectory(cli.At("classifier"));

        Assert.Equal(ExitCode.Error, await cli.RunAsync("compare", "--model", cli.At("classifier")));

        Assert.Contains("is a classifier with 3 labels", cli.Error, StringComparison.Ordinal);
        Assert.Equal(1, loader.Embedder.Disposals);
    }
}
