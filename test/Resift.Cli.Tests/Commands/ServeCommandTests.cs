using System.Net;
using Resift.Retrieval;

namespace Resift.Cli.Tests.Commands;

/// <summary><c>resift serve</c>, on a free port of this machine.</summary>
public sealed class ServeCommandTests
{
    private const string Documents = """["git push sends commits","undo a commit"]""";

    [Fact]
    public async Task Serve_WithoutOptions_AnswersAClientOfCohereAndOneOfOpenAI()
    {
        await using var server = await RunningServer.StartAsync();

        var rerank = await server.PostAsync(
            "/v2/rerank", $"{{\"model\":\"rerank-v3.5\",\"query\":\"undo a commit\",\"documents\":{Documents}}}");
        var embed = await server.PostAsync("/v1/embeddings", """{"model":"text-embedding-3-small","input":"commit"}""");
        int code = await server.StopAsync();

        Assert.Equal(HttpStatusCode.OK, rerank.Status);
        Assert.Equal(1, rerank.Json.GetProperty("results")[0].GetProperty("index").GetInt32());
        Assert.Equal(HttpStatusCode.OK, embed.Status);
        Assert.Equal(ModelFolder.Embedder, embed.Json.GetProperty("model").GetString());
        Assert.Equal(ExitCode.Ok, code);
        Assert.Equal("", server.Cli.Error);
    }

    [Fact]
    public async Task Serve_WithAnIndex_SearchesItAndServesAgents()
    {
        using var cli = await IndexedAsync();
        await using var server = await RunningServer.StartAsync("--db", cli.At("notes.db"));

        var found = await server.PostAsync("/resift/search", """{"query":"undo a commit","top_n":1}""");
        var info = await server.GetAsync("/resift/info");
        var agent = await server.GetAsync("/mcp");

        Assert.Equal(HttpStatusCode.OK, found.Status);
        Assert.Equal("notes", found.Json.GetProperty("index").GetString());
        Assert.EndsWith("undo.md", found.Json.GetProperty("hits")[0].GetProperty("document_id").GetString(), StringComparison.Ordinal);
        Assert.Contains("\"indexes\":[\"notes\"]", info.Text, StringComparison.Ordinal);
        // It is there, and has no sessions that could be listened to.
        Assert.Equal(HttpStatusCode.MethodNotAllowed, agent.Status);
    }

    [Fact]
    public async Task Serve_WithAProfile_SearchesByIt()
    {
        using var cli = await IndexedAsync();
        new SearchProfile { Retriever = RetrieverKind.Lexical, Tier = SearchTier.FirstStageOnly, Candidates = 7 }.Save(cli.At("p.json"));
        await using var server = await RunningServer.StartAsync("--db", cli.At("notes.db"), "--profile", cli.At("p.json"));

        var found = await server.PostAsync("/resift/search", """{"query":"undo a commit"}""");

        Assert.Equal(HttpStatusCode.OK, found.Status);
        Assert.Equal(0, found.Json.GetProperty("reranked").GetInt32());
        var hit = Assert.Single(found.Json.GetProperty("hits").EnumerateArray());
        Assert.Equal("bm25", Assert.Single(hit.GetProperty("stages").EnumerateArray()).GetProperty("stage").GetString());
    }

    [Theory]
    [InlineData(null, "--max-body", "1")]
    [InlineData("""{"server":{"maxBodyMiB":1}}""", "--config", "resift.json")]
    [InlineData("""{"server":{"maxBodyMiB":64}}""", "--config", "resift.json", "--max-body", "1")]
    public async Task Serve_BodyBeyondWhatIsAllowed_IsRefusedBeforeItIsRead(string? configuration, params string[] args)
    {
        await using var server = await RunningServer.StartWithFileAsync(configuration, args);
        string Request(int letters) => $$"""{"query":"q","documents":["{{new string('a', letters)}}"]}""";

        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/resift/rerank", Request(1_000_000))).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await server.PostAsync("/resift/rerank", Request(1_100_000))).Status);
    }

