using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Resift.Testing;

namespace Resift.AspNetCore.Tests;

/// <summary>OpenAI's embeddings, those of TEI, and what a server says about its models.</summary>
public sealed class EmbeddingTests
{
    [Theory]
    [InlineData("/v1/embeddings")]
    [InlineData("/openai/v1/embeddings")]
    public async Task Embeddings_InBase64_AreTheFloatsInLittleEndian(string path)
    {
        await using var server = await TestServer.StartAsync();

        var floats = await server.PostAsync(path, """{"model":"hash","input":["red shoes","hat"]}""");
        var base64 = await server.PostAsync(path, """{"model":"hash","input":["red shoes","hat"],"encoding_format":"base64"}""");

        Assert.Equal("list", floats.Json.GetProperty("object").GetString());
        var data = floats.Json.GetProperty("data");
        Assert.Equal(2, data.GetArrayLength());
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(i, data[i].GetProperty("index").GetInt32());
            float[] expected = Floats(data[i].GetProperty("embedding"));
            byte[] bytes = base64.Json.GetProperty("data")[i].GetProperty("embedding").GetBytesFromBase64();
            Assert.Equal(64, expected.Length);
            Assert.Equal(expected, MemoryMarshal.Cast<byte, float>(bytes).ToArray());
        }

        Assert.True(floats.Json.GetProperty("usage").GetProperty("prompt_tokens").GetInt32() > 0);
        Assert.Equal("hash", floats.Json.GetProperty("model").GetString());
    }

    [Theory]
    [InlineData("""{"model":"hash"}""", "input")]
    [InlineData("""{"model":"hash","input":[]}""", "at least one")]
    [InlineData("""{"model":"hash","input":""}""", "empty string")]
    [InlineData("""{"model":"hash","input":[1,2]}""", "check_embedding_ctx_length=False")]
    [InlineData("""{"model":"hash","input":[[1,2],[3]]}""", "check_embedding_ctx_length=False")]
    [InlineData("""{"model":"hash","input":{"text":"a"}}""", "an object")]
    [InlineData("""{"model":"hash","input":"a","encoding_format":"int8"}""", "base64")]
    [InlineData("""{"model":"hash","input":"a","dimensions":0}""", "dimensions")]
    public async Task Embeddings_OfABadRequest_SaysWhatIsWrong(string json, string message)
    {
        await using var server = await TestServer.StartAsync();

        var reply = await server.PostAsync("/v1/embeddings", json);

        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        var error = reply.Json.GetProperty("error");
        Assert.Contains(message, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.Equal(JsonValueKind.Null, error.GetProperty("param").ValueKind);
    }

    [Fact]
    public async Task Embeddings_OfAnUnknownModel_AreNotFound()
    {
        await using var server = await TestServer.StartAsync();

        var reply = await server.PostAsync("/v1/embeddings", """{"model":"words","input":"a"}""");

        Assert.Equal(HttpStatusCode.NotFound, reply.Status);
        Assert.Equal("model_not_found", reply.Json.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Embeddings_WithDimensions_AskTheModelForThem()
    {
        int? asked = null;
        var embedder = new TestEmbeddingGenerator
        {
            GenerateAsyncCallback = (texts, options, _) =>
            {
                asked = options?.Dimensions;
                return Task.FromResult(
                    new GeneratedEmbeddings<Embedding<float>>(texts.Select(_ => new Embedding<float>(new float[] { 3, 4 }))));
            },
        };
        await using var server = await TestServer.StartAsync(embedder: embedder);

        var reply = await server.PostAsync("/v1/embeddings", """{"input":"a","dimensions":2}""");

        Assert.Equal(2, asked);
        Assert.Equal([3, 4], Floats(reply.Json.GetProperty("data")[0].GetProperty("embedding")));
    }

    [Theory]
    [InlineData("""{"inputs":"a"}""", new[] { 0.6f, 0.8f })]
    [InlineData("""{"inputs":["a"],"normalize":false}""", new[] { 3f, 4f })]
    public async Task Embed_OfTei_HasUnitLengthUnlessToldOtherwise(string json, float[] expected)
    {
        var embedder = new TestEmbeddingGenerator
        {
            GenerateAsyncCallback = (texts, _, _) => Task.FromResult(
                new GeneratedEmbeddings<Embedding<float>>(texts.Select(_ => new Embedding<float>(new float[] { 3, 4 })))),
        };
        await using var server = await TestServer.StartAsync(embedder: embedder);

        var reply = await server.PostAsync("/embed", json);

        Assert.Equal(expected, Floats(reply.Json[0]));
    }

    [Fact]
    public async Task Embed_OfTextsThatMayNotBeCut_RefusesThem()
    {
        await using var server = await TestServer.StartAsync(embedder: new TestEmbeddingGenerator { MaxWords = 2 });

        var cut = await server.PostAsync("/tei/embed", """{"inputs":["one","one two three"]}""");
        var refused = await server.PostAsync("/tei/embed", """{"inputs":["one","one two three"],"truncate":false}""");

        Assert.Equal("1", cut.Header("X-Resift-Truncated"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("inputs[1]", refused.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Embed_WithAPromptOfTei_SaysWhatTheTextsAreFor()
    {
        var embedder = new TestEmbeddingGenerator();
        await using var server = await TestServer.StartAsync(embedder: embedder);

        await server.PostAsync("/embed", """{"inputs":"a","prompt_name":"query"}""");
        var other = await server.PostAsync("/embed", """{"inputs":"a","prompt_name":"poem"}""");

        Assert.Equal([EmbeddingPurpose.Query], embedder.Purposes);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.Status);
    }

    [Fact]
    public async Task Models_OfAServer_AreListedWithTheirAliases()
    {
        await using var server = await TestServer.StartAsync();

        var reply = await server.GetAsync("/v1/models");

        Assert.Equal(["words", "hash", "rerank-v3.5"],
            reply.Json.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task Info_OfAServer_SaysItsLimits()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxDocuments = 7);

        var reply = await server.GetAsync("/info");

        Assert.Equal("words", reply.Json.GetProperty("model_id").GetString());
        Assert.Equal(7, reply.Json.GetProperty("max_client_batch_size").GetInt32());
    }

    private static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetSingle())];
}
