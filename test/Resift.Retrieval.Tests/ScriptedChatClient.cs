using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Resift.Retrieval.Tests;

/// <summary>A language model for tests: answers what it was told to, and notes what it was asked.</summary>
internal sealed class ScriptedChatClient(Func<CancellationToken, IAsyncEnumerable<ChatResponseUpdate>> answer) : IChatClient
{
    /// <summary>Answers with a text, a word at a time where it streams.</summary>
    public ScriptedChatClient(string text)
        : this(new ChatResponse(new ChatMessage(ChatRole.Assistant, [.. Words(text)]))
        {
            FinishReason = ChatFinishReason.Stop,
            ModelId = "scripted-1",
            Usage = new() { InputTokenCount = 120, OutputTokenCount = 30, TotalTokenCount = 150 },
        })
    {
    }

    public ScriptedChatClient(ChatResponse response)
        : this(_ => InParts(response))
    {
    }

    public ConcurrentQueue<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> Asked { get; } = [];

    /// <summary>Gets the text of the system message of the one call that came.</summary>
    public string System => Assert.Single(Asked).Messages.Single(message => message.Role == ChatRole.System).Text;

    /// <summary>Gets the text of the user message of the one call that came.</summary>
    public string User => Assert.Single(Asked).Messages.Single(message => message.Role == ChatRole.User).Text;

    public static ScriptedChatClient Failing(Exception exception) => new(_ => throw exception);

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Asked.Enqueue(([.. messages], options));
        await foreach (var update in answer(cancellationToken).WithCancellation(cancellationToken))
        {
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private static IEnumerable<AIContent> Words(string text) =>
        text.Split(' ').Select((word, place) => new TextContent(place == 0 ? word : $" {word}"));

    private static async IAsyncEnumerable<ChatResponseUpdate> InParts(ChatResponse response)
    {
        foreach (var update in response.ToChatResponseUpdates())
        {
            if (update.Contents.Count < 2)
            {
                yield return update;
                continue;
            }

            foreach (var content in update.Contents)
            {
                await Task.Yield();
                var part = update.Clone();
                part.Contents = [content];
                yield return part;
            }
        }
    }
}
