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

        _cli.File("docs/CHANGELOG.md", "# Page 30\n\nTo undo a commit, see number 30.");
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
    public async Task Search_PageOfChanges_StandsBackUnlessAskedOrSaidOtherwise()
    {
        const string Query = "how to undo a commit";
        int usual = await PlaceAsync("docs/CHANGELOG.md", Query);
        int untouched = await PlaceAsync("docs/CHANGELOG.md", Query, "--prior", "**=0");
        Assert.True(usual > untouched, $"{usual} against {untouched}");
        Assert.Equal(untouched, await PlaceAsync("docs/CHANGELOG.md", Query, "--prior", "CHANGELOG.md=0"));
        Assert.Equal(1, await PlaceAsync("docs/page07.md", Query, "--prior", "page07.md=99"));
        Assert.Equal(31, await PlaceAsync("docs/page07.md", Query, "--prior", "page07.md=-99"));
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
        _cli.File("docs/other.md", "# Other\n\nNothing of the kind.");
        await _cli.RunAsync("index", _cli.At("docs"), "--db", _cli.At("x.db"));
        _cli.Clear();
        await SearchAsync("how to undo a commit", "--tier", "full", "--model", ModelFolder.Reranker, "--prior", "other.md=99");
        Assert.Contains("The order mixes", _cli.Output, StringComparison.Ordinal);

        _cli.Clear();
        await SearchAsync("how to undo a commit", "--first-stage-weight", "0", "--prior", "**=0");
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

    private async Task<int> PlaceAsync(string id, string query, params string[] args)
    {
        _cli.Clear();
        await SearchAsync(query, ["--tier", "embedding", "--top-n", "50", .. args, "--format", "trec"]);
        return Array.FindIndex(_cli.Output.Split('\n'), line => line.Contains($" {id} ", StringComparison.Ordinal)) + 1;
    }

    private Task<int> SearchAsync(string query, params string[] args) =>
        _cli.RunAsync(["search", query, "--db", _cli.At("x.db"), .. args]);

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
