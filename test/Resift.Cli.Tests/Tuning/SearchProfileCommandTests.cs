using Resift.Retrieval;
using Resift.Sqlite;

namespace Resift.Cli.Tests.Tuning;

/// <summary>Searches that go by a profile.</summary>
public sealed class SearchProfileCommandTests : IAsyncLifetime
{
    private const string Query = "how to undo a commit, see number 7";

    private readonly CommandLine _cli = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        for (int i = 0; i < 30; i++)
        {
            _cli.File($"docs/page{i:D2}.md", $"# Page {i}\n\nTo undo a commit, {(i % 3 == 0 ? "see" : "look at")} number {i}.");
        }

        Assert.Equal((ExitCode.Ok, ""), (await _cli.RunAsync("index", _cli.At("docs"), "--db", _cli.At("x.db")), _cli.Error));
        _cli.Clear();
    }

    public ValueTask DisposeAsync()
    {
        _cli.Dispose();
        return default;
    }

    [Theory]
    [InlineData(RetrieverKind.Hybrid, SearchTier.Light, 7, 0.2)]
    [InlineData(RetrieverKind.Lexical, SearchTier.Full, 25, 0.0)]
    [InlineData(RetrieverKind.Dense, SearchTier.FirstStageOnly, null, 1.0)]
    public async Task Search_Profile_GivesTheOrderOfTheTwoStageRetriever(RetrieverKind kind, SearchTier tier, int? depth, double weight)
    {
        var profile = new SearchProfile
        {
            Retriever = kind,
            Fusion = new() { Method = FusionMethod.Sum, Normalization = ScoreNormalization.ZScore, Weights = [0.6, 0.4] },
            Candidates = 28,
            Tier = tier,
            Depth = depth,
            FirstStageWeight = weight,
        };

        var expected = await ExpectedAsync(profile);
        string[] found = await SearchAsync("--profile", Write(profile), "--top-n", "28");

        Assert.Equal(28, found.Length);
        Assert.Equal(expected, found);
        Assert.NotEqual(expected, await SearchAsync("--top-n", "28"));
    }

    [Fact]
    public async Task Search_OptionsBesideAProfile_Win()
    {
        string profile = Write(new() { Retriever = RetrieverKind.Lexical, Tier = SearchTier.Light, Depth = 3, Candidates = 20 });

        Assert.Contains("20 candidate passages, 3 of them read", await TextAsync("--profile", profile), StringComparison.Ordinal);
        Assert.Contains("9 candidate passages, 3 of them", await TextAsync("--profile", profile, "--candidates", "9"),
            StringComparison.Ordinal);

        // What was fitted to one tier says nothing about another.
        Assert.Contains("20 candidate passages, 18 of them read", await TextAsync("--profile", profile, "--tier", "full"),
            StringComparison.Ordinal);
        Assert.Contains("not reranked", await TextAsync("--profile", profile, "--tier", "embedding"), StringComparison.Ordinal);
        Assert.Equal(
            await SearchAsync("--profile", profile, "--retriever", "dense", "--first-stage-weight", "0"),
            await SearchAsync("--profile", Write(new()
            {
                Retriever = RetrieverKind.Dense,
                Tier = SearchTier.Light,
                Depth = 3,
                Candidates = 20,
                FirstStageWeight = 0,
            }, "other.json")));
    }

    [Fact]
    public async Task Search_ThresholdOfAProfile_CutsUnlessAnotherIsAsked()
    {
        string profile = Write(new()
        {
            Retriever = RetrieverKind.Lexical,
            Tier = SearchTier.Light,
            Depth = 30,
            MinScore = 0.99,
            MinScoreScale = ScoreScale.Probability,
        });
        int all = (await SearchAsync("--profile", profile, "--min-score", "0", "--scale", "logit", "--top-n", "99")).Length;
        int kept = (await SearchAsync("--profile", profile, "--top-n", "99")).Length;

        Assert.Equal(30, all);
        Assert.InRange(kept, 1, 20);
        Assert.Equal(kept, (await SearchAsync("--profile", profile, "--scale", "logit", "--top-n", "99")).Length);
        Assert.Equal(5, (await SearchAsync("--profile", profile, "--tier", "full")).Length);
    }

    [Fact]
    public async Task Ask_Profile_ReadsWhatTheSearchFinds()
    {
        string profile = Write(new() { Retriever = RetrieverKind.Lexical, Tier = SearchTier.FirstStageOnly, FirstStageWeight = 1 });
        string[] found = await SearchAsync("--profile", profile);
        _cli.Clear();

        Assert.Equal((ExitCode.Ok, ""), (await _cli.RunAsync(
            "ask", Query, "--db", _cli.At("x.db"), "--profile", profile, "--dry-run"), _cli.Error));

        int last = -1;
        foreach (string id in found)
        {
            int at = _cli.Output.IndexOf($"number {int.Parse(id.AsSpan("docs/page".Length, 2), null)}.", StringComparison.Ordinal);
            Assert.True(at > last, $"{id} at {at} in {_cli.Output}");
            last = at;
        }
    }

    [Fact]
    public async Task Search_ProfileOfAnotherModel_IsRefusedUnlessThatModelIsNotUsed()
    {
        string profile = Write(new()
        {
            Retriever = RetrieverKind.Hybrid,
            Tier = SearchTier.Light,
            Embedder = new() { Name = "other-embedder", Fingerprint = "ab" },
        });

        Assert.Equal(ExitCode.Error, await RunAsync("--profile", profile));
        Assert.Contains("was fitted to the embedder 'other-embedder' (ab), and this is 'letters'", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("--profile none", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, await RunAsync("--profile", profile, "--retriever", "lexical"));
        Assert.Equal(ExitCode.Ok, await RunAsync("--profile", "none"));
    }

    [Fact]
    public async Task Search_ProfileOfTheConfiguration_IsFollowedWhereTheFileIsTrusted()
    {
        Write(new() { Retriever = RetrieverKind.Lexical, Tier = SearchTier.Light, Depth = 4 }, "own/profile.json");
        string config = _cli.File("own/my.json", "{\"defaults\":{\"profile\":\"profile.json\",\"tier\":\"embedding\"}}");

        Assert.Contains(" 4 of them read", await TextAsync("--config", config), StringComparison.Ordinal);
        Assert.Contains("not reranked", await TextAsync("--config", config, "--profile", "none"), StringComparison.Ordinal);
        Assert.Contains(" 2 of them read", await TextAsync(
            "--config", config, "--profile", Write(new() { Tier = SearchTier.Light, Depth = 2 })), StringComparison.Ordinal);

        _cli.File("resift.json", "{\"defaults\":{\"profile\":\"own/profile.json\"}}");
        Assert.Contains("16 of them read", await TextAsync(), StringComparison.Ordinal);
        Assert.Contains("\"profile\" of", _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"version\": 9}", "Its version is 9")]
    [InlineData("{\"version\": 1, \"tier\": \"light\", \"dept\": 3}", "dept")]
    public async Task Search_BadProfile_SaysWhichFileAndWhy(string content, string reason)
    {
        Assert.Equal(ExitCode.Error, await RunAsync("--profile", _cli.File("bad.json", content)));
        Assert.Contains("bad.json' cannot be used", _cli.Error, StringComparison.Ordinal);
        Assert.Contains(reason, _cli.Error, StringComparison.Ordinal);

        Assert.Equal(ExitCode.Error, await RunAsync("--profile", _cli.At("none.json")));
    }

    private string Write(SearchProfile profile, string name = "profile.json") => _cli.File(name, profile.ToJson());

    private async Task<string[]> ExpectedAsync(SearchProfile profile)
    {
        using var index = SqliteIndex.Open(_cli.At("x.db"), new() { ReadOnly = true });
        var collection = index.GetCollection();
        using var reranker = new WordOverlapReranker(new());
        var options = profile.ToSearchOptions();
        options.TopN = 28;
        var retriever = profile.CreateRetriever(collection.Lexical, collection.CreateDense(new LetterEmbedder()));
        var response = await new TwoStageRetriever(retriever, reranker).SearchAsync(Query, options, Stop);
        return [.. response.Hits.Select(hit => hit.Id)];
    }

    private async Task<string[]> SearchAsync(params string[] args)
    {
        _cli.Clear();
        Assert.Equal((ExitCode.Ok, ""), (await RunAsync([.. args, "--format", "trec"]), _cli.Error));
        return [.. _cli.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[2])];
    }

    private async Task<string> TextAsync(params string[] args)
    {
        _cli.Clear();
        Assert.Equal(ExitCode.Ok, await RunAsync(args));
        return _cli.Output;
    }

    private Task<int> RunAsync(params string[] args) => _cli.RunAsync(["search", Query, "--db", _cli.At("x.db"), .. args]);
}
