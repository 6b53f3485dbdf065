using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Resift.AspNetCore;

/// <summary>What one path does with a body.</summary>
internal abstract partial class ServerEndpoint
{
    /// <summary>The header that names the model that answered, whatever it was called by.</summary>
    public const string ModelHeader = "X-Resift-Model";

    /// <summary>The header that counts the texts that were not read to their end.</summary>
    public const string TruncatedHeader = "X-Resift-Truncated";

    /// <summary>The header of an answer that a fallback gave, or that is not complete.</summary>
    public const string DegradedHeader = "X-Resift-Degraded";

    /// <summary>Gets what is asked for, in the words of OpenTelemetry.</summary>
    public virtual string Operation => "rerank";

    /// <summary>Gets what the OpenAPI document says of it; null for nothing.</summary>
    public virtual OperationDescription? Description => null;

    /// <summary>Gets the dialect of a request of which the body is not known.</summary>
    public abstract Dialect DialectOf(HttpRequest request);

    /// <summary>Gets the dialect of a request.</summary>
    public virtual Dialect DialectOf(HttpRequest request, RequestBody body) => DialectOf(request);

    /// <summary>Answers a request.</summary>
    /// <param name="context">The request, whose answer's headers may be set.</param>
    /// <param name="dialect">Its dialect.</param>
    /// <param name="body">What was sent.</param>
    /// <param name="requestId">The name of the request.</param>
    /// <returns>What writes the answer.</returns>
    public abstract Task<Action<Utf8JsonWriter>> AnswerAsync(HttpContext context, Dialect dialect, RequestBody body, string requestId);

    /// <summary>Sets what an answer says of itself in any dialect.</summary>
    /// <param name="headers">The headers of the answer.</param>
    /// <param name="model">The model that answered; null where none did.</param>
    /// <param name="truncated">How many texts were not read to their end.</param>
    /// <param name="isDegraded">Whether a fallback answered, or not all of it is there.</param>
    public static void SetHeaders(IHeaderDictionary headers, string? model, int truncated, bool isDegraded)
    {
        if (model is not null)
        {
            headers[ModelHeader] = model;
        }

        if (truncated > 0)
        {
            headers[TruncatedHeader] = truncated.ToString(CultureInfo.InvariantCulture);
        }

        if (isDegraded)
        {
            headers[DegradedHeader] = "true";
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {RequestId} has an answer that is worse than it could be: {Reason}")]
    protected static partial void LogDegraded(ILogger logger, string requestId, string reason);
}
