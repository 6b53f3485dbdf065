using System.Text;
using System.Text.Json.Nodes;
using Resift.Testing;

namespace Resift.Cli.Tests;

/// <summary>What a language model answers in the form of OpenAI's chat completions: a stream where the request wants one.</summary>
internal static class ChatReply
{
    public static LoopbackReply To(LoopbackRequest request, params string[] parts)
    {
        bool isStream = request.Json.TryGetProperty("stream", out var stream) && stream.GetBoolean();
        if (!isStream)
        {
            return LoopbackReply.Json(Completion("chat.completion", "message", string.Concat(parts), "stop").ToJsonString());
        }

        var events = parts.Select(part => Completion("chat.completion.chunk", "delta", part, null))
            .Append(Completion("chat.completion.chunk", "delta", "", "stop"))
            .Select(chunk => $"data: {chunk.ToJsonString()}\n\n");
        return new() { Body = Encoding.UTF8.GetBytes(string.Concat(events) + "data: [DONE]\n\n"), ContentType = "text/event-stream" };
    }

    private static JsonObject Completion(string kind, string content, string text, string? reason) => new()
    {
        ["id"] = "1",
        ["object"] = kind,
        ["created"] = 1,
        ["model"] = "m",
        ["choices"] = new JsonArray(new JsonObject
        {
            ["index"] = 0,
            ["finish_reason"] = reason,
            [content] = new JsonObject { ["role"] = "assistant", ["content"] = text },
        }),
    };
}
