using System.Net;
using System.Text.Json;
using Resift.Testing;

namespace Resift.AspNetCore.Tests;

/// <summary>What each dialect's clients send, and what they get, by every path that <c>docs/server.md</c> lists.</summary>
public sealed class DialectTests
{
    private const string Query = "\"query\":\"red shoes\"";
    private const string Three = "[\"a hat\",\"red shoes\",\"red hat\"]";
    private const string Documents = $"{Query},\"documents\":{Three}";

    // Where an answer has its items, and the score of one. The best is document 1, with a probability of 1.
    public static TheoryData<string, string, string, string> Paths() => new()
    {
        { "/v1/rerank", $"{{{Documents}}}", "results", "relevance_score" },
        { "/v1/rerank", $"{{{Documents}}}", "data", "relevance_score" },
        { "/rerank", $"{{{Documents}}}", "results", "relevance_score" },
        { "/v1/rerank", $"{{\"model\":\"words\",\"top_k\":3,{Documents}}}", "data", "relevance_score" },
        { "/v1/rerank", $"{{\"max_chunks_per_doc\":2,{Documents}}}", "results", "relevance_score" },
        { "/v1/rerank", $"{{\"input\":{Three},{Query}}}", "data", "score" },
        { "/rerank", $"{{\"texts\":{Three},{Query}}}", "", "score" },
        { "/v2/rerank", $"{{\"model\":\"rerank-v3.5\",{Documents}}}", "results", "relevance_score" },
        { "/cohere/v1/rerank", $"{{{Documents}}}", "results", "relevance_score" },
        { "/cohere/v2/rerank", $"{{\"model\":\"words\",{Documents}}}", "results", "relevance_score" },
        { "/voyage/v1/rerank", $"{{\"model\":\"words\",{Documents}}}", "data", "relevance_score" },
        { "/jina/v1/rerank", $"{{\"model\":\"words\",{Documents}}}", "results", "relevance_score" },
        { "/tei/rerank", $"{{\"texts\":{Three},{Query}}}", "", "score" },
        { "/vllm/rerank", $"{{{Documents}}}", "results", "relevance_score" },
        { "/vllm/v1/rerank", $"{{{Documents}}}", "results", "relevance_score" },
        { "/vllm/v2/rerank", $"{{{Documents}}}", "results", "relevance_score" },
        { "/mixedbread/v1/reranking", $"{{\"input\":{Three},{Query}}}", "data", "score" },
        { "/v1/reranking", $"{{\"input\":{Three},{Query}}}", "data", "score" },
        { "/together/v1/rerank", $"{{\"model\":\"words\",{Documents}}}", "results", "relevance_score" },
        { "/pinecone/rerank",
            $"{{\"model\":\"words\",{Query},\"documents\":[{{\"text\":\"a hat\"}},{{\"text\":\"red shoes\"}},{{\"text\":\"red hat\"}}]}}",
            "data", "score" },
        { "/infinity/rerank", $"{{{Documents}}}", "results", "relevance_score" },
    };

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Rerank_AtEachPath_AnswersInItsShapeBestFirst(string path, string json, string items, string score)
    {
        await using var server = await TestServer.StartAsync();

        var reply = await server.PostAsync(path, json);

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        var list = items is "" ? reply.Json : reply.Json.GetProperty(items);
        Assert.Equal([1, 2, 0], Indices(list));
        Assert.Equal([1, 0.5, 0], list.EnumerateArray().Select(item => item.GetProperty(score).GetDouble()));
        Assert.Equal("words", reply.Header("X-Resift-Model"));
    }

    // llama.cpp has logits, whichever way it is asked; those of 1 and 0 would be infinite.
    [Theory]
    [InlineData("/reranking", "documents", "results", "relevance_score")]
    [InlineData("/v1/reranking", "documents", "results", "relevance_score")]
    [InlineData("/llamacpp/rerank", "documents", "results", "relevance_score")]
    [InlineData("/llamacpp/v1/rerank", "documents", "results", "relevance_score")]
    [InlineData("/reranking", "texts", "", "score")]
    [InlineData("/llamacpp/reranking", "texts", "", "score")]
    public async Task Rerank_OfLlamaCpp_AnswersWithLogits(string path, string field, string items, string score)
    {
        await using var server = await TestServer.StartAsync();

        var reply = await server.PostAsync(path, $"{{{Query},\"{field}\":{Three}}}");

        var list = items is "" ? reply.Json : reply.Json.GetProperty(items);
        Assert.Equal([100, 0, -100], list.EnumerateArray().Select(item => item.GetProperty(score).GetDouble()));
    }

