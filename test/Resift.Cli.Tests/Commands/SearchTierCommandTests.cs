using System.Text.Json;

namespace Resift.Cli.Tests.Commands;

/// <summary>What a search says about what was read, put back and cut.</summary>
public sealed class SearchTierCommandTests : IAsyncLifetime
{
    private readonly CommandLine _cli = new();

    public async ValueTask InitializeAsync()
    {
        for (int i = 0; i < 30; i++)
        {
            _cli.File($"docs/page{i:D2}.md", $"# Page {i}\n\nTo undo a commit, see number {i}.");
        }

        _cli.File("docs/CHANGELOG.md", "# Changes\n\nundo a commit how to undo a commit how to undo a commit");
        Assert.Equal((ExitCode.Ok, ""), (await _cli.RunAsync("index", _cli.At("docs"), "--db", _cli.At("x.db")), _cli.Error));
        _cli.Clear();
    }

    public ValueTask DisposeAsync()
    {
        _cli.Dispose();
        return default;
    }

    [Fact]
    public async Task Search_MoreHitsThanRead_TheRestFollowsAndSaysSo()
    {
        await SearchAsync("how to undo a commit", "--top-n", "25");

        Assert.Contains("25 documents of 31 candidate passages, 16 of them read by word-overlap", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("not read", _cli.Output, StringComparison.Ordinal);

        _cli.Clear();
        await SearchAsync("how to undo a commit", "--top-n", "25", "--format", "json");
        using var json = JsonDocument.Parse(_cli.Output);
        Assert.Equal(16, json.RootElement.GetProperty("reranked").GetInt32());
        var hits = json.RootElement.GetProperty("hits").EnumerateArray().ToArray();
        Assert.Equal(("rerank", "logit"), (Text(hits[0], "scored_by"), Text(hits[0], "scale")));
        Assert.Equal(("fused", "unspecified"), (Text(hits[24], "scored_by"), Text(hits[24], "scale")));
    }

    [Fact]
    public async Task Search_PageOfChanges_StandsBehindUnlessAskedOrSaidOtherwise()
    {
        Assert.NotEqual("docs/CHANGELOG.md", await FirstAsync("how to undo a commit", "--tier", "embedding"));
        Assert.Equal("docs/CHANGELOG.md", await FirstAsync("how to undo a commit", "--tier", "embedding", "--prior", "**=0"));
        Assert.Equal("docs/page07.md", await FirstAsync("how to undo a commit", "--tier", "embedding", "--prior", "page07.md=9"));
    }

    [Fact]
    public async Task Search_TierFull_ReadsMore()
    {
        await SearchAsync("how to undo a commit", "--tier", "full");
        Assert.Contains("18 of them read by word-overlap", _cli.Output, StringComparison.Ordinal);

        _cli.Clear();
        await SearchAsync("how to undo a commit", "--tier", "full", "--model", ModelFolder.Reranker);
        Assert.Contains("31 of them read by word-overlap", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_ScoresThatDoNotFall_SaysWhichOrderItIs()
    {
        _cli.File("docs/exact.md", "# How to undo a commit\n\nHow to undo a commit: how to undo a commit.");
        await _cli.RunAsync("index", _cli.At("docs"), "--db", _cli.At("x.db"));
        _cli.Clear();
        await SearchAsync("how to undo a commit", "--first-stage-weight", "1", "--top-n", "20");
        Assert.Contains("The order mixes", _cli.Output, StringComparison.Ordinal);

        _cli.Clear();
        await SearchAsync("how to undo a commit", "--first-stage-weight", "0");
        Assert.DoesNotContain("The order mixes", _cli.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--prior", "x")]
    [InlineData("--per-document", "0")]
    [InlineData("--first-stage-weight", "2")]
    public async Task Search_WrongValues_AreUsageErrors(params string[] args) =>
        Assert.Equal(ExitCode.Usage, await SearchAsync("how to undo a commit", args));

    [Theory]
    [InlineData("rerank", "q", "--tier", "light", "--model", "all-MiniLM-L6-v2")]
    [InlineData("rerank", "q", "--tier", "full", "--provider", "cohere")]
    public async Task Rerank_TierAndModel_AreAUsageError(params string[] args)
    {
        Assert.Equal(ExitCode.Usage, await _cli.RunWithInputAsync("a\nb\n", args));
        Assert.Contains("--tier chooses a bundled model", _cli.Error, StringComparison.Ordinal);
    }

    private async Task<string> FirstAsync(string query, params string[] args)
    {
        _cli.Clear();
        await SearchAsync(query, [.. args, "--format", "trec"]);
        return _cli.Output.Split('\n')[0].Split(' ')[2];
    }

    private Task<int> SearchAsync(string query, params string[] args) =>
        _cli.RunAsync(["search", query, "--db", _cli.At("x.db"), .. args]);

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
