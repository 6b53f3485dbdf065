using Microsoft.Extensions.AI;

namespace Resift.Cli;

/// <summary>A listwise reranker over a chat server, whose failures become those of a reranker, without the key.</summary>
internal sealed class ChatReranker(ChatServer server, string model, ListwiseLlmRerankerOptions chat) : IReranker
{
    private readonly RerankerMetadata _metadata = new("llm")
    {
        ProviderUri = server.Address,
        DefaultModelId = model,
        ScoreScale = ScoreScale.Rank,
    };

    /// <summary>Creates the reranker. Nothing is sent yet.</summary>
    /// <param name="options">Where the server is, who asks, and how long; without retries, the only attempt has the time of one.</param>
    /// <param name="connection">The variable that the key is from, which errors name, and how the model is asked.</param>
    public static ChatReranker Create(HttpRerankerOptions options, ProviderConnection connection)
    {
        string model = options.ModelId ?? ChatServer.DefaultModel;
        var address = options.Endpoint ?? new(ChatServer.DefaultEndpoint);
        TimeSpan? onlyAttempt = options.MaxRetries == 0 ? options.AttemptTimeout : null;
        return new(ChatServer.Connect(address, options.ApiKey, model, connection.KeyVariable, onlyAttempt), model, connection.Chat);
    }

    public async Task<RerankResponse> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default)
    {
        // Not disposed, since with it the client would be that the next call needs.
        var heard = new HearingClient(server.Client);
        using var reranker = new ListwiseLlmReranker(heard, chat, leaveOpen: true);
        try
        {
            var response = await reranker.RerankAsync(query, documents, options, cancellationToken);
            // A model that writes nonsense is a bad one; a server that sends nothing at all is none.
            return response.IsDegraded && !heard.Any ? throw server.NoAnswer(heard.IsCutOff) : response;
        }
        catch (ChatServerException failure)
        {
            throw new RerankerException(failure.Message, failure.Cause)
            {
                StatusCode = failure.Status,
                IsTransient = failure.IsTransient,
            };
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(RerankerMetadata) ? _metadata
        : serviceType.IsInstanceOfType(this) ? this
        : server.Client.GetService(serviceType, serviceKey);

    public void Dispose() => server.Dispose();

    /// <summary>Takes note of whether the model said anything in the questions of one call.</summary>
    private sealed class HearingClient(IChatClient client) : DelegatingChatClient(client)
    {
        public bool Any { get; private set; }

        public bool IsCutOff { get; private set; }

        public override async Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            var response = await base.GetResponseAsync(messages, options, cancellationToken);
            IsCutOff |= response.FinishReason == ChatFinishReason.Length;
            Any |= response.Text.AsSpan().Trim().Length > 0 || response.FinishReason == ChatFinishReason.ContentFilter
                || response.Messages.SelectMany(message => message.Contents).Any(content => content is ErrorContent);
            return response;
        }
    }
}
