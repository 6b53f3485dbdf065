using Resift.Testing;

namespace Resift.Tests.Providers;

/// <summary>Where requests go and what goes along: addresses with models, final ones, headers and tokens.</summary>
[Collection("Environment variables of providers")]
public sealed class ProviderAddressTests
{
    private const string Answer = """{"results":[{"index":0,"relevance_score":0.5}]}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("al-0123456789", "https://ai.mongodb.com/v1/rerank")]
    [InlineData("pa-0123456789", "https://api.voyageai.com/v1/rerank")]
    public void GetService_KeyOfVoyage_DecidesTheAddress(string key, string expected)
    {
        using var reranker = new VoyageReranker(new() { ApiKey = key });
        Assert.Equal(expected, reranker.GetService<RerankerMetadata>()!.ProviderUri!.ToString());
    }

    [Fact]
    public void GetService_KeyOfMongoDBWithAnAddress_TheAddressCounts()
    {
        using var reranker = new VoyageReranker(new() { ApiKey = "al-0123456789", Endpoint = new("http://proxy/v1") });
        Assert.Equal("http://proxy/v1/rerank", reranker.GetService<RerankerMetadata>()!.ProviderUri!.ToString());
    }

    [Theory]
    [InlineData("https://dashscope-intl.aliyuncs.com", "https://dashscope-intl.aliyuncs.com/compatible-api/v1/reranks")]
    [InlineData("https://w1.maas.aliyuncs.com/compatible-api/v1", "https://w1.maas.aliyuncs.com/compatible-api/v1/reranks")]
    public void GetService_AddressWithABeginningOfThePath_TheRestIsAppended(string endpoint, string expected)
    {
        using var reranker = new DashScopeReranker(new() { Endpoint = new(endpoint) });
        Assert.Equal(expected, reranker.GetService<RerankerMetadata>()!.ProviderUri!.ToString());
    }

    [Fact]
    public async Task RerankAsync_FinalAddress_NothingAppended()
    {
        await using var server = new LoopbackServer(LoopbackReply.Json(Answer));
        using var reranker = new JinaReranker(
            new() { Endpoint = new(server.Address, "/gateway/reranks?version=2"), IsEndpointFinal = true });
        await reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation);
        Assert.Equal("/gateway/reranks?version=2", server.Requests[0].Path);
    }

    [Fact]
    public void Constructor_FinalAddressWithoutOne_Refused()
    {
        var error = Assert.Throws<ArgumentException>(() => new JinaReranker(new() { ApiKey = "k", IsEndpointFinal = true }));
        Assert.Contains("Set Endpoint", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_ModelOfTheCall_IsInThePath()
    {
        await using var server = new LoopbackServer(LoopbackReply.Json("""{"scores":[0.5]}"""));
        using var reranker = new DeepInfraReranker(new() { Endpoint = server.Address, ModelId = "one/model" });
        await reranker.RerankAsync("q", ["a"], new() { ModelId = "other/mo del?" }, Cancellation);
        Assert.Equal("/v1/inference/other/mo%20del%3F", server.Requests[0].Path);
        await Assert.ThrowsAsync<ArgumentException>(
            () => reranker.RerankAsync("q", ["a"], new() { ModelId = "../../elsewhere" }, Cancellation));
    }

    [Theory]
    [InlineData("eu-west-1", "https://bedrock-runtime.eu-west-1.amazonaws.com/model/cohere.rerank-v3-5%3A0/invoke")]
    [InlineData("example.com/", null)]
    [InlineData(null, null)]
    public void Constructor_RegionOfBedrock_DecidesTheAddress(string? region, string? expected)
    {
        string?[] before = [Environment.GetEnvironmentVariable("AWS_REGION"), Environment.GetEnvironmentVariable("AWS_DEFAULT_REGION")];
        try
        {
            Environment.SetEnvironmentVariable("AWS_REGION", region);
            Environment.SetEnvironmentVariable("AWS_DEFAULT_REGION", null);
            if (expected is null)
            {
                Assert.Throws<InvalidOperationException>(() => new BedrockReranker(new() { ApiKey = "k" }));
                return;
            }

            using var reranker = new BedrockReranker(new() { ApiKey = "k" });
            Assert.Equal(expected, reranker.GetService<RerankerMetadata>()!.ProviderUri!.AbsoluteUri);
        }
        finally
        {
            Environment.SetEnvironmentVariable("AWS_REGION", before[0]);
            Environment.SetEnvironmentVariable("AWS_DEFAULT_REGION", before[1]);
        }
    }

    [Fact]
    public async Task RerankAsync_HeadersOfTheOptions_SentAndTakenOutOfErrors()
    {
        await using var server = new LoopbackServer(
            LoopbackReply.Json(Answer), LoopbackReply.Json("""{"message":"no such tenant: tenant-1234"}""", 400));
        var options = new HttpRerankerOptions
        {
            ApiKey = ProviderCase.Key,
            Endpoint = server.Address,
            Headers = new Dictionary<string, string> { ["X-Tenant"] = "tenant-1234", ["User-Agent"] = "my-app/1.0" },
        };
        using var reranker = new CohereReranker(options);
        options.Headers["X-Tenant"] = "changed afterwards";

        await reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation);
        var sent = server.Requests[0].Headers;
        Assert.Equal(("tenant-1234", "my-app/1.0"), (sent["X-Tenant"], sent["User-Agent"]));
        Assert.Equal($"Bearer {ProviderCase.Key}", sent["Authorization"]);
        var error = await Assert.ThrowsAsync<RerankerException>(
            () => reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation));
        Assert.Contains("no such tenant: ***", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("tenant-1234", options.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Authorization", "Bearer 1234")]
    [InlineData("Content-Type", "text/plain")]
    [InlineData("Host", "elsewhere")]
    [InlineData("No Name", "1234")]
    [InlineData("X-Line", "a\r\nX-Other: b")]
    public void Constructor_HeaderThatCannotBe_RefusedWithoutItsValue(string name, string value)
    {
        var error = Assert.Throws<ArgumentException>(
            () => new CohereReranker(new() { ApiKey = "k", Headers = new Dictionary<string, string> { [name] = value } }));
        Assert.Contains($"'{name}'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_TokenProvider_AskedForEachRequestAndItsTokenNotShown()
    {
        int tokens = 0;
        await using var server = new LoopbackServer(
            LoopbackReply.Json(Answer), LoopbackReply.Json("""{"message":"expired: token-number-2"}""", 401));
        using var reranker = new CohereReranker(new()
        {
            Endpoint = server.Address,
            TokenProvider = _ => ValueTask.FromResult($"token-number-{++tokens}"),
        });

        await reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation);
        var error = await Assert.ThrowsAsync<RerankerException>(
            () => reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation));

        Assert.Equal(
            ["Bearer token-number-1", "Bearer token-number-2"], server.Requests.Select(request => request.Headers["Authorization"]));
        Assert.Contains("expired: ***. Check the token, of HttpRerankerOptions.TokenProvider.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_TokenProviderAtThePublicAddress_NeedsNoKey()
    {
        using var reranker = new VertexReranker(new() { TokenProvider = _ => ValueTask.FromResult("t") }, projectId: "p");
        Assert.Equal(ScoreScale.Probability, reranker.GetService<RerankerMetadata>()!.ScoreScale);
        Assert.Throws<ArgumentException>(() => new VertexReranker(
            new() { ApiKey = "k", TokenProvider = _ => ValueTask.FromResult("t") }, projectId: "p"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("two words")]
    public async Task RerankAsync_TokenThatIsNone_RefusedBeforeAnythingIsSent(string? token)
    {
        await using var server = new LoopbackServer(LoopbackReply.Json(Answer));
        using var reranker = new CohereReranker(
            new() { Endpoint = server.Address, TokenProvider = _ => ValueTask.FromResult(token!) });
        var error = await Assert.ThrowsAsync<RerankerException>(
            () => reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation));
        Assert.Contains("gave no token", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task RerankAsync_TokenProviderThatFails_ErrorOfTheCall()
    {
        using var reranker = new CohereReranker(
            new() { Endpoint = new("http://127.0.0.1:1"), TokenProvider = _ => throw new HttpRequestException("no network") });
        var error = await Assert.ThrowsAsync<RerankerException>(
            () => reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation));
        Assert.Contains("no request was sent: no network", error.Message, StringComparison.Ordinal);
        Assert.True(error.IsTransient);
    }
}
