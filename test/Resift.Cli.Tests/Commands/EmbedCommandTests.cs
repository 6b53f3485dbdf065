using System.Text.Json;

namespace Resift.Cli.Tests.Commands;

public sealed class EmbedCommandTests
{
    [Fact]
    public async Task Embed_JsonLines_GivesOneVectorALine()
    {
        using var cli = new CommandLine();

        int code = await cli.RunWithInputAsync("""
            {"id": "first", "text": "abba"}
            {"id": "second", "text": ""}
            """, "embed");

        Assert.Equal(ExitCode.Ok, code);
        string[] lines = cli.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        using var first = JsonDocument.Parse(lines[0]);
        Assert.Equal("first", first.RootElement.GetProperty("id").GetString());
        Assert.Equal(0, first.RootElement.GetProperty("index").GetInt32());
        Assert.Equal([2f, 2f, 0f], first.RootElement.GetProperty("embedding").EnumerateArray().Take(3).Select(value => value.GetSingle()));
        Assert.StartsWith("resift: 2 texts in ", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Embed_ManyTexts_GoesThroughThemInBatches()
    {
        var loader = new TestLoader();
        using var cli = new CommandLine { Loader = loader };

        await cli.RunWithInputAsync(string.Concat(Enumerable.Repeat("text\n", 300)), "embed");

        Assert.Equal([128, 128, 44], loader.Embedder.BatchSizes);
        Assert.Contains("{\"index\":299,\"id\":null,", cli.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("query", EmbeddingPurpose.Query)]
    [InlineData("document", EmbeddingPurpose.Document)]
    public async Task Embed_As_TellsTheEmbedder(string? name, EmbeddingPurpose? expected = null)
    {
        var loader = new TestLoader();
        using var cli = new CommandLine { Loader = loader };

        Assert.Equal(ExitCode.Ok, await cli.RunWithInputAsync("text\n", name is null ? ["embed"] : ["embed", "--as", name]));

        Assert.Equal(expected, Assert.Single(loader.Embedder.Purposes));
    }

    [Fact]
    public async Task Embed_AsSomethingElse_SaysWhatWasExpected()
    {
        using var cli = new CommandLine();

        Assert.Equal(ExitCode.Usage, await cli.RunWithInputAsync("text\n", "embed", "--as", "passage"));
        Assert.Contains("--as expects one of query, document, but got 'passage'.", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Embed_LongText_ReportsTheCut()
    {
        using var cli = new CommandLine();

        await cli.RunWithInputAsync($"short\n{new string('a', 120)}\n", "embed");

        Assert.StartsWith("resift: 1 of 2 texts were cut (largest cut: 20 tokens of text 1)\n", cli.Error, StringComparison.Ordinal);
        Assert.EndsWith("\"truncated_tokens\":20}\n", cli.Output, StringComparison.Ordinal);
        Assert.Equal(1, cli.Output.Split("truncated_tokens").Length - 1);
    }

    [Fact]
    public async Task Embed_ErrorHalfWay_KeepsWhatIsDoneAndGoesOnOnceTheInputIsMended()
    {
        using var cli = new CommandLine();
        string target = Path.Combine(cli.Folder, "vectors.jsonl");
        string good = string.Concat(Enumerable.Repeat("{\"text\": \"a\"}\n", 200));

        int code = await cli.RunWithInputAsync(good + "{broken\n", "embed", "--output", target);

        Assert.Equal(ExitCode.Error, code);
        Assert.StartsWith(
            "resift: 128 texts are in vectors.jsonl.partial; the same command with --resume goes on\n" +
            "resift: standard input:201: this is not JSON",
            cli.Error,
            StringComparison.Ordinal);
        Assert.Equal([$"{target}.partial"], Directory.GetFiles(cli.Folder));
        Assert.Equal(ExitCode.Ok, await cli.RunWithInputAsync(good, "embed", "--output", target, "--resume"));
        Assert.Equal([target], Directory.GetFiles(cli.Folder));
        Assert.Equal(200, (await File.ReadAllLinesAsync(target, TestContext.Current.CancellationToken)).Length);
    }

    [Fact]
    public async Task Embed_NoTexts_IsAnError()
    {
        using var cli = new CommandLine();

        Assert.Equal(ExitCode.Error, await cli.RunWithInputAsync("", "embed"));
        Assert.StartsWith("resift: standard input has no texts", cli.Error, StringComparison.Ordinal);
    }
}
