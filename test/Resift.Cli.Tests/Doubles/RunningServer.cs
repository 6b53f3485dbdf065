using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Resift.Cli.Tests;

/// <summary><c>resift serve</c>, on a free port of this machine.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _client;
    private Task<int>? _running;

    private RunningServer(FirstLine output, CommandLine cli, HttpMessageHandler? handler)
    {
        Cli = cli;
        (Cli.OutputWriter, Cli.Stop) = (output, _stop.Token);
        _client = handler is null ? new() : new(handler);
    }

    public CommandLine Cli { get; }

    public Uri Address => _client.BaseAddress!;

    public static Task<RunningServer> StartAsync(params string[] args) => StartWithFileAsync(configuration: null, args);

    /// <summary>Starts it with a file <c>resift.json</c>, which an argument of that name stands for.</summary>
    public static Task<RunningServer> StartWithFileAsync(string? configuration, params string[] args) =>
        StartAsync(new(), configuration, handler: null, args);

    public static async Task<RunningServer> StartAsync(
        CommandLine cli, string? configuration, HttpMessageHandler? handler, params string[] args)
    {
        var output = new FirstLine();
        var server = new RunningServer(output, cli, handler);
        if (configuration is not null)
        {
            args = [.. args.Select(arg => arg == "resift.json" ? server.Cli.At(arg) : arg)];
            server.Cli.File("resift.json", configuration);
        }

        server._running = server.Cli.RunAsync(["serve", "--port", "0", .. args]);
        await Task.WhenAny(output.Written, server._running).WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(server._running.IsCompleted, server.Cli.Error);
        server._client.BaseAddress = new Uri((await output.Written).Split(' ')[0]);
        return server;
    }

    public async Task<(HttpStatusCode Status, JsonElement Json)> PostAsync(string path, string json, string? key = null)
    {
        using var response = await SendAsync(HttpMethod.Post, path, json, key);
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (response.StatusCode, document.RootElement.Clone());
    }

    public async Task<(HttpStatusCode Status, string Text)> GetAsync(string path, string? key = null)
    {
        using var response = await SendAsync(HttpMethod.Get, path, json: null, key);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? json, string? key = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = json is null ? null : new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        request.Headers.Authorization = key is null ? null : new("Bearer", key);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<int> StopAsync()
    {
        await _stop.CancelAsync();
        return await _running!;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _client.Dispose();
        _stop.Dispose();
        Cli.Dispose();
    }

    private sealed class FirstLine : StringWriter
    {
        private readonly TaskCompletionSource<string> _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Written => _written.Task;

        public override void Flush() => _written.TrySetResult(ToString());
    }
}
