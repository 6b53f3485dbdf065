using System.Collections.Concurrent;
using Microsoft.Extensions.AI;

namespace Resift.Testing;

/// <summary>A chat client for tests that answers what its callback says.</summary>
internal sealed class TestChatClient(Func<IReadOnlyList<ChatMessage>, ChatOptions?, CancellationToken, Task<ChatResponse>> answer)
    : IChatClient
{
    private int _disposals;

    /// <summary>Makes a client that answers with a text.</summary>
    public TestChatClient(Func<string, string> answer)
        : this((messages, _, _) => Task.FromResult(Answer(answer(messages[^1].Text))))
    {
    }

    public ChatClientMetadata Metadata { get; init; } = new("test", new("https://chat.example"), "scripted");

    /// <summary>Gets the messages and options of every call.</summary>
    public ConcurrentQueue<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> Received { get; } = [];

    /// <summary>Gets how often it was disposed.</summary>
    public int Disposals => _disposals;

    /// <summary>Makes an answer with a text, ten input tokens and three output tokens.</summary>
    public static ChatResponse Answer(string text) => new(new ChatMessage(ChatRole.Assistant, text))
    {
        ModelId = "scripted-1",
        FinishReason = ChatFinishReason.Stop,
        Usage = new() { InputTokenCount = 10, OutputTokenCount = 3 },
    };

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposals > 0, this);
        cancellationToken.ThrowIfCancellationRequested();
        ChatMessage[] received = [.. messages];
        Received.Enqueue((received, options));
        return answer(received, options, cancellationToken);
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("No reranker streams.");

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType.IsInstanceOfType(this) ? this
        : serviceType == typeof(ChatClientMetadata) ? Metadata
        : null;

    public void Dispose() => Interlocked.Increment(ref _disposals);
}
