using System.Text.Json;

namespace Resift.Cli.Tests.Commands;

public sealed class RerankCommandTests : IDisposable
{
    private const string Lines = "red fish\nblue shoes\n\nred shoes for running\n";

    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Rerank_LinesFromPipe_ShowsTableBestFirst()
    {
        int code = await _cli.RunWithInputAsync(Lines, "rerank", "red running shoes");

        Assert.Equal((ExitCode.Ok, ""), (code, _cli.Error));
        Assert.Matches(@"logit[\s\S]*1\s+2\.0000\s+2\s+red shoes for running[\s\S]*red fish[\s\S]*3 of 3 documents", _cli.Output);
        Assert.DoesNotContain('\u001b', _cli.Output);
    }

    [Fact]
    public async Task Rerank_JsonLinesToJson_GivesIndexIdScoreTextModelAndScale()
    {
        string file = _cli.File("docs.jsonl", """
            {"_id": "a", "text": "red fish"}
            {"_id": 7, "text": "Rote Schuhe – ぴったり red shoes"}
            """);

        await _cli.RunAsync("rerank", "red shoes", file, "--format", "json", "--top-n", "1");

        using var json = JsonDocument.Parse(_cli.Output);
        var result = Assert.Single(json.RootElement.GetProperty("results").EnumerateArray());
        Assert.Equal("word-overlap", json.RootElement.GetProperty("model").GetString());
        Assert.Equal("logit", json.RootElement.GetProperty("scale").GetString());
        Assert.Equal(1, result.GetProperty("index").GetInt32());
        Assert.Equal("7", result.GetProperty("id").GetString());
        Assert.Equal(1.0, result.GetProperty("score").GetDouble());
        Assert.Contains("\"Rote Schuhe – ぴったり red shoes\"", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rerank_JsonArrayOfStringsAndObjects_ReadsBoth()
    {
        int code = await _cli.RunWithInputAsync("""[ "blue", {"content": "red"} ]""", "rerank", "red", "-", "--format", "jsonl");

        Assert.Equal(ExitCode.Ok, code);
        string[] lines = _cli.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("""{"index":1,"id":null,"score":0,"text":"red"}""", lines[0]);
        Assert.Equal("resift: reading the text from the field 'content' (--text-field names another)\n", _cli.Error);
    }

    [Fact]
    public async Task Rerank_SeveralTextFields_JoinsThemByOneSpace()
    {
        await _cli.RunWithInputAsync("""
            {"title": "red", "text": "shoes"}
            {"title": "", "text": "shoes"}
            {"text": "shoes"}
            """, "rerank", "red", "--text-field", "title,text", "--format", "jsonl");

        Assert.Contains("\"text\":\"red shoes\"", _cli.Output, StringComparison.Ordinal);
        Assert.Equal(2, _cli.Output.Split("\"text\":\"shoes\"").Length - 1);
    }

    [Fact]
    public async Task Rerank_TrecFormat_WritesSixColumns()
    {
        await _cli.RunWithInputAsync("""
            {"id": "a", "text": "red fish"}
            {"id": "b", "text": "red shoes"}
            """, "rerank", "red shoes", "--format", "trec", "--tag", "mine");

        Assert.Equal("1 Q0 b 1 1 mine\n1 Q0 a 2 0 mine\n", _cli.Output);
    }

    [Fact]
    public async Task Rerank_TrecFormatOfAnIdTwice_HasItOnceAndSaysSo()
    {
        await _cli.RunWithInputAsync("""
            {"id": "a", "text": "red fish"}
            {"id": "b", "text": "fish"}
            {"id": "a", "text": "red shoes"}
            """, "rerank", "red shoes", "--format", "trec", "--tag", "mine");

        Assert.Equal("1 Q0 a 1 1 mine\n1 Q0 b 2 -1 mine\n", _cli.Output);
        Assert.Contains("1 documents have the id of a better one", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rerank_MinScoreAsProbability_CutsAtTheSameLogitAndShowsProbabilities()
    {
        await _cli.RunWithInputAsync(
            Lines, "rerank", "red running shoes", "--min-score", "0.7", "--scale", "probability", "--format", "json");

        using var json = JsonDocument.Parse(_cli.Output);
        var result = Assert.Single(json.RootElement.GetProperty("results").EnumerateArray());
        Assert.Equal("probability", json.RootElement.GetProperty("scale").GetString());
        Assert.Equal(1 / (1 + Math.Exp(-2)), result.GetProperty("score").GetDouble(), 1e-12);
    }

    [Theory]
    [InlineData("2", "probability", "--min-score 2 is not on the scale 'probability', which is from 0 to 1")]
    [InlineData("-0.5", "probability", "--min-score -0.5 is not on the scale 'probability', which is from 0 to 1")]
    public async Task Rerank_MinScoreThatNoDocumentCanHave_WrongCommandLine(string score, string scale, string expected)
    {
        Assert.Equal(ExitCode.Usage, await _cli.RunWithInputAsync(Lines, "rerank", "red", "--min-score", score, "--scale", scale));
        Assert.StartsWith($"resift: {expected}", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rerank_MinScoreOnAnotherScale_IsRefused()
    {
        int code = await _cli.RunWithInputAsync(Lines, "rerank", "red", "--min-score", "0.7", "--scale", "cosine");

        Assert.Equal(ExitCode.Usage, code);
        Assert.StartsWith(
            "resift: --scale cosine cannot be had here: the scores are on the scale 'logit'", _cli.Error, StringComparison.Ordinal);
        Assert.Empty(_cli.Output);
    }

    [Fact]
    public async Task Rerank_MinScoreAboveAll_ShowsNone()
    {
        int code = await _cli.RunWithInputAsync(Lines, "rerank", "red", "--min-score", "9");

        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("0 of 3 documents", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rerank_EmbedderAsModel_RanksByCosine()
    {
        await _cli.RunWithInputAsync(Lines, "rerank", "red", "--model", "all-MiniLM-L6-v2", "--format", "json");

        Assert.Contains("\"scale\": \"cosine\"", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rerank_LongDocuments_ReportsWhatWasCut()
    {
        string text = $"short\n{string.Concat(Enumerable.Repeat("word ", 20))}\n{string.Concat(Enumerable.Repeat("word ", 30))}";

        int code = await _cli.RunWithInputAsync(text, "rerank", "word", "--max-tokens", "10", "--format", "jsonl");

        Assert.Equal((ExitCode.Ok, "resift: 2 of 3 documents were cut (largest cut: 20 tokens of document 2)\n"), (code, _cli.Error));
    }

    [Fact]
    public async Task Rerank_LongDocumentsAndTruncateError_IsAnError()
    {
        string text = string.Concat(Enumerable.Repeat("word ", 60));

        Assert.Equal(ExitCode.Error, await _cli.RunWithInputAsync(text, "rerank", "word", "--truncate", "error"));
        Assert.Equal("resift: Document 0 is too long.\n", _cli.Error);
    }

    [Fact]
    public async Task Rerank_Options_ReachTheModel()
    {
        var loader = new TestLoader();
        using var cli = new CommandLine { Loader = loader };

        await cli.RunWithInputAsync(Lines, "rerank", "red", "--max-tokens", "64", "--threads", "3");

        Assert.Equal(new LocalModelOptions { MaxTokens = 64, Threads = 3 }, loader.Options);
    }

    [Fact]
    public async Task Rerank_QueryThatLooksLikeAResponseFile_IsAQuery()
    {
        Assert.Equal(ExitCode.Ok, await _cli.RunWithInputAsync(Lines, "rerank", "@red"));
    }

    [Fact]
    public async Task Rerank_MegabyteLine_IsRead()
    {
        string text = string.Concat(Enumerable.Repeat("lorem ipsum ", 100_000)) + "\nred\n";

        Assert.Equal(ExitCode.Ok, await _cli.RunWithInputAsync(text, "rerank", "red"));
        Assert.True(_cli.Output.Length < 2_000, "a table shows the beginning of a text only");
    }

    [Theory]
    [InlineData(40)]
    [InlineData(200)]
    public async Task Rerank_AnyWidth_KeepsLinesWithinIt(int width)
    {
        using var cli = new CommandLine { Width = width };

        await cli.RunWithInputAsync(string.Concat(Enumerable.Repeat("red shoes ", 40)), "rerank", "red");

        Assert.All(cli.Output.Split('\n'), line => Assert.True(line.TrimEnd().Length <= width));
    }

    [Fact]
    public async Task Rerank_OutputFile_IsWrittenWhole()
    {
        string target = Path.Combine(_cli.Folder, "out.jsonl");

        await _cli.RunWithInputAsync(Lines, "rerank", "red", "--format", "jsonl", "--output", target);

        Assert.Equal(3, File.ReadAllLines(target).Length);
        Assert.Empty(_cli.Output);
        Assert.Equal([target], Directory.GetFiles(_cli.Folder));
    }
}
