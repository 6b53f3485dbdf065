using System.ClientModel;
using System.Net;

namespace Resift.Cli;

/// <summary>A listwise reranker over a chat server, whose failures become those of a reranker, without the key.</summary>
internal sealed class ChatReranker(ChatServer server, string model) : DelegatingReranker(new ListwiseLlmReranker(server.Client))
{
    private readonly RerankerMetadata _metadata = new("llm")
    {
        ProviderUri = server.Address,
        DefaultModelId = model,
        ScoreScale = ScoreScale.Rank,
    };

    /// <summary>Creates the reranker. Nothing is sent yet.</summary>
    /// <param name="options">Where the server is, who asks, and how long; without retries, the only attempt has the time of one.</param>
    /// <param name="keyVariable">The variable that the key is from, which errors name; null for the usual one.</param>
    public static ChatReranker Create(HttpRerankerOptions options, string? keyVariable)
    {
        string model = options.ModelId ?? ChatServer.DefaultModel;
        var address = options.Endpoint ?? new(ChatServer.DefaultEndpoint);
        TimeSpan? onlyAttempt = options.MaxRetries == 0 ? options.AttemptTimeout : null;
        var server = ChatServer.Connect(address, options.ApiKey, model, onlyAttempt) with
        {
            KeyVariable = keyVariable ?? ChatServer.DefaultKeyVariable,
        };
        return new(server, model);
    }

    public override async Task<RerankResponse> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await base.RerankAsync(query, documents, options, cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RerankerException($"The language model at {server.Address} gave no whole answer in time.", new TimeoutException())
            {
                IsTransient = true,
            };
        }
        catch (Exception exception) when (ChatServer.IsFailure(exception))
        {
            throw Failure(exception);
        }
    }

    public override object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType == typeof(RerankerMetadata) ? _metadata : base.GetService(serviceType, serviceKey);

    private RerankerException Failure(Exception exception)
    {
        var last = exception is AggregateException { InnerExceptions: [.., var inner] } ? inner : exception;
        int status = (last as ClientResultException)?.Status ?? 0;
        bool isLate = last is OperationCanceledException || last.InnerException is OperationCanceledException or TimeoutException;
        var network = last as HttpRequestException ?? last.InnerException as HttpRequestException;
        string message = server.Failure(exception).Message;
        // The client's own exceptions may quote the key, so only what kind of failure it was goes on.
        Exception? cause = isLate ? new TimeoutException()
            : network is null ? null
            : new HttpRequestException(network.HttpRequestError, message);
        return new(message, cause)
        {
            StatusCode = status > 0 ? (HttpStatusCode)status : null,
            IsTransient = status is 0 or 408 or 429 or >= 500,
        };
    }
}
