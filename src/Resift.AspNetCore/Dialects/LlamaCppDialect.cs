using System.Text.Json.Nodes;

namespace Resift.AspNetCore;

/// <summary>What both ways to ask llama.cpp have in common: scores are logits, and errors have their own types.</summary>
internal abstract class LlamaCppErrors(RerankFields fields) : RerankDialect(fields)
{
    public override RerankCall Read(RequestBody body, int maxDocuments) =>
        base.Read(body, maxDocuments) with { Scale = ScoreScale.Logit };

    public override JsonNode Error(ProblemKind kind, string message, string requestId) => new JsonObject
    {
        ["error"] = new JsonObject
        {
            ["code"] = StatusOf(kind),
            ["message"] = message,
            ["type"] = kind switch
            {
                ProblemKind.Unauthorized => "authentication_error",
                ProblemKind.Forbidden => "permission_error",
                ProblemKind.UnknownModel => "not_found_error",
                ProblemKind.Unavailable => "unavailable_error",
                ProblemKind.ModelFailed or ProblemKind.Internal => "server_error",
                _ => "invalid_request_error",
            },
        },
    };
}

/// <summary>llama.cpp's <c>/reranking</c>.</summary>
internal sealed class LlamaCppDialect() : LlamaCppErrors(new() { Dialect = "llamacpp", Zero = ZeroLimit.None })
{
    public override JsonNode Answer(RerankAnswer answer) => new JsonObject
    {
        ["model"] = answer.Model,
        ["object"] = "list",
        ["usage"] = new JsonObject { ["prompt_tokens"] = answer.Tokens, ["total_tokens"] = answer.Tokens },
        ["results"] = new JsonArray([.. answer.Results.Select(result =>
            new JsonObject { ["index"] = result.Index, ["relevance_score"] = result.Score })]),
    };
}

/// <summary>llama.cpp asked as TEI is, by <c>texts</c>: the answer of TEI, with logits.</summary>
internal sealed class LlamaCppTextsDialect() : LlamaCppErrors(
    new() { Dialect = "llamacpp-texts", Documents = "texts", Limit = null, Echo = "return_text" })
{
    public override JsonNode Answer(RerankAnswer answer) => TeiDialect.Results(answer);
}
