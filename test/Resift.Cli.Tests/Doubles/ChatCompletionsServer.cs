using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Resift.Cli.Tests;

/// <summary>Speaks OpenAI's chat completions on a port of this machine: streams an answer in the given parts, or fails as it is told to.</summary>
internal sealed class ChatCompletionsServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public ChatCompletionsServer()
    {
        Address = $"http://127.0.0.1:{FreePort()}/v1";
        _listener.Prefixes.Add($"{Address}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address { get; }

    /// <summary>Gets the parts of the answer.</summary>
    public IReadOnlyList<string> Parts { get; init; } = ["Use git ", "reset [1]."];

    /// <summary>Gets the status and body of a failure; null to answer.</summary>
    public (int Status, string Body)? Failure { get; init; }

    /// <summary>Gets what the stream says about the end.</summary>
    public string FinishReason { get; init; } = "stop";

    /// <summary>Gets what came in: the path, the Authorization header and the body.</summary>
    public ConcurrentQueue<(string Path, string? Authorization, string Body)> Requests { get; } = [];

    /// <summary>Gives the text of a message of the first request.</summary>
    public string MessageOfFirstRequest(int index)
    {
        Assert.True(Requests.TryPeek(out var request));
        using var json = JsonDocument.Parse(request.Body);
        var content = json.RootElement.GetProperty("messages")[index].GetProperty("content");
        return content.ValueKind == JsonValueKind.String ? content.GetString()! : content[0].GetProperty("text").GetString()!;
    }

    public void Dispose()
    {
        _listener.Close();
        _serving.Wait(TimeSpan.FromSeconds(5));
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                await AnswerAsync(await _listener.GetContextAsync());
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // Closed: the test is over.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream);
        Requests.Enqueue((context.Request.Url!.AbsolutePath, context.Request.Headers["Authorization"], await reader.ReadToEndAsync()));
        var response = context.Response;
        if (Failure is var (status, body))
        {
            response.StatusCode = status;
            response.ContentType = "application/json";
            response.Close(Encoding.UTF8.GetBytes(body), willBlock: true);
            return;
        }

        response.ContentType = "text/event-stream";
        await using (var writer = new StreamWriter(response.OutputStream, new UTF8Encoding(false)))
        {
            foreach (string part in Parts)
            {
                await WriteAsync(writer, $$"""{"index":0,"delta":{"role":"assistant","content":"{{JsonEncodedText.Encode(part)}}"},"finish_reason":null}""");
            }

            await WriteAsync(writer, $$"""{"index":0,"delta":{},"finish_reason":"{{FinishReason}}"}""");
            await writer.WriteAsync("data: [DONE]\n\n");
        }

        response.Close();
    }

    private static async Task WriteAsync(StreamWriter writer, string choice)
    {
        await writer.WriteAsync("data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"test\",\"choices\":[" +
            $"{choice}]}}\n\n");
        await writer.FlushAsync();
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