    [Theory]
    [InlineData("/tei/rerank", "texts", "raw_scores", true)]
    [InlineData("/infinity/rerank", "documents", "raw_scores", true)]
    [InlineData("/vllm/rerank", "documents", "use_activation", false)]
    public async Task Rerank_WhereLogitsAreAskedFor_AnswersWithLogits(string path, string documents, string field, bool value)
    {
        await using var server = await TestServer.StartAsync();

        var reply = await server.PostAsync(path, $"{{{Query},\"{documents}\":{Three},\"{field}\":{(value ? "true" : "false")}}}");

        Assert.Contains("100", reply.Json.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/rerank", "top_n", 400, 0)]
    [InlineData("/rerank", "top_n", 400, 0)]
    [InlineData("/v2/rerank", "top_n", 400, 0)]
    [InlineData("/cohere/v1/rerank", "top_n", 400, 0)]
    [InlineData("/voyage/v1/rerank", "top_k", 400, 0)]
    [InlineData("/jina/v1/rerank", "top_n", 422, 0)]
    [InlineData("/together/v1/rerank", "top_n", 400, 0)]
    [InlineData("/infinity/rerank", "top_n", 422, 0)]
    [InlineData("/vllm/rerank", "top_n", 200, 3)]
    [InlineData("/reranking", "top_n", 200, 0)]
    public async Task Rerank_WithALimitOf0_IsWhatTheDialectMeansByIt(string path, string limit, int status, int count)
    {
        await using var server = await TestServer.StartAsync();

        var reply = await server.PostAsync(path, $"{{\"model\":\"words\",{Documents},\"{limit}\":0}}");

        Assert.Equal(status, (int)reply.Status);
        if (status == 200)
        {
            Assert.Equal(count, reply.Json.GetProperty("results").GetArrayLength());
        }
    }

    [Fact]
    public async Task Rerank_WithAHeaderOfPinecone_IsPinecone()
    {
        await using var server = await TestServer.StartAsync();
        string json = $"{{\"model\":\"words\",{Query},\"documents\":[{{\"text\":\"red shoes\",\"id\":7}}]}}";

        var reply = await server.PostAsync("/rerank", json, ("Api-Key", "any"), ("X-Pinecone-Api-Version", "2026-04"));

        Assert.Equal(7, reply.Json.GetProperty("data")[0].GetProperty("document").GetProperty("id").GetInt32());
        Assert.Equal(1, reply.Json.GetProperty("usage").GetProperty("rerank_units").GetInt32());
    }

    [Theory]
    [InlineData("/v1/rerank", "results", "{\"text\":\"red shoes\"}")]
    [InlineData("/v1/rerank", "data", "\"red shoes\"")]
    [InlineData("/cohere/v1/rerank", "results", "{\"text\":\"red shoes\"}")]
    [InlineData("/voyage/v1/rerank", "data", "\"red shoes\"")]
    [InlineData("/jina/v1/rerank", "results", "{\"text\":\"red shoes\"}")]
    [InlineData("/together/v1/rerank", "results", "{\"text\":\"red shoes\"}")]
    [InlineData("/infinity/rerank", "results", "\"red shoes\"")]
    [InlineData("/vllm/rerank", "results", "{\"text\":\"red shoes\",\"multi_modal\":null}")]
    [InlineData("/cohere/v2/rerank", "results", null)]
    [InlineData("/reranking", "results", null)]
    public async Task Rerank_WithReturnDocuments_EchoesAsTheDialectDoes(string path, string items, string? expected)
    {
        await using var server = await TestServer.StartAsync();

        var reply = await server.PostAsync(path, $"{{\"model\":\"words\",{Documents},\"return_documents\":true}}");

        bool echoes = reply.Json.GetProperty(items)[0].TryGetProperty("document", out var document);
        Assert.Equal(expected, echoes ? document.GetRawText() : null);
    }

    [Theory]
    [InlineData("/tei/rerank", "{\"query\":\"q\",\"texts\":[\"q\"],\"return_text\":true}", "text", "\"q\"")]
    [InlineData("/mixedbread/v1/reranking", "{\"query\":\"q\",\"input\":[{\"a\":\"q\"}],\"return_input\":true}", "input", "{\"a\":\"q\"}")]
    public async Task Rerank_WithAnEchoOfAnotherName_Echoes(string path, string json, string field, string expected)
    {
        await using var server = await TestServer.StartAsync();

        var reply = await server.PostAsync(path, json);

        var items = reply.Json.ValueKind is JsonValueKind.Array ? reply.Json : reply.Json.GetProperty("data");
        Assert.Equal(expected, items[0].GetProperty(field).GetRawText());
    }

    [Fact]
    public async Task Rerank_OfObjects_RanksTheFieldsThatAreNamed()
    {
        string[] received = [];
        var reranker = new TestReranker
        {
            RerankAsyncCallback = (_, documents, _, _) =>
            {
                received = [.. documents];
                return Task.FromResult(RerankResponse.Create([0.1], ScoreScale.Probability, topN: null));
            },
        };
        await using var server = await TestServer.StartAsync(reranker: reranker);
        const string Json = """
            {"query":"q","documents":[{"id":"d","title":"T","text":"x","size":2}],"return_documents":true,"rank_fields":["title","size"]}
            """;

        var reply = await server.PostAsync("/cohere/v1/rerank", Json);

        Assert.Equal(["title: T\nsize: 2"], received);
        Assert.Equal("d", reply.Json.GetProperty("results")[0].GetProperty("document").GetProperty("id").GetString());
    }

    [Fact]
    public async Task Rerank_WithExplicitNullsAndUnknownFields_AnswersAsWithoutThem()
    {
        await using var server = await TestServer.StartAsync();
        string json = $"{{{Documents},\"model\":null,\"top_n\":null,\"top_k\":null,\"return_documents\":null,\"rank_fields\":null," +
            "\"max_chunks_per_doc\":null,\"truncation\":null,\"never\":{\"heard\":[\"of\"]}}";

        var reply = await server.PostAsync("/v1/rerank", json);

        Assert.Equal([1, 2, 0], Indices(reply.Json.GetProperty("results")));
    }

    [Theory]
    [InlineData("""{"text_1":"red shoes","text_2":["a hat","red shoes"]}""", "[0,1]")]
    [InlineData("""{"queries":["red hat","red shoes"],"documents":["red hat","blue socks"]}""", "[1,0]")]
    [InlineData("""{"data_1":"a","data_2":"a"}""", "[1]")]
    public async Task Score_OfVllm_AnswersInTheOrderOfTheInput(string json, string expected)
    {
        await using var server = await TestServer.StartAsync();

        var reply = await server.PostAsync("/score", json);

        double[] scores = [.. reply.Json.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("score").GetDouble())];
        Assert.Equal(expected, $"[{string.Join(',', scores)}]");
    }

    [Theory]
    [InlineData(ScoreScale.Cosine, false, 400)]
    [InlineData(ScoreScale.Cosine, true, 200)]
    [InlineData(ScoreScale.Logit, false, 200)]
    public async Task Rerank_ByAModelWithoutProbabilities_IsRefusedUnlessRankScoresAreAllowed(ScoreScale scale, bool allows, int status)
    {
        var reranker = new TestReranker
        {
            Metadata = new("test") { ScoreScale = scale },
            RerankAsyncCallback = (_, _, _, _) => Task.FromResult(RerankResponse.Create([-0.5, 0, 0.2], scale, topN: null)),
        };
        await using var server = await TestServer.StartAsync(options => options.AllowsRankScores = allows, reranker);

        var reply = await server.PostAsync("/v1/rerank", $"{{{Documents}}}");

        Assert.Equal(status, (int)reply.Status);
        Assert.Equal(status == 200 ? 1 : 0, reranker.Calls);
        if (status == 200)
        {
            double best = reply.Json.GetProperty("results")[0].GetProperty("relevance_score").GetDouble();
            Assert.Equal(allows ? 1 : 1 / (1 + Math.Exp(-0.2)), best, 12);
        }
    }

    [Fact]
    public async Task Rerank_ThatCutsDocuments_SaysSo()
    {
        var reranker = new TestReranker
        {
            RerankAsyncCallback = (_, _, _, _) => Task.FromResult(
                RerankResponse.Create([0.1, 0.2, 0.3], ScoreScale.Probability, topN: null) with
                {
                    DegradedReason = "for a test",
                    Usage = new() { Pairs = 3, InputTokens = 99, TruncatedDocuments = [new(1, 7)] },
                }),
        };
        await using var server = await TestServer.StartAsync(reranker: reranker);

        var reply = await server.PostAsync("/v2/rerank", $"{{\"model\":\"words\",{Documents}}}");

        Assert.Equal("1", reply.Header("X-Resift-Truncated"));
        Assert.Equal("true", reply.Header("X-Resift-Degraded"));
        var meta = reply.Json.GetProperty("meta");
        Assert.Equal(99, meta.GetProperty("tokens").GetProperty("input_tokens").GetInt32());
        Assert.Single(meta.GetProperty("warnings").EnumerateArray());
    }

    private static int[] Indices(JsonElement items) => [.. items.EnumerateArray().Select(item => item.GetProperty("index").GetInt32())];
}
