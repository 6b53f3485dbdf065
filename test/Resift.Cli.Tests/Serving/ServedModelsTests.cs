using System.Net;
using System.Text.Json;
using Resift.Testing;

namespace Resift.Cli.Tests.Serving;

/// <summary>The models of <c>resift serve</c>: several by name, loaded on use, and gateways to providers.</summary>
public sealed class ServedModelsTests
{
    private const string Body = """{"query":"undo a commit","documents":["git push sends commits","undo a commit"]}""";

    [Fact]
    public async Task Serve_WithSeveralModels_AnswersByEachUnderItsName()
    {
        await using var server = await RunningServer.StartWithFileAsync(
            """
            {"server":{"models":[
              {"name":"best","reranker":"ms-marco-MiniLM-L12-v2"},
              {"reranker":"light"},
              {"name":"vectors","embedder":"all-MiniLM-L6-v2"}],
             "aliases":{"mine":"light"}}}
            """,
            "--config", "resift.json", "--with-reranker", "cosine=all-MiniLM-L6-v2");

        Assert.Equal("best", await ModelAsync(server, null));
        Assert.Equal("best", await ModelAsync(server, "rerank-v3.5"));
        Assert.Equal("light", await ModelAsync(server, "light"));
        Assert.Equal("light", await ModelAsync(server, "mine"));
        var (_, models) = await server.GetAsync("/v1/models");
        string[] names =
            [.. JsonElement.Parse(models).GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()!)];
        Assert.Equal(["best", "light", "cosine", "vectors"], names[..4]);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/v1/embeddings", """{"model":"vectors","input":"a"}""")).Status);
        // A cosine is no probability.
        Assert.Equal(HttpStatusCode.BadRequest, (await server.PostAsync("/v1/rerank", Named("cosine"))).Status);
    }

    [Fact]
    public async Task Serve_WithABudgetForOneModel_LoadsTheFirstAheadAndOthersInItsPlaceWhenTheyAreAskedFor()
    {
        var loader = new TestLoader();
        // Each takes 87 MiB by what the double says of its parameters.
        await using var server = await RunningServer.StartAsync(
            new CommandLine { Loader = loader },
            """
            {"server":{"models":[
              {"embedder":"all-MiniLM-L6-v2"},
              {"name":"ahead","reranker":"full"},
              {"name":"later","reranker":"light"}],
             "memoryBudgetMiB":100}}
            """,
            handler: null, "--config", "resift.json");

        Assert.Equal([ModelFolder.StrongReranker], loader.LoadedRerankers);
        await ModelAsync(server, "later");
        await ModelAsync(server, "later");
        Assert.Equal([ModelFolder.StrongReranker, ModelFolder.Reranker], loader.LoadedRerankers);
        await ModelAsync(server, "ahead");
        Assert.Equal([ModelFolder.StrongReranker, ModelFolder.Reranker, ModelFolder.StrongReranker], loader.LoadedRerankers);
    }

    [Fact]
    public async Task Serve_WithAProvider_IsAGatewayWithCacheFallbackAndBudget()
    {
        bool isDown = false;
        await using var provider = new LoopbackServer(request => isDown
            ? LoopbackReply.Json("""{"message":"out of order"}""", 401)
            : ScoringApi.Answer(request, (_, documents) => [.. documents.Select(document => document.Length / 100.0)]));
        var cli = new CommandLine();
        cli.Environment["MY_KEY"] = "secret";
        await using var server = await RunningServer.StartAsync(
            cli,
            $$$"""
            {"rerankers":{"hosted":
               {"provider":"cohere","model":"rerank-v3.5","endpoint":"{{{provider.Address}}}","apiKeyVariable":"MY_KEY"}},
             "server":{"models":[
               {"name":"first","reranker":"hosted","fallback":["local"],"cacheMinutes":5},
               {"name":"bare","reranker":"hosted"},
               {"name":"poor","reranker":"hosted","maxCostPerHour":0.000001},
               {"name":"local","reranker":"light"}]}}
            """,
            handler: null, "--config", "resift.json", "--own-names");

        Assert.Equal("first", await ModelAsync(server, "first"));
        Assert.Single(provider.Requests);
        Assert.Equal("Bearer secret", provider.Requests[0].Headers["Authorization"]);
        await server.PostAsync("/v1/rerank", Named("first"));
        Assert.Single(provider.Requests);

        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/v1/rerank", Named("poor"))).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await server.PostAsync("/v1/rerank", Named("poor"))).Status);

        isDown = true;
        Assert.Equal(HttpStatusCode.BadGateway, (await server.PostAsync("/v1/rerank", Named("bare"))).Status);
        using var answered = await server.SendAsync(
            HttpMethod.Post, "/v1/rerank", """{"model":"first","query":"other words","documents":["other words","b"]}""");
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        Assert.Equal("true", answered.Headers.GetValues("X-Resift-Degraded").Single());
    }

    [Fact]
    public async Task RerankAsync_OfAModelThatIsLoadedAgain_GivesTheSameScoresToTheBit()
    {
        var local = new LocalModels(new LocalModelLoader(_ => null), new());
        ServedModel[] all =
        [
            new("strong", ModelFolder.StrongReranker), new("light", ModelFolder.Reranker),
            new("vectors", ModelFolder.Embedder) { IsEmbedder = true },
        ];
        long budget = new[] { ModelFolder.StrongReranker, ModelFolder.Reranker, ModelFolder.Embedder }
            .Max(name => local.BytesOf(local.ReadInfo(name)));
        using var models = new ServedModels(all, model => Choice(model, local), local, budget);
        string[] documents = ["git reset undoes a commit", "bread is baked hot", "a commit can be undone"];

        await models.WarmAsync(TestContext.Current.CancellationToken);
        var first = await RerankAsync("strong");
        Assert.Equal(["strong"], models.Loaded);
        await RerankAsync("light");
        Assert.Equal(["light"], models.Loaded);
        var again = await RerankAsync("strong");

        Assert.Equal(first.Select(result => (result.Index, result.Score)), again.Select(result => (result.Index, result.Score)));

        async Task<IReadOnlyList<RerankResult>> RerankAsync(string name) => (await models.Rerankers[name].RerankAsync(
            "how do I undo a commit", documents, cancellationToken: TestContext.Current.CancellationToken)).Results;
    }

    [Fact]
    public void Metadata_BeforeAModelIsLoaded_IsThatOfTheLoadedOne()
    {
        var local = new LocalModels(new LocalModelLoader(_ => null), new());
        using var models = new ServedModels(
            [new("strong", ModelFolder.StrongReranker), new("vectors", ModelFolder.Embedder) { IsEmbedder = true }],
            model => Choice(model, local), local, budget: null);
        using var loaded = local.OpenReranker(ModelFolder.StrongReranker);

        var before = models.Rerankers["strong"].GetService<RerankerMetadata>()!;
        var after = loaded.GetService<RerankerMetadata>()!;

        Assert.Empty(models.Loaded);
        Assert.Equal(
            (after.ProviderName, after.DefaultModelId, after.ScoreScale, after.IsPointwise, after.MaxTokensPerPair),
            (before.ProviderName, before.DefaultModelId, before.ScoreScale, before.IsPointwise, before.MaxTokensPerPair));
    }

    [Theory]
    [InlineData("""{"server":{"models":[{"name":"a"}]}}""", ExitCode.Error, "either \"reranker\" or \"embedder\"")]
    [InlineData("""{"server":{"models":[{"embedder":"e","cacheMinutes":1}]}}""", ExitCode.Error, "are about rerankers")]
    [InlineData("""{"server":{"models":[{"reranker":"light","cacheMinutes":0}]}}""", ExitCode.Error, "above 0")]
    [InlineData("""{"server":{"models":[{"reranker":"light"},{"reranker":"light"}]}}""", ExitCode.Usage, "the name 'light'")]
    [InlineData("""{"server":{"models":[{"reranker":"light","fallback":["light"]}]}}""", ExitCode.Usage, "no other reranker")]
    [InlineData("""{"server":{"models":[{"reranker":"light"}],"memoryBudgetMiB":1}}""", ExitCode.Usage, "raise --memory-budget")]
    [InlineData("""{"server":{"maxBodyMiB":0}}""", ExitCode.Error, "1 to 2047")]
    [InlineData("""{"server":{"maxBodyMiB":2048}}""", ExitCode.Error, "1 to 2047")]
    [InlineData("""{"server":{"models":[{"reranker":"missing-model"}]}}""", ExitCode.Error, "missing-model")]
    public async Task Serve_WithModelsThatMeanNothing_IsRefused(string json, int code, string expected)
    {
        using var cli = new CommandLine();

        Assert.Equal(code, await cli.RunAsync("serve", "--config", cli.File("resift.json", json)));
        Assert.Contains(expected, cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Check_OfAServer_SaysWhetherItIsReady(bool isTls)
    {
        var cli = new CommandLine();
        HttpMessageHandler? handler = null;
        string[] tls = [];
        if (isTls)
        {
            tls = ["--tls-certificate", cli.File("server.pem", TestCertificate.Create())];
            handler = new SocketsHttpHandler
            {
                // Nobody but itself vouches for it.
                SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.Issuer == shown?.Subject },
            };
        }

        int port;
        await using (var server = await RunningServer.StartAsync(cli, configuration: null, handler, tls))
        {
            port = server.Address.Port;
            using var asking = new CommandLine();
            if (isTls)
            {
                tls = ["--tls-certificate", asking.File("server.pem", "whatever it holds")];
            }

            Assert.Equal(ExitCode.Ok, await asking.RunAsync(["serve", "--check", "--port", $"{port}", .. tls]));
            Assert.Equal("ready\n", asking.Output);
        }

        using var late = new CommandLine();
        Assert.Equal(ExitCode.Error, await late.RunAsync("serve", "--check", "--port", $"{port}"));
        Assert.Contains("is not ready", late.Error, StringComparison.Ordinal);
    }

    private static RerankerChoice Choice(ServedModel model, LocalModels local) =>
        new(new(model.Source, RemoteProvider.Local) { Model = model.Source }, ModelFolder.StrongReranker, local, _ => null);

    private static string Named(string model) => Body.Insert(1, $"\"model\":\"{model}\",");

    private static async Task<string> ModelAsync(RunningServer server, string? model)
    {
        using var response = await server.SendAsync(HttpMethod.Post, "/v1/rerank", model is null ? Body : Named(model));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response.Headers.GetValues("X-Resift-Model").Single();
    }
}
