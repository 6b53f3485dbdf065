using System.IO.Compression;
using System.Net;
using System.Text;
using Resift.Testing;

namespace Resift.Tests.Providers;

/// <summary>What a user sees in the cases that a review of all dialects went through, over real connections.</summary>
[Collection("Environment variables of providers")]
public sealed class ProviderReportTests
{
    private const string Answer = """{"results":[{"index":1,"relevance_score":0.9},{"index":0,"relevance_score":0.1}]}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RerankAsync_LimitedUntilADateFarAway_ErrorAtOnceWithTheWait()
    {
        var clock = new ManualClock();
        await using var server = new LoopbackServer(LoopbackReply.Json("""{"message":"rate limit exceeded"}""", 429)
            .With("Retry-After", clock.GetUtcNow().AddSeconds(300).ToString("R")));
        var error = await ErrorAsync(server, new() { TimeProvider = clock });
        Assert.Equal("Cohere answered 429 (TooManyRequests): rate limit exceeded. It asks to wait 300 s.", error.Message);
        Assert.Equal((TimeSpan.FromSeconds(300), true), (error.RetryAfter, error.IsTransient));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task RerankAsync_UnavailableThenAPageThenAnAnswer_Answer()
    {
        await using var server = new LoopbackServer(
            LoopbackReply.Json("{}", 503).With("retry-after-ms", "1"),
            (LoopbackReply.Json("<html>bad gateway</html>", 502) with { ContentType = "text/html" }).With("retry-after-ms", "1"),
            LoopbackReply.Json(Answer));
        using var reranker = new CohereReranker(new() { Endpoint = server.Address });
        Assert.Equal([new(1, 0.9), new(0, 0.1)], (await RerankAsync(reranker)).Results);
        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData(
        """{"id":"abc123","message":"invalid api token"}""",
        "Cohere answered 401 (Unauthorized): invalid api token. Check the key, in CO_API_KEY or COHERE_API_KEY.")]
    [InlineData(
        """{"id":"abc123","message":"Incorrect API key provided: Bearer a-key-of-a-test."}""",
        "Cohere answered 401 (Unauthorized): Incorrect API key provided: Bearer ***. Check the key, in CO_API_KEY or COHERE_API_KEY.")]
    public async Task RerankAsync_KeyThatIsRefused_SaysWhereItIsAndDoesNotShowIt(string body, string expected)
    {
        await using var server = new LoopbackServer(LoopbackReply.Json(body, 401));
        var error = await ErrorAsync(server, new() { ApiKey = "a-key-of-a-test" });
        Assert.Equal((expected, "abc123"), (error.Message, error.RequestId));
    }

    [Theory]
    [InlineData("cohere-v2", true)]
    [InlineData("tei", true)]
    [InlineData("pinecone", true)]
    [InlineData("infinity", true)]
    [InlineData("zeroentropy", true)]
    [InlineData("isaacus", true)]
    [InlineData("vertex", true)]
    [InlineData("bedrock", true)]
    [InlineData("voyage", false)]
    [InlineData("jina", false)]
    [InlineData("together", false)]
    [InlineData("mixedbread", false)]
    [InlineData("vllm", false)]
    [InlineData("sglang", false)]
    [InlineData("contextual", false)]
    public async Task RerankAsync_ScoreAboveOne_RefusedWhereTheScaleIsKnown(string name, bool isRefused)
    {
        var provider = ProviderCase.All[name];
        await using var server = new LoopbackServer(LoopbackReply.Json(provider.Scored([(0, 1.3), (1, 0.2)]).ToJsonString()));
        using var reranker = provider.Create(provider.Options(server.Address), null);
        if (isRefused)
        {
            var error = await Assert.ThrowsAsync<RerankerException>(() => RerankAsync(reranker));
            Assert.Contains("on the scale 'Probability', 0 to 1 was expected", error.Message, StringComparison.Ordinal);
            return;
        }

        Assert.Equal([new(0, 1.3), new(1, 0.2)], (await RerankAsync(reranker)).Results);
    }

    [Theory]
    [InlineData("\"a text\"")]
    [InlineData("""{"text":"a text"}""")]
    [InlineData("null")]
    public async Task RerankAsync_DocumentsInTheAnswer_PassedOver(string document)
    {
        await using var server = new LoopbackServer(LoopbackReply.Json($$"""
            {
              "results": [
                {"index":1,"relevance_score":0.9,"document":{{document}}},
                {"index":0,"relevance_score":0.1,"document":{{document}}}
              ]
            }
            """));
        using var reranker = new JinaReranker(new() { Endpoint = server.Address });
        Assert.Equal([new(1, 0.9), new(0, 0.1)], (await RerankAsync(reranker)).Results);
    }

    [Fact]
    public async Task RerankAsync_Brotli_Read()
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionMode.Compress, leaveOpen: true))
        {
            brotli.Write(Encoding.UTF8.GetBytes(Answer));
        }

        await using var server = new LoopbackServer(new LoopbackReply { Body = packed.ToArray() }.With("Content-Encoding", "br"));
        using var reranker = new CohereReranker(new() { Endpoint = server.Address });
        Assert.Equal(2, (await RerankAsync(reranker)).Results.Count);
    }

    [Theory]
    [InlineData("""{"message":"too large"}""", "application/json")]
    [InlineData("<html>413</html>", "text/html")]
    [InlineData("length limit exceeded", "text/plain")]
    public async Task RerankAsync_TooLarge_NamesTheOption(string body, string contentType)
    {
        await using var server = new LoopbackServer(LoopbackReply.Json(body, 413) with { ContentType = contentType });
        var error = await ErrorAsync(server, new());
        Assert.EndsWith(" Lower HttpRerankerOptions.MaxDocumentsPerRequest.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_Redirect_SaysWhereTo()
    {
        await using var server = new LoopbackServer(
            LoopbackReply.Json("", 307).With("Location", "https://other.example/v2/rerank?token=secret"));
        var error = await ErrorAsync(server, new());
        Assert.Equal(HttpStatusCode.TemporaryRedirect, error.StatusCode);
        Assert.EndsWith(
            "give the endpoint's final address; it points to https://other.example/v2/rerank.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_PineconesError_HasItsNameOfTheRequest()
    {
        await using var server = new LoopbackServer(LoopbackReply.Json("{}", 400).With("x-pinecone-request-id", "1234"));
        using var reranker = new PineconeReranker(new() { Endpoint = server.Address });
        Assert.Equal("1234", (await Assert.ThrowsAsync<RerankerException>(() => RerankAsync(reranker))).RequestId);
    }

    [Theory]
    [InlineData("""{"usage":{"search_units":3,"total_tokens":7}}""", 7L, 3.0)]
    [InlineData("""{"usage":{"input_tokens":5}}""", 5L, null)]
    [InlineData("""{"tokens":{"input_tokens":6,"output_tokens":0}}""", 6L, null)]
    [InlineData("""{"meta":{"tokens":{"input_tokens":4}}}""", 4L, null)]
    [InlineData("""{"meta":{"billed_units":{"search_units":1,"input_tokens":9}}}""", 9L, 1.0)]
    [InlineData("{}", null, null)]
    public async Task RerankAsync_Usage_FoundWhereTheServicesSayIt(string usage, long? tokens, double? units)
    {
        string body = $"{Answer[..^1]}{(usage == "{}" ? "" : ",")}{usage[1..]}";
        await using var server = new LoopbackServer(LoopbackReply.Json(body));
        using var reranker = new CohereReranker(new() { Endpoint = server.Address });
        var response = await RerankAsync(reranker);
        Assert.Equal((tokens, units), (response.Usage!.InputTokens, response.Usage.SearchUnits));
    }

    [Fact]
    public async Task RerankAsync_AsManyAsAModelOfPineconeTakes_OneRequest()
    {
        await using var server = new LoopbackServer(request => LoopbackReply.Json(ProviderCase.All["pinecone"].Scored(
            Enumerable.Range(0, request.Json.GetProperty("documents").GetArrayLength()).Select(index => (index, 0.5))).ToJsonString()));
        using var reranker = new PineconeReranker(new() { Endpoint = server.Address, ModelId = "cohere-rerank-4-fast" });
        await reranker.RerankAsync("q", [.. Enumerable.Repeat("d", 250)], cancellationToken: Cancellation);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("cohere-v2", "rerank-english-v3.0")]
    [InlineData("cohere-v2", "rerank-multilingual-v3.0")]
    [InlineData("voyage", "rerank-2")]
    public async Task RerankAsync_ModelsOfTheExercise_TheBestThree(string name, string model)
    {
        var provider = ProviderCase.All[name];
        await using var server = new LoopbackServer(provider.Answer);
        var options = provider.Options(server.Address);
        options.ModelId = model;
        using var reranker = provider.Create(options, null);

        var response = await reranker.RerankAsync(
            "big cats", ["birds", "big dogs", "cats", "big cats", "fish"], new() { TopN = 3 }, Cancellation);

        Assert.Equal([3, 1, 2], response.Results.Select(result => result.Index));
        Assert.Equal(model, Assert.Single(server.Requests).Json.GetProperty("model").GetString());
    }

    private static Task<RerankResponse> RerankAsync(HttpReranker reranker) =>
        reranker.RerankAsync("q", ["a", "b"], cancellationToken: Cancellation);

    private static async Task<RerankerException> ErrorAsync(LoopbackServer server, HttpRerankerOptions options)
    {
        options.Endpoint = server.Address;
        using var reranker = new CohereReranker(options);
        return await Assert.ThrowsAsync<RerankerException>(() => RerankAsync(reranker));
    }
}
