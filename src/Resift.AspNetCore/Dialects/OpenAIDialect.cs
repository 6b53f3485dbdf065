using System.Text.Json.Nodes;

namespace Resift.AspNetCore;

/// <summary>The errors of OpenAI, for embeddings and the list of models.</summary>
internal sealed class OpenAIDialect : Dialect
{
    public override string Name => "openai";

    public override JsonNode Error(ProblemKind kind, string message, string requestId) => new JsonObject
    {
        ["error"] = OpenAIError(message, OpenAIType(kind), kind switch
        {
            ProblemKind.Unauthorized => "invalid_api_key",
            ProblemKind.UnknownModel => "model_not_found",
            ProblemKind.Overloaded => "rate_limit_exceeded",
            _ => null,
        }),
    };
}