    [Fact]
    public async Task Serve_BodyLargerThanAnArray_IsAUsageError()
    {
        using var cli = new CommandLine();

        Assert.Equal(ExitCode.Usage, await cli.RunAsync("serve", "--max-body", "2048"));
        Assert.Contains("at most 2047, but got '2048'", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_ProfileOfAnotherEmbedder_IsRefused()
    {
        using var cli = await IndexedAsync();
        new SearchProfile { Embedder = new() { Name = "another" } }.Save(cli.At("p.json"));

        Assert.Equal(ExitCode.Error, await cli.RunAsync("serve", "--db", cli.At("notes.db"), "--profile", cli.At("p.json")));

        Assert.Contains("The profile was fitted to the embedder 'another'", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_ProfileWithoutIndex_IsAUsageError()
    {
        using var cli = new CommandLine();
        new SearchProfile().Save(cli.At("p.json"));

        Assert.Equal(ExitCode.Usage, await cli.RunAsync("serve", "--profile", cli.At("p.json")));
    }

    [Theory]
    [InlineData(HttpStatusCode.OK)]
    [InlineData(HttpStatusCode.NotFound, "--no-playground")]
    public async Task Serve_AtItsRoot_HasThePlaygroundUnlessItIsNotWanted(HttpStatusCode expected, params string[] args)
    {
        await using var server = await RunningServer.StartAsync(args);

        Assert.Equal(expected, (await server.GetAsync("/")).Status);
    }

    [Fact]
    public void HostedNames_HaveTheModelsThatOurOwnClientsAskFor()
    {
        var options = new HttpRerankerOptions { ApiKey = "test", Endpoint = new("http://localhost") };
        IReranker[] clients =
        [
            new CohereReranker(options), new VoyageReranker(options), new JinaReranker(options), new MixedbreadReranker(options),
            new PineconeReranker(options),
        ];

        Assert.All(clients, client => Assert.Contains(client.GetService<RerankerMetadata>()!.DefaultModelId, HostedNames.Rerankers));
        Array.ForEach(clients, client => client.Dispose());
    }

    [Fact]
    public async Task Serve_WithOwnNamesAndAnAlias_AnswersToThem()
    {
        await using var server = await RunningServer.StartAsync(
            "--own-names", "--tier", "light", "--alias", $"mine={ModelFolder.Reranker}");

        var hosted = await server.PostAsync("/v2/rerank", $"{{\"model\":\"rerank-v3.5\",\"query\":\"q\",\"documents\":{Documents}}}");
        var mine = await server.PostAsync("/v2/rerank", $"{{\"model\":\"mine\",\"query\":\"q\",\"documents\":{Documents}}}");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.OK), (hosted.Status, mine.Status));
    }

    [Fact]
    public async Task Serve_WithAConfigurationFile_TakesKeysAndAliasesFromIt()
    {
        // The hash of "test".
        const string Json = """
            {
              "server": {
                "keyHashes": ["sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
                "aliases": { "mine": "ms-marco-MiniLM-L12-v2" }
              }
            }
            """;
        await using var server = await RunningServer.StartWithFileAsync(Json, "--config", "resift.json");
        string body = $"{{\"model\":\"mine\",\"query\":\"q\",\"documents\":{Documents}}}";

        var without = await server.PostAsync("/v2/rerank", body);
        var with = await server.PostAsync("/v2/rerank", body, key: "test");

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (without.Status, with.Status));
    }

    [Theory]
    [InlineData("0.0.0.0", "no key is set", "--host", "0.0.0.0")]
    [InlineData("example.com", "an IP address", "--host", "example.com")]
    [InlineData("70000", "at most 65535", "--port", "70000")]
    [InlineData("mine", "NAME=MODEL", "--alias", "mine")]
    [InlineData("--collection", "belongs to --db", "--collection", "notes")]
    [InlineData("nobody", "the models are", "--alias", "mine=nobody")]
    public async Task Serve_WithOptionsThatMeanNothing_IsRefused(string named, string expected, params string[] args)
    {
        using var cli = new CommandLine();

        int code = await cli.RunAsync(["serve", .. args]);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(named, cli.Error, StringComparison.Ordinal);
        Assert.Contains(expected, cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_WithAFileThatWasOnlyFound_DoesNotFollowIt()
    {
        await using var server = await RunningServer.StartWithFileAsync("""{"server":{"port":-1}}""");

        var reply = await server.PostAsync("/v1/rerank", $"{{\"query\":\"q\",\"documents\":{Documents}}}");

        Assert.Equal(HttpStatusCode.OK, reply.Status);
    }

    private static async Task<CommandLine> IndexedAsync()
    {
        var cli = new CommandLine();
        cli.File("docs/undo.md", "undo a commit");
        cli.File("docs/bread.md", "bake bread");
        Assert.Equal(ExitCode.Ok, await cli.RunAsync("index", cli.At("docs"), "--db", cli.At("notes.db")));
        return cli;
    }
}
