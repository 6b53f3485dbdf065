using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Resift.AspNetCore;

/// <summary>Infinity's <c>/rerank</c>.</summary>
internal sealed class InfinityDialect() : RerankDialect(new() { Dialect = "infinity", Echo = "return_documents" })
{
    public override int StatusOf(ProblemKind kind) => kind is ProblemKind.Invalid or ProblemKind.Empty or ProblemKind.TooMany
        ? StatusCodes.Status422UnprocessableEntity
        : base.StatusOf(kind);

    // The form of fastapi_schemas/errors.py of michaelfeil/infinity.
    public override JsonNode Error(ProblemKind kind, string message, string requestId) =>
        new JsonObject { ["error"] = OpenAIError(message, OpenAIType(kind), StatusOf(kind)) };

    public override RerankCall Read(RequestBody body, int maxDocuments) => base.Read(body, maxDocuments) with
    {
        Scale = body.Flag("raw_scores") is true ? ScoreScale.Logit : ScoreScale.Probability,
    };

    public override JsonNode Answer(RerankAnswer answer) => new JsonObject
    {
        ["object"] = "rerank",
        ["results"] = new JsonArray([.. answer.Results.Select(result => Result(answer, result))]),
        ["model"] = answer.Model,
        ["usage"] = new JsonObject { ["prompt_tokens"] = answer.Tokens, ["total_tokens"] = answer.Tokens },
        ["id"] = $"infinity-{answer.RequestId}",
        ["created"] = answer.Created.ToUnixTimeSeconds(),
    };

    private static JsonObject Result(RerankAnswer answer, RerankResult result)
    {
        var json = new JsonObject { ["relevance_score"] = result.Score, ["index"] = result.Index };
        if (answer.Call.Echo)
        {
            json["document"] = answer.DocumentOf(result).Text;
        }

        return json;
    }
}
