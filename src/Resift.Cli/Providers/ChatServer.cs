using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using OpenAI;

namespace Resift.Cli;

/// <summary>A language model behind an address.</summary>
/// <param name="Client">Asks it.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Key">What must never be printed; null if there is none.</param>
internal sealed record ChatServer(IChatClient Client, Uri Address, string? Key) : IDisposable
{
    /// <summary>The environment variable that holds the key unless another is named.</summary>
    public const string DefaultKeyVariable = "OPENAI_API_KEY";

    /// <summary>The environment variable that holds the address.</summary>
    public const string EndpointVariable = "OPENAI_BASE_URL";

    public const string DefaultModel = "gpt-4o-mini";

    public const string DefaultEndpoint = "https://api.openai.com/v1";

    // A model on a processor may take minutes to read a prompt before it says its first word.
    private static readonly TimeSpan _timeout = TimeSpan.FromMinutes(10);

    /// <summary>Gets the environment variable that holds the key.</summary>
    public string KeyVariable { get; init; } = DefaultKeyVariable;

    /// <summary>Creates the client. Nothing is sent yet.</summary>
    /// <param name="address">Where the server is.</param>
    /// <param name="key">The key; null for a server that wants none.</param>
    /// <param name="model">The model that it is asked for.</param>
    /// <param name="onlyAttempt">How long the only attempt may take; null for long ones, and retries.</param>
    public static ChatServer Connect(Uri address, string? key, string model, TimeSpan? onlyAttempt = null)
    {
        // Servers without keys still get a header, which they do not look at.
        var credential = new ApiKeyCredential(key ?? "none");
        var options = new OpenAIClientOptions
        {
            Endpoint = address,
            NetworkTimeout = onlyAttempt ?? _timeout,
            RetryPolicy = new ClientRetryPolicy(maxRetries: onlyAttempt is null ? 2 : 0),
        };
        return new(new OpenAIClient(credential, options).GetChatClient(model).AsIChatClient(), address, key);
    }

    /// <summary>Determines whether an exception is about the server, and not about anything of ours.</summary>
    public static bool IsFailure(Exception exception) => exception is ClientResultException or HttpRequestException or AggregateException;

    /// <summary>Creates one clear sentence of a failure.</summary>
    public IOException Failure(Exception exception)
    {
        // Several tries come as one exception around all of them, of which the last says as much as the others.
        var cause = exception is AggregateException { InnerExceptions: [.., var last] } ? last : exception;
        string message = Key is null ? cause.Message : cause.Message.Replace(Key, "***", StringComparison.Ordinal);
        string advice = cause is ClientResultException { Status: 401 or 403 } ? $" Check {KeyVariable}."
            : cause is ClientResultException { Status: 404 } ? " Check the model and the endpoint."
            : cause is ClientResultException { Status: > 0 } ? ""
            : " Check the endpoint, and that the server is running.";
        // Without the exception inside, which --verbose would print as the server wrote it, key and all.
        return new($"The language model at {Address} did not answer: {message.TrimEnd().TrimEnd('.')}.{advice}");
    }

    public void Dispose() => Client.Dispose();
}
