using System.Net;
using System.Text;

namespace Resift.Tests.Providers;

/// <summary>Every documented error body, and those of proxies in between, as an exception that says what is wrong.</summary>
public sealed class ProviderErrorTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("cohere-v2", 400, """{"id":"r1","message":"invalid request: query must not be empty"}""", "query must", false)]
    [InlineData("cohere-v2", 401, """{"id":"r1","message":"invalid api token"}""", "invalid api token", false)]
    [InlineData("cohere-v2", 402, """{"message":"billing"}""", "Check the account's balance", false)]
    [InlineData("cohere-v2", 403, """{"message":"forbidden"}""", "CO_API_KEY or COHERE_API_KEY", false)]
    [InlineData("cohere-v2", 404, """{"message":"model 'xyz' not found"}""", "model 'xyz' not found", false)]
    [InlineData("cohere-v2", 422, """{"message":"unknown field: parameter 'top_k' is not a valid field"}""", "'top_k'", false)]
    [InlineData("cohere-v2", 429, """{"message":"too many requests"}""", "too many requests", true)]
    [InlineData("cohere-v2", 498, """{"message":"deny-listed"}""", "Check the key", false)]
    [InlineData("cohere-v2", 499, """{"message":"client closed"}""", "499 (ClientClosedRequest)", false)]
    [InlineData("cohere-v2", 500, """{"message":"internal"}""", "internal", true)]
    [InlineData("cohere-v2", 501, """{"message":"not implemented"}""", "not implemented", false)]
    [InlineData("cohere-v1", 503, """{"message":"unavailable"}""", "unavailable", true)]
    [InlineData("cohere-v1", 504, """{"message":"timeout"}""", "504 (GatewayTimeout)", true)]
    [InlineData("voyage", 400, """{"detail":"Request has too many tokens."}""", "too many tokens", false)]
    [InlineData("voyage", 422, """{"detail":[{"loc":["body"],"msg":"not a valid integer"}]}""", "not a valid integer", false)]
    [InlineData("voyage", 502, """{"detail":"bad gateway"}""", "bad gateway", true)]
    [InlineData("jina", 402, """{"detail":"Account balance not enough"}""", "balance not enough", false)]
    [InlineData("jina", 429, """{"detail":{"message":"slow down"}}""", "slow down", true)]
    [InlineData("mixedbread", 404, """{"message":"no such model"}""", "no such model", false)]
    [InlineData("together", 400, """{"error":{"message":"Invalid model","type":"invalid_request_error"}}""", "Invalid model", false)]
    [InlineData("pinecone", 400, """{"error":{"code":"INVALID_ARGUMENT","message":"too long"},"status":400}""", "too long", false)]
    [InlineData("tei", 422, """{"error":"batch size 33 > maximum 32","error_type":"Validation"}""", "batch size 33", false)]
    [InlineData("tei", 413, "length limit exceeded", "MaxDocumentsPerRequest", false)]
    [InlineData("tei", 424, """{"error":"model is not a re-ranker model","error_type":"Backend"}""", "not a re-ranker model", false)]
    [InlineData("tei", 429, """{"error":"Model is overloaded","error_type":"Overloaded"}""", "overloaded", true)]
    [InlineData("tei", 401, "", "401 (Unauthorized), without saying why. Check the key, in TEI_API_KEY.", false)]
    [InlineData("vllm", 404, """{"error":{"message":"`x` does not exist.","param":null,"code":404}}""", "does not exist", false)]
    [InlineData("vllm", 400, """{"object":"error","message":"top_n must be an integer","code":400}""", "top_n must be", false)]
    [InlineData("vllm-score", 401, """{"error":"Unauthorized"}""", "Unauthorized", false)]
    [InlineData("llamacpp", 501, """{"error":{"code":501,"message":"This server does not rerank.","type":"x"}}""", "not rerank", false)]
    [InlineData("llamacpp", 503, """{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}""", "Loading model", true)]
    [InlineData("cohere-v2", 409, """{"message":"conflict"}""", "conflict", true)]
    [InlineData("bedrock", 403, """{"message":"Authentication failed"}""", "in AWS_BEARER_TOKEN_BEDROCK", false)]
    [InlineData("vertex", 400, """{"error":{"code":400,"message":"too many records"}}""", "too many records", false)]
    [InlineData("isaacus", 401, """{"detail":"no key"}""", "Check the key, in ISAACUS_API_KEY", false)]
    [InlineData("infinity", 422, """{"detail":[{"loc":["body","documents",0],"msg":"Field required"}]}""", "(body.documents.0)", false)]
    [InlineData("tei", 422, """{"error":"batch size 33 > maximum allowed batch size 32"}""", "Lower HttpRerankerOptions.Max", false)]
    [InlineData("jina", 404, "{}", "the endpoint's address, https://api.jina.ai/v1/rerank", false)]
    [InlineData("infinity", 500, "Internal Server Error", "Internal Server Error", true)]
    [InlineData("cohere-v2", 302, "", "Redirects are not followed", false)]
    [InlineData("cohere-v2", 502, "<html><head><title>502</title></head></html>", "an HTML page", true)]
    [InlineData("cohere-v2", 400, "{\"message\":\"\\ud800\"}", "400 (BadRequest)", false)]
    [InlineData("cohere-v2", 400, "[]", "without saying why", false)]
    [InlineData("cohere-v2", 400, "{\"message\":", "{\"message\":", false)]
    public async Task RerankAsync_ErrorStatus_SaysWhatAndWhetherToRetry(string name, int status, string body, string says, bool transient)
    {
        var error = await ErrorAsync(name, () => Response(status, body));
        Assert.Contains(says, error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($" {status} ", error.Message, StringComparison.Ordinal);
        Assert.Equal(((HttpStatusCode?)status, transient), (error.StatusCode, error.IsTransient));
    }

    [Fact]
    public async Task RerankAsync_RequestIdInHeaderOrBody_IsInTheException()
    {
        Assert.Equal("r1", (await ErrorAsync("cohere-v2", () => Response(400, """{"id":"r1","message":"x"}"""))).RequestId);
        Assert.Equal("h1", (await ErrorAsync("voyage", () => Response(400, """{"detail":"x"}""", ("x-request-id", "h1")))).RequestId);
        Assert.Equal("h2", (await ErrorAsync("voyage", () => Response(200, "{}", ("x-request-id", "h2")))).RequestId);
        Assert.Null((await ErrorAsync("voyage", () => Response(400, """{"detail":"x"}"""))).RequestId);
    }

    [Fact]
    public async Task RerankAsync_ErrorThatRepeatsTheKey_KeyIsTakenOut()
    {
        var error = await ErrorAsync("cohere-v2", () => Response(401, """{"message":"invalid api token: test-key"}"""));
        Assert.Contains("invalid api token: ***", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(ProviderCase.Key, error.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task RerankAsync_KeyInOddPlaces_TakenOutOfAllOfThem()
    {
        var error = await ErrorAsync("voyage", () => Response(400, """{"detail":"x"}""", ("x-request-id", "r-test-key")));
        Assert.Equal("r-***", error.RequestId);
        var wrongType = Response(200, "no JSON");
        wrongType.Content.Headers.ContentType = new("text/test-key");
        Assert.Contains("'text/***'", (await ErrorAsync("voyage", () => wrongType)).Message, StringComparison.Ordinal);
        var moved = await ErrorAsync("voyage", () => Response(301, "", ("Location", "https://elsewhere.example/test-key?a=b")));
        Assert.Contains("; it points to https://elsewhere.example/***.", moved.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("m-test-key", "m-***")]
    [InlineData("two\\nlines", "rerank-2.5")]
    [InlineData("", "rerank-2.5")]
    public async Task RerankAsync_ModelOfTheAnswer_NeitherKeyNorLines(string model, string expected)
    {
        using var reranker = ProviderCase.All["voyage"].CreateStubbed(() => Response(
            200, $$"""{"data":[{"index":0,"relevance_score":0.5}],"model":"{{model}}"}"""));
        Assert.Equal(expected, (await reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation)).ModelId);
    }

    [Fact]
    public async Task RerankAsync_EndlessModelOfTheAnswer_IsNotTaken()
    {
        using var reranker = ProviderCase.All["voyage"].CreateStubbed(() => Response(
            200, $$"""{"data":[{"index":0,"relevance_score":0.5}],"model":"{{new string('m', 201)}}"}"""));
        Assert.Equal("rerank-2.5", (await reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation)).ModelId);
    }

    [Theory]
    [InlineData("EMPTY", "The documents must not be empty.")]
    [InlineData("token", "maximum context length is 512 tokens")]
    [InlineData("a-real-key", "this server never had A-REAL-KEY")]
    public async Task RerankAsync_KeyThatIsAWordOrInAnotherCase_StaysInTheMessage(string key, string message)
    {
        using var client = new HttpClient(new StubHandler(() => Response(400, $$"""{"message":"{{message}}"}""")));
        using var reranker = new VllmReranker(new() { ApiKey = key }, client);
        var error = await Assert.ThrowsAsync<RerankerException>(
            () => reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation));
        Assert.Contains(message.TrimEnd('.'), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_ForbiddenByAPage_AsksForTheAddressAndNotForTheKey()
    {
        var error = await ErrorAsync("jina", () => Response(403, "<html>Blocked</html>"));
        Assert.Contains("Check the endpoint's address, https://api.jina.ai/v1/rerank", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Check the key", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, "true", true)]
    [InlineData(503, "false", false)]
    [InlineData(429, "maybe", true)]
    public async Task RerankAsync_ShouldRetryHeader_OverrulesTheStatus(int status, string value, bool transient) => Assert.Equal(
        transient, (await ErrorAsync("together", () => Response(status, "{}", ("x-should-retry", value)))).IsTransient);

    [Fact]
    public async Task RerankAsync_EndlessMessage_IsCut()
    {
        var error = await ErrorAsync("cohere-v2", () => Response(500, $$"""{"message":"{{new string('x', 100_000)}}"}"""));
        Assert.InRange(error.Message.Length, 500, 700);
    }

    [Theory]
    [InlineData("Retry-After", "7", 7)]
    [InlineData("Retry-After", "0.25", 0.25)]
    [InlineData("retry-after-ms", "1500", 1.5)]
    [InlineData("X-RateLimit-Reset", "12", 12)]
    public async Task RerankAsync_WaitInAHeader_IsInTheException(string header, string value, double seconds)
    {
        var error = await ErrorAsync("cohere-v2", () => Response(429, """{"message":"slow"}""", (header, value)));
        Assert.Equal(TimeSpan.FromSeconds(seconds), error.RetryAfter);
        Assert.Contains("asks to wait", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Retry-After", "soon")]
    [InlineData("Retry-After", "NaN")]
    [InlineData("X-RateLimit-Reset", "")]
    [InlineData("Retry-After", "0")]
    [InlineData("Retry-After", "-5")]
    [InlineData("retry-after-ms", "0")]
    [InlineData("X-RateLimit-Reset", "1000000001")]
    public async Task RerankAsync_WaitThatIsNone_Null(string header, string value)
    {
        var error = await ErrorAsync("cohere-v2", () => Response(429, """{"message":"slow"}""", (header, value)));
        Assert.Null(error.RetryAfter);
    }

    [Fact]
    public async Task RerankAsync_WaitUntilADate_IsTheTimeUntilThen()
    {
        var clock = new ManualClock();
        var inTwoMinutes = clock.GetUtcNow().AddMinutes(2);
        Assert.Equal(TimeSpan.FromMinutes(2), await WaitAsync("Retry-After", inTwoMinutes.ToString("R")));
        Assert.Null(await WaitAsync("Retry-After", clock.GetUtcNow().AddHours(-1).ToString("R")));
        Assert.Equal(TimeSpan.FromDays(365), await WaitAsync("Retry-After", clock.GetUtcNow().AddYears(3_000).ToString("R")));
        Assert.Equal(TimeSpan.FromDays(365), await WaitAsync("Retry-After", "99999999"));
        Assert.Equal(TimeSpan.FromMinutes(2), await WaitAsync("X-RateLimit-Reset", $"{inTwoMinutes.ToUnixTimeSeconds()}"));

        async Task<TimeSpan?> WaitAsync(string header, string value)
        {
            var options = new HttpRerankerOptions { ApiKey = "k", TimeProvider = clock };
            using var client = new HttpClient(new StubHandler(() => Response(429, "{}", (header, value))));
            using var reranker = new CohereReranker(options, client);
            return (await Assert.ThrowsAsync<RerankerException>(
                () => reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation))).RetryAfter;
        }
    }

    [Fact]
    public async Task RerankAsync_ResetOfTheQuotaAfterAFailureOfTheServer_IsNoWait() => Assert.Null(
        (await ErrorAsync("cohere-v2", () => Response(503, "{}", ("X-RateLimit-Reset", "3600")))).RetryAfter);

    private static async Task<RerankerException> ErrorAsync(string name, Func<HttpResponseMessage> answer)
    {
        using var reranker = ProviderCase.All[name].CreateStubbed(answer);
        return await Assert.ThrowsAsync<RerankerException>(() => reranker.RerankAsync("q", ["a", "b"], cancellationToken: Cancellation));
    }

    private static HttpResponseMessage Response(int status, string body, params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return response;
    }
}
