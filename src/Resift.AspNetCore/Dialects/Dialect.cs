using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Resift.AspNetCore;

/// <summary>How one family of clients is spoken to when something is wrong.</summary>
internal abstract class Dialect
{
    /// <summary>Gets the media type of errors.</summary>
    public virtual string ErrorMediaType => "application/json";

    /// <summary>Gets the status for a problem: what the original answers with, or what HTTP has for it.</summary>
    public virtual int StatusOf(ProblemKind kind) => kind switch
    {
        ProblemKind.UnknownModel => StatusCodes.Status404NotFound,
        ProblemKind.Unauthorized => StatusCodes.Status401Unauthorized,
        ProblemKind.Forbidden => StatusCodes.Status403Forbidden,
        ProblemKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ProblemKind.MediaType => StatusCodes.Status415UnsupportedMediaType,
        ProblemKind.TooSlow => StatusCodes.Status408RequestTimeout,
        ProblemKind.Overloaded => StatusCodes.Status429TooManyRequests,
        ProblemKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        ProblemKind.ModelFailed => StatusCodes.Status502BadGateway,
        ProblemKind.Internal => StatusCodes.Status500InternalServerError,
        _ => StatusCodes.Status400BadRequest,
    };

    /// <summary>Creates the body of an error.</summary>
    public abstract JsonNode Error(ProblemKind kind, string message, string requestId);

    /// <summary>Creates the error that OpenAI has, and who follows it.</summary>
    protected static JsonObject OpenAIError(string message, string type, JsonNode? code) => new()
    {
        ["message"] = message,
        ["type"] = type,
        ["param"] = null,
        ["code"] = code,
    };

    /// <summary>Gets the type of an error as OpenAI has it.</summary>
    protected static string OpenAIType(ProblemKind kind) => kind switch
    {
        ProblemKind.Unauthorized or ProblemKind.Forbidden => "authentication_error",
        ProblemKind.Overloaded => "rate_limit_error",
        ProblemKind.Unavailable or ProblemKind.ModelFailed or ProblemKind.Internal => "server_error",
        _ => "invalid_request_error",
    };
}
