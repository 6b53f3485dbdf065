using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Resift.AspNetCore;

/// <summary>How our own paths say what is wrong: as problem details (RFC 9457).</summary>
internal sealed class ResiftDialect : Dialect
{
    private ResiftDialect()
    {
    }

    /// <summary>Gets the dialect.</summary>
    public static ResiftDialect Instance { get; } = new();

    public override string ErrorMediaType => "application/problem+json";

    public override int StatusOf(ProblemKind kind) =>
        kind is ProblemKind.TooMany ? StatusCodes.Status422UnprocessableEntity : base.StatusOf(kind);

    // No page describes the types of our errors, so the type is that of HTTP's own, and "code" is for programs.
    public override JsonNode Error(ProblemKind kind, string message, string requestId) => new JsonObject
    {
        ["type"] = "about:blank",
        ["title"] = ReasonPhrases.GetReasonPhrase(StatusOf(kind)),
        ["status"] = StatusOf(kind),
        ["detail"] = message,
        ["code"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString()),
        ["request_id"] = requestId,
    };
}
