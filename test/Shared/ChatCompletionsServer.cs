using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Resift.Testing;

/// <summary>
/// A server on this machine's loopback that speaks OpenAI's chat completions, plain and streamed as server-sent events; it answers what a
/// test tells it to, and keeps what it was asked.
/// </summary>
internal sealed class ChatCompletionsServer : IDisposable
{
    private readonly HttpListener _listener;
    private readonly Task _loop;

    public ChatCompletionsServer()
    {
        (_listener, Endpoint) = Listen();
        _loop = ServeAsync();
    }

    /// <summary>Gets the base address that a client is told.</summary>
    public Uri Endpoint { get; }

    /// <summary>Gets or sets the parts of the answer's text; each is an event of its own where it is streamed.</summary>
    public IReadOnlyList<string> Parts { get; set; } = [];

    /// <summary>Gets or sets the calls of a function that are answered instead of text: its name, and its arguments as JSON.</summary>
    public (string Name, string Arguments)? FunctionCall { get; set; }

    /// <summary>Gets or sets the status; any other than 200 is answered with an error.</summary>
    public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

    /// <summary>Gets or sets what an error says.</summary>
    public string ErrorMessage { get; set; } = "The test says no.";

    /// <summary>Gets or sets why the model stopped, where it calls no function.</summary>
    public string StopReason { get; set; } = "stop";

    /// <summary>Gets or sets what each part after the first waits for, where it is streamed.</summary>
    public Task BeforeNextPart { get; set; } = Task.CompletedTask;

    /// <summary>Gets the requests that came: path, authorization and body.</summary>
    public ConcurrentQueue<(string Path, string? Authorization, JsonNode Body)> Requests { get; } = [];

    public void Dispose()
    {
        _listener.Close();
        _loop.GetAwaiter().GetResult();
    }

    // A listener cannot pick a free port itself.
    private static (HttpListener Listener, Uri Endpoint) Listen()
    {
        const int FirstPort = 20_000;
        const int LastPort = 60_000;
        while (true)
        {
            var listener = new HttpListener();
            string address = $"http://127.0.0.1:{Random.Shared.Next(FirstPort, LastPort)}/";
            listener.Prefixes.Add(address);
            try
            {
                listener.Start();
                return (listener, new($"{address}v1"));
            }
            catch (HttpListenerException)
            {
                // The port is taken.
            }
        }
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                await AnswerAsync(await _listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
            {
                // The test is over, or the client went away.
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var body = (await JsonNode.ParseAsync(context.Request.InputStream))!;
        Requests.Enqueue((context.Request.Url!.AbsolutePath, context.Request.Headers["Authorization"], body));
        using var response = context.Response;
        response.StatusCode = (int)Status;
        response.ContentType = "application/json";
        if (Status != HttpStatusCode.OK)
        {
            var error = new JsonObject { ["message"] = ErrorMessage, ["type"] = "test" };
            await WriteAsync(response, new JsonObject { ["error"] = error }.ToJsonString());
        }
        else if (body["stream"]?.GetValue<bool>() == true)
        {
            response.ContentType = "text/event-stream";
            await StreamAsync(response);
        }
        else
        {
            var message = new JsonObject { ["role"] = "assistant", ["content"] = FunctionCall is null ? string.Concat(Parts) : null };
            if (FunctionCall is { } call)
            {
                message["tool_calls"] = new JsonArray(ToolCall(call.Name, call.Arguments));
            }

            await WriteAsync(response, Completion("chat.completion", "message", message, FinishReason, Usage()).ToJsonString());
        }
    }

    private async Task StreamAsync(HttpListenerResponse response)
    {
        for (int i = 0; i < Parts.Count; i++)
        {
            if (i > 0)
            {
                await BeforeNextPart;
            }

            var delta = new JsonObject { ["role"] = "assistant", ["content"] = Parts[i] };
            await SendAsync(Completion("chat.completion.chunk", "delta", delta, null, null));
        }

        await SendAsync(Completion("chat.completion.chunk", "delta", [], FinishReason, null));
        var usage = Completion("chat.completion.chunk", "delta", [], null, Usage());
        usage["choices"] = new JsonArray();
        await SendAsync(usage);
        await WriteAsync(response, "data: [DONE]\n\n");

        Task SendAsync(JsonObject chunk) => WriteAsync(response, $"data: {chunk.ToJsonString()}\n\n");
    }

    private string FinishReason => FunctionCall is null ? StopReason : "tool_calls";

    private static JsonObject Completion(string kind, string content, JsonObject message, string? finishReason, JsonObject? usage) => new()
    {
        ["id"] = "chatcmpl-1",
        ["object"] = kind,
        ["created"] = 1_700_000_000,
        ["model"] = "test-model",
        ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, [content] = message, ["finish_reason"] = finishReason }),
        ["usage"] = usage,
    };

    private static JsonObject ToolCall(string name, string arguments) => new()
    {
        ["id"] = "call-1",
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = name, ["arguments"] = arguments },
    };

    private static JsonObject Usage() => new() { ["prompt_tokens"] = 100, ["completion_tokens"] = 20, ["total_tokens"] = 120 };

    private static async Task WriteAsync(HttpListenerResponse response, string text)
    {
        await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(text));
        await response.OutputStream.FlushAsync();
    }
}
