using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Resift.AspNetCore;

/// <summary>Why a request is not answered. Each dialect has its status and its words for it.</summary>
internal enum ProblemKind
{
    /// <summary>The body is no JSON.</summary>
    Malformed,

    /// <summary>A field is missing or means nothing.</summary>
    Invalid,

    /// <summary>There is nothing to rank or to embed.</summary>
    Empty,

    /// <summary>More documents or tokens than a request may have.</summary>
    TooMany,

    /// <summary>More bytes than a request may have.</summary>
    TooLarge,
    UnknownModel,
    Unauthorized,
    Forbidden,
    MediaType,

    /// <summary>The body comes too slowly.</summary>
    TooSlow,

    /// <summary>More requests than can be answered now.</summary>
    Overloaded,
    Unavailable,

    /// <summary>The model, or the provider behind it, failed.</summary>
    ModelFailed,
    Internal,
}

/// <summary>Names kinds of problems.</summary>
internal static class ProblemKinds
{
    /// <summary>Gets the name of a kind in metrics, logs and our own errors, such as <c>too_many</c>.</summary>
    public static string Name(this ProblemKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());
}

/// <summary>Ends a request with an answer that says why.</summary>
/// <param name="kind">What is wrong.</param>
/// <param name="message">What was expected, what came, and what to do; for the client, so nothing in it is secret.</param>
internal sealed class ServerProblem(ProblemKind kind, string message) : Exception(message)
{
    public ProblemKind Kind => kind;

    /// <summary>Gets the name of what is wrong, in metrics and logs.</summary>
    public string Name { get; init; } = kind.Name();

    /// <summary>Gets after how long the client may come again; null for the server's usual time.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Sets what a client is told to do: how to name its key, or after how many seconds to come again.</summary>
    /// <param name="headers">The headers of the answer.</param>
    /// <param name="usual">The server's usual time.</param>
    public void SetHeaders(IHeaderDictionary headers, TimeSpan usual)
    {
        if (Kind is ProblemKind.Unauthorized)
        {
            headers.WWWAuthenticate = "Bearer";
        }

        if (Kind is ProblemKind.Overloaded or ProblemKind.Unavailable)
        {
            double seconds = Math.Ceiling((RetryAfter ?? usual).TotalSeconds);
            headers.RetryAfter = Math.Max(1, seconds).ToString("F0", CultureInfo.InvariantCulture);
        }
    }
}
