using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Resift.Testing;

namespace Resift.AspNetCore.Tests;

/// <summary>A server on a free port of this machine, with a reranker <c>words</c> and an embedder <c>hash</c>.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestServer(WebApplication app, Uri address)
    {
        _app = app;
        Address = address;
        Client = new HttpClient { BaseAddress = address };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public WebApplication App => _app;

    public static async Task<TestServer> StartAsync(
        Action<ResiftServerOptions>? configure = null, IReranker? reranker = null, TestEmbeddingGenerator? embedder = null,
        ILoggerProvider? log = null, Action<IServiceCollection>? addServices = null, Action<KestrelServerOptions>? configureKestrel = null,
        Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (log is not null)
        {
            builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        }

        builder.WebHost.UseKestrel(kestrel => configureKestrel?.Invoke(kestrel)).UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(_ => reranker ?? new TestReranker());
        builder.Services.AddSingleton<IEmbeddingGenerator<string, Embedding<float>>>(embedder ?? new TestEmbeddingGenerator());
        addServices?.Invoke(builder.Services);
        builder.Services.AddResiftServer(options =>
        {
            options.AddReranker("words").AddEmbeddingGenerator("hash");
            options.Aliases["rerank-v3.5"] = "words";
            configure?.Invoke(options);
        });
        var app = builder.Build();
        app.MapResift();
        map?.Invoke(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new(app, new Uri(address));
    }

    public async Task<Reply> PostAsync(string path, string json, params (string Name, string Value)[] headers)
    {
        var content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        return await SendAsync(HttpMethod.Post, path, content, headers);
    }

    public Task<Reply> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, content: null, headers);

    public async Task<Reply> SendAsync(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        using var document = JsonDocument.Parse(text);
        return new(response.StatusCode, response.Headers, document.RootElement.Clone());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}

internal sealed record Reply(HttpStatusCode Status, HttpResponseHeaders Headers, JsonElement Json)
{
    public string Header(string name) => Headers.TryGetValues(name, out var values) ? values.First() : "";
}
