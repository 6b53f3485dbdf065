using System.Net;
using System.Text.Json;
using Resift.Testing;

namespace Resift.AspNetCore.Tests;

/// <summary>What a client is told, in its dialect, when something is wrong.</summary>
public sealed class ErrorTests
{
    private const string Good = """{"model":"words","query":"q","documents":["q"]}""";

    // Where the message of each dialect stands.
    [Theory]
    [InlineData("/v1/rerank", "message", 400, 400, 404)]
    [InlineData("/v1/rerank", "detail", 400, 400, 404)]
    [InlineData("/v1/rerank", "error.message", 400, 400, 404)]
    [InlineData("/cohere/v1/rerank", "message", 400, 400, 404)]
    [InlineData("/v2/rerank", "message", 400, 400, 404)]
    [InlineData("/voyage/v1/rerank", "detail", 400, 400, 400)]
    [InlineData("/jina/v1/rerank", "detail", 422, 422, 404)]
    [InlineData("/vllm/rerank", "error.message", 400, 400, 404)]
    [InlineData("/reranking", "error.message", 400, 400, 404)]
    [InlineData("/together/v1/rerank", "error.message", 400, 400, 404)]
    [InlineData("/infinity/rerank", "error.message", 422, 422, 404)]
    [InlineData("/pinecone/rerank", "error.message", 400, 400, 404)]
    public async Task Rerank_OfBadRequests_HasStatusAndMessageOfTheDialect(string path, string field, int empty, int invalid, int model)
    {
        await using var server = await TestServer.StartAsync();
        string limit = path.StartsWith("/voyage", StringComparison.Ordinal) ? "top_k" : "top_n";
        string documents = path.StartsWith("/pinecone", StringComparison.Ordinal) ? """[{"text":"q"}]""" : """["q"]""";

        var replies = new[]
        {
            (empty, await server.PostAsync(path, """{"model":"words","query":"q","documents":[]}""")),
            (empty, await server.PostAsync(path, """{"model":"words","query":"q"}""")),
            (invalid, await server.PostAsync(path, $"{{\"model\":\"words\",\"query\":\" \",\"documents\":{documents}}}")),
            (invalid, await server.PostAsync(path, $"{{\"query\":\"q\",\"documents\":{documents},\"{limit}\":-1,\"model\":\"words\"}}")),
            (invalid, await server.PostAsync(path, $"{{\"query\":\"q\",\"documents\":{documents},\"{limit}\":2.5,\"model\":\"words\"}}")),
            (invalid, await server.PostAsync(path, """{"model":"words","query":"q","documents":[["q"]]}""")),
            (model, await server.PostAsync(path, $"{{\"model\":\"nobody\",\"query\":\"q\",\"documents\":{documents}}}")),
            (400, await server.PostAsync(path, """{"query":""")),
        };

        Assert.All(replies, reply =>
        {
            Assert.Equal(reply.Item1, (int)reply.Item2.Status);
            Assert.NotEmpty(At(reply.Item2.Json, field).GetString()!);
        });
    }

    [Theory]
    [InlineData("""{"query":"q","texts":[]}""", 400, "Empty")]
    [InlineData("""{"query":" ","texts":["q"]}""", 422, "Validation")]
    [InlineData("""{"query":"q","texts":["q","q","q"]}""", 422, "Validation")]
    [InlineData("""{"query":"q","texts":["q"],"truncation_direction":"Left"}""", 422, "Validation")]
    public async Task Rerank_OfBadRequestsToTei_HasItsTypes(string json, int status, string type)
    {
        await using var server = await TestServer.StartAsync(options => options.MaxDocuments = 2);

        var reply = await server.PostAsync("/rerank", json);

        Assert.Equal(status, (int)reply.Status);
        Assert.Equal(type, reply.Json.GetProperty("error_type").GetString());
    }

    [Theory]
    [InlineData("/cohere/v2/rerank", """{"query":"q","documents":["q"]}""", "a model parameter is required")]
    [InlineData("/cohere/v2/rerank", """{"model":"words","query":"q","documents":[" "]}""", "document at index 0 cannot be empty")]
    [InlineData("/cohere/v1/rerank", """{"query":"q","documents":["q"],"rank_fields":[]}""", "rank_fields cannot be empty")]
    [InlineData("/cohere/v1/rerank", """{"query":"q","documents":["q","q"],"max_chunks_per_doc":9000}""", "at most 1")]
    [InlineData("/cohere/v1/rerank", """{"query":"q","documents":[{"title":"q"}]}""", "no field 'text'")]
    public async Task Rerank_OfBadRequestsToCohere_SaysWhatIsWrong(string path, string json, string message)
    {
        await using var server = await TestServer.StartAsync();

        var reply = await server.PostAsync(path, json);

        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Contains(message, reply.Json.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rerank_BeyondTheDocumentsOfVoyage_IsRefused()
    {
        await using var server = await TestServer.StartAsync();
        string documents = string.Join(',', Enumerable.Repeat("\"q\"", 1001));

        var reply = await server.PostAsync("/voyage/v1/rerank", $"{{\"model\":\"words\",\"query\":\"q\",\"documents\":[{documents}]}}");

        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
    }

    public static TheoryData<Exception, int, string> Failures() => new()
    {
        { new RerankerException("secret"), 502, "" },
        { new RerankerException("secret") { IsTransient = true }, 503, "1" },
        { new RerankerRejectedException("the budget is spent") { RetryAfter = TimeSpan.FromSeconds(7.2) }, 429, "8" },
        { new ObjectDisposedException("secret"), 503, "1" },
        { new ArgumentException("document 0 is too long", "documents"), 400, "" },
        { new NotSupportedException("no chunks"), 400, "" },
        { new InvalidOperationException("secret"), 500, "" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Rerank_WhenTheModelThrows_HasItsStatusAndNoSecrets(Exception failure, int status, string retryAfter)
    {
        var reranker = new TestReranker { RerankAsyncCallback = (_, _, _, _) => Task.FromException<RerankResponse>(failure) };
        await using var server = await TestServer.StartAsync(reranker: reranker);

        var reply = await server.PostAsync("/v2/rerank", Good);

        Assert.Equal(status, (int)reply.Status);
        Assert.Equal(retryAfter, reply.Header("Retry-After"));
        string message = reply.Json.GetProperty("message").GetString()!;
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("my-request_7", "my-request_7")]
    [InlineData("with blank", null)]
    [InlineData(null, null)]
    public async Task Request_WithOrWithoutAName_HasOneInItsAnswer(string? given, string? expected)
    {
        await using var server = await TestServer.StartAsync();

        var reply = await server.PostAsync("/v2/rerank", Good, given is null ? [] : [("X-Request-Id", given)]);

        string name = reply.Header("X-Request-Id");
        Assert.Equal(expected ?? name, name);
        Assert.Equal(expected is null, Guid.TryParse(name, out _));
        Assert.Equal(name, reply.Json.GetProperty("id").GetString());
    }

    private static JsonElement At(JsonElement json, string path) =>
        path.Split('.').Aggregate(json, (value, name) => value.GetProperty(name));
}
