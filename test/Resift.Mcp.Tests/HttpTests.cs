using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using Resift.AspNetCore;

namespace Resift.Mcp.Tests;

/// <summary><c>/mcp</c> of a server, behind its keys.</summary>
public sealed class HttpTests : IAsyncLifetime
{
    private readonly HttpClient _client = new();
    private TestIndex _index = null!;
    private WebApplication? _app;

    public async ValueTask InitializeAsync() => _index = await TestIndex.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _index.Dispose();
    }

    [Theory]
    [MemberData(nameof(ToolTests.Versions), MemberType = typeof(ToolTests))]
    public async Task Mcp_WithTheKey_AnswersAnAgent(string version)
    {
        var address = await StartAsync(options => options.KeyHashes.Add(ResiftServerOptions.HashKey("secret")));
        var transport = new HttpClientTransport(new()
        {
            Endpoint = address,
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = "Bearer secret" },
        });
        await using var client = await McpClient.CreateAsync(
            transport, new() { ProtocolVersion = version }, cancellationToken: TestIndex.Token);

        var found = await client.CallAsync("search", ("query", "undo a commit"));
        var resources = await client.ListResourcesAsync(cancellationToken: TestIndex.Token);

        Assert.Equal("git/undo.md", found.StructuredContent!.Value.GetProperty("hits")[0].GetProperty("document_id").GetString());
        Assert.Equal(4, resources.Count);
        Assert.Equal(version, client.NegotiatedProtocolVersion);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public async Task Mcp_WithoutTheKey_IsRefused(string? key)
    {
        var address = await StartAsync(options => options.KeyHashes.Add(ResiftServerOptions.HashKey("secret")));

        using var response = await PostAsync(address, ListTools, key);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Mcp_OfAServerWithoutKeys_RefusesAPageUnderAnotherName()
    {
        var address = await StartAsync();

        using var request = Request(address, ListTools);
        request.Headers.Host = "rebound.example";
        using var response = await _client.SendAsync(request, TestIndex.Token);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Mcp_WithoutAHandshake_CallsATool()
    {
        var address = await StartAsync();

        using var response = await PostAsync(address, """
            {
              "jsonrpc": "2.0", "id": 1, "method": "tools/call",
              "params": { "name": "search", "arguments": { "query": "undo a commit" } }
            }
            """);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("Mcp-Session-Id"));
        string text = await response.Content.ReadAsStringAsync(TestIndex.Token);
        using var json = JsonDocument.Parse(text.Split('\n').First(line => line.StartsWith("data: ", StringComparison.Ordinal))[6..]);
        Assert.Equal("git/undo.md", json.RootElement.GetProperty("result").GetProperty("structuredContent").GetProperty("hits")[0]
            .GetProperty("document_id").GetString());
    }

    [Fact]
    public async Task Mcp_WithABodyThatIsTooLarge_IsRefused()
    {
        var address = await StartAsync(options => options.MaxBodyBytes = 1000);

        using var response = await PostAsync(address, ListTools.Replace("{}", new string(' ', 2000) + "{}", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public void MapResiftMcp_WithoutAServer_SaysWhatIsMissing()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddResiftMcp(_ => _index.Options());
        using var app = (IDisposable)builder.Build();

        var error = Assert.Throws<InvalidOperationException>(() => ((WebApplication)app).MapResiftMcp());

        Assert.Contains("AddResiftServer", error.Message, StringComparison.Ordinal);
    }

    private const string ListTools = """{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}""";

    private static HttpRequestMessage Request(Uri address, string json) => new(HttpMethod.Post, address)
    {
        Content = new StringContent(json, Encoding.UTF8, "application/json"),
        Headers = { { "Accept", "application/json, text/event-stream" } },
    };

    private async Task<HttpResponseMessage> PostAsync(Uri address, string json, string? key = null)
    {
        using var request = Request(address, json);
        request.Headers.Authorization = key is null ? null : new("Bearer", key);
        return await _client.SendAsync(request, TestIndex.Token);
    }

    private async Task<Uri> StartAsync(Action<ResiftServerOptions>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IReranker>(_index.Reranker);
        builder.Services.AddResiftServer(options =>
        {
            options.AddReranker("words");
            configure?.Invoke(options);
        });
        builder.Services.AddResiftMcp(_ => _index.Options());
        _app = builder.Build();
        _app.MapResift();
        _app.MapResiftMcp();
        await _app.StartAsync(TestIndex.Token);
        string address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new($"{address}/mcp");
    }
}
