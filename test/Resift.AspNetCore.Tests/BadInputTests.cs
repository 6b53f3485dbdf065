using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Resift.Testing;

namespace Resift.AspNetCore.Tests;

/// <summary>What hostile or broken clients send. None of it is answered with 500, and the next request is served.</summary>
public sealed class BadInputTests
{
    private const string Good = """{"query":"q","documents":["q"]}""";

    public static TheoryData<string, int> Bodies() => new()
    {
        { "", 400 },
        { "[]", 400 },
        { "null", 400 },
        { "\"text\"", 400 },
        { "{", 400 },
        { Good + "x", 400 },
        { new string('[', 100_000), 400 },
        { "{\"a\":" + new string('[', 63) + new string(']', 63) + "," + Good[1..], 200 },
        { "{\"a\":" + new string('[', 64) + new string(']', 64) + "," + Good[1..], 400 },
        { """{"query":"q","query":"r","documents":["q"]}""", 400 },
        { """{"query":"q","documents":["\ud800"]}""", 400 },
        { """{"query":"\udc00","documents":["q"]}""", 400 },
        { """{"query":"q","documents":[{"text":"\ud800"}]}""", 400 },
        { """{"query":"q","documents":[{"\ud800":"a"}]}""", 400 },
        { """{"query":"q","documents":[{"text":{"\ud800":1}}]}""", 400 },
        { """{"query":"q","documents":[{"text":"a","b":"\ud800"}],"return_documents":true}""", 400 },
        { """{"query":"q","documents":[{"text":"a","b":[{"c":["\udfff"]}]}],"return_documents":true}""", 400 },
        { """{"query":"q","documents":["q"],"top_n":99999999999}""", 400 },
        { """{"query":"q","documents":["q"],"top_n":1e0}""", 400 },
        { """{"query":"q","documents":["q"],"return_documents":"yes"}""", 400 },
        { """{"query":"q","documents":[null]}""", 400 },
        { """{"query":7,"documents":["q"]}""", 400 },
        { """{"query":"q","documents":"q"}""", 400 },
        { """{"query":"q","documents":["q"],"model":{}}""", 400 },
        { """{"query":"q","documents":["q"],"rank_fields":"text"}""", 400 },
        { """{"query":"q\u0000","documents":["\u0000"]}""", 200 },
        { "\uFEFF" + Good, 200 },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Rerank_OfABadBody_IsRefusedAndTheNextIsServed(string body, int status)
    {
        await using var server = await TestServer.StartAsync();

        var reply = await server.PostAsync("/v1/rerank", body);

        Assert.Equal(status, (int)reply.Status);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/v1/rerank", Good)).Status);
    }

    [Theory]
    [InlineData("{\"query\":\"q\",\"documents\":[\"\xC3\x28\"]}")]
    [InlineData("{\"query\":\"q\",\"documents\":[{\"text\":\"\xFF\"}]}")]
    [InlineData("{\"query\":\"\xC0\xAF\",\"documents\":[\"q\"]}")]
    [InlineData("{\"query\":\"q\",\"documents\":[{\"text\":{\"\xE9\":1}}]}")]
    [InlineData("{\"query\":\"q\",\"documents\":[{\"text\":[\"\xE9\"]}]}")]
    [InlineData("{\"query\":\"q\",\"documents\":[{\"text\":\"a\",\"b\":\"\xE9\"}],\"return_documents\":true}")]
    [InlineData("{\"\xFF\":1,\"\xFF\":2,\"query\":\"q\",\"documents\":[\"\xFF\"]}")]
    public async Task Rerank_OfBytesThatAreNoUtf8_IsRefused(string latin1)
    {
        await using var server = await TestServer.StartAsync();
        using var content = new ByteArrayContent(Encoding.Latin1.GetBytes(latin1));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        var reply = await server.SendAsync(HttpMethod.Post, "/v1/rerank", content);

        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
    }

    [Theory]
    [InlineData(null, 415)]
    [InlineData("text/plain", 415)]
    [InlineData("application/x-www-form-urlencoded", 415)]
    [InlineData("application/json; charset=utf-16", 415)]
    [InlineData("application/json; charset=\"UTF-8\"", 200)]
    [InlineData("application/vnd.any+json", 200)]
    public async Task Rerank_OfOtherContentTypes_IsRefused(string? type, int status)
    {
        await using var server = await TestServer.StartAsync();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Good));
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);

        Assert.Equal(status, (int)(await server.SendAsync(HttpMethod.Post, "/v1/rerank", content)).Status);
    }

    [Fact]
    public async Task Rerank_OfACompressedBody_IsRefused()
    {
        await using var server = await TestServer.StartAsync();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Good));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.ContentEncoding.Add("gzip");

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await server.SendAsync(HttpMethod.Post, "/v1/rerank", content)).Status);
    }

    [Fact]
    public async Task Rerank_OfAHundredMegabytes_IsRefusedBeforeTheyAreSent()
    {
        await using var server = await TestServer.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(server.Address.Host, server.Address.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("POST /v2/rerank HTTP/1.1\r\nHost: localhost\r\n" +
            "Content-Type: application/json\r\nContent-Length: 104857600\r\n\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);

        Assert.Equal("HTTP/1.1 413 Payload Too Large", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/v1/rerank", Good)).Status);
    }

    [Fact]
    public async Task Rerank_OfABodyWithoutLength_IsRefusedWhenItGoesBeyondTheLimit()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxBodyBytes = 1000);
        using var content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(Good.PadRight(2000))));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        server.Client.DefaultRequestHeaders.TransferEncodingChunked = true;

        var reply = await server.SendAsync(HttpMethod.Post, "/v1/rerank", content);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, reply.Status);
        Assert.Contains("1000 bytes", reply.Json.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rerank_OfAMillionEmptyDocuments_IsRefused()
    {
        var reranker = new TestReranker();
        await using var server = await TestServer.StartAsync(reranker: reranker);
        string documents = string.Join(',', Enumerable.Repeat("\"\"", 1_000_000));

        var reply = await server.PostAsync("/v1/rerank", $"{{\"query\":\"q\",\"documents\":[{documents}]}}");

        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Contains("1000000", reply.Json.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, reranker.Calls);
    }

    [Theory]
    [InlineData("/v1/../../etc/passwd")]
    [InlineData("/cohere/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/nothing")]
    public async Task Post_ToAPathThatIsNone_IsNotFound(string path)
    {
        await using var server = await TestServer.StartAsync();
        using var content = new StringContent(Good, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));

        using var response = await server.Client.PostAsync(path, content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }
}
