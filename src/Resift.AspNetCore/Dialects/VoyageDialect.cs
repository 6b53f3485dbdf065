using System.Text.Json.Nodes;

namespace Resift.AspNetCore;

/// <summary>Voyage's <c>/v1/rerank</c>.</summary>
internal sealed class VoyageDialect() : RerankDialect(new()
{
    Dialect = "voyage",
    Limit = "top_k",
    Echo = "return_documents",
    RequiresModel = true,
    MaxDocuments = 1000,
})
{
    // Voyage knows no 404 for a model.
    public override int StatusOf(ProblemKind kind) => base.StatusOf(kind is ProblemKind.UnknownModel ? ProblemKind.Invalid : kind);

    public override JsonNode Error(ProblemKind kind, string message, string requestId) => new JsonObject { ["detail"] = message };

    public override RerankCall Read(RequestBody body, int maxDocuments) => base.Read(body, maxDocuments) with
    {
        Truncation = body.Flag("truncation") is false ? TruncationPolicy.Error : null,
    };

    public override JsonNode Answer(RerankAnswer answer) => new JsonObject
    {
        ["object"] = "list",
        ["data"] = new JsonArray([.. answer.Results.Select(result => Result(answer, result))]),
        ["model"] = answer.Model,
        ["usage"] = new JsonObject { ["total_tokens"] = answer.Tokens },
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
