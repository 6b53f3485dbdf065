using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace Resift.AspNetCore;

/// <summary>The errors of paths that are our own: ProblemDetails, as RFC 9457 has them.</summary>
internal sealed class ResiftDialect : Dialect
{
    public override string Name => "resift";

    public override string ErrorMediaType => "application/problem+json";

    public override JsonNode Error(ProblemKind kind, string message, string requestId) => new JsonObject
    {
        ["type"] = "about:blank",
        ["title"] = ReasonPhrases.GetReasonPhrase(StatusOf(kind)),
        ["status"] = StatusOf(kind),
        ["detail"] = message,
        ["code"] = kind.Name(),
        ["requestId"] = requestId,
    };
}
