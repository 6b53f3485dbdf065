using System.Text.Json.Nodes;

namespace Resift.AspNetCore;

/// <summary>Pinecone's <c>/rerank</c>.</summary>
internal sealed class PineconeDialect() : RerankDialect(new()
{
    Dialect = "pinecone",
    Forms = DocumentForms.Object,
    RankFields = "rank_fields",
    Echo = "return_documents",
    EchoesByDefault = true,
    RequiresModel = true,
})
{
    public override JsonNode Error(ProblemKind kind, string message, string requestId) => new JsonObject
    {
        ["error"] = new JsonObject
        {
            ["code"] = kind switch
            {
                ProblemKind.Unauthorized => "UNAUTHENTICATED",
                ProblemKind.Forbidden => "PERMISSION_DENIED",
                ProblemKind.UnknownModel => "NOT_FOUND",
                ProblemKind.Overloaded => "RESOURCE_EXHAUSTED",
                ProblemKind.Unavailable or ProblemKind.ModelFailed => "UNAVAILABLE",
                ProblemKind.Internal => "INTERNAL",
                _ => "INVALID_ARGUMENT",
            },
            ["message"] = message,
        },
        ["status"] = StatusOf(kind),
    };

    public override JsonNode Answer(RerankAnswer answer) => new JsonObject
    {
        ["model"] = answer.Model,
        ["data"] = new JsonArray([.. answer.Results.Select(result => Result(answer, result))]),
        ["usage"] = new JsonObject { ["rerank_units"] = 1 },
    };

    private static JsonObject Result(RerankAnswer answer, RerankResult result)
    {
        var json = new JsonObject { ["index"] = result.Index, ["score"] = result.Score };
        if (answer.Call.Echo)
        {
            json["document"] = answer.DocumentOf(result).AsObject();
        }

        return json;
    }
}
