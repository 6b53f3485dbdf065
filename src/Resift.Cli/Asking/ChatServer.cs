using System.ClientModel;
using Microsoft.Extensions.AI;

namespace Resift.Cli;

/// <summary>A language model behind an address.</summary>
/// <param name="Client">Asks it.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Key">What must never be printed; null if there is none.</param>
internal sealed record ChatServer(IChatClient Client, Uri Address, string? Key) : IDisposable
{
    /// <summary>Gives whether an exception is about the server, and not about anything of ours.</summary>
    public static bool IsFailure(Exception exception) => exception is ClientResultException or HttpRequestException or AggregateException;

    /// <summary>Makes one clear sentence of a failure.</summary>
    public IOException Failure(Exception exception)
    {
        // Several tries come as one exception around all of them, of which the last says as much as the others.
        var cause = exception is AggregateException { InnerExceptions: [.., var last] } ? last : exception;
        string message = Key is null ? cause.Message : cause.Message.Replace(Key, "***", StringComparison.Ordinal);
        string advice = cause is ClientResultException { Status: 401 or 403 } ? " Check OPENAI_API_KEY."
            : cause is ClientResultException { Status: 404 } ? " Check --model and --endpoint."
            : cause is ClientResultException { Status: > 0 } ? ""
            : " Check --endpoint, and that the server is running.";
        // Without the exception inside, which --verbose would print as the server wrote it, key and all.
        return new($"The language model at {Address} did not answer: {message.TrimEnd().TrimEnd('.')}.{advice}");
    }

    public void Dispose() => Client.Dispose();
}
