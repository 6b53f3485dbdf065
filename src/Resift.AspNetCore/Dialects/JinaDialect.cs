using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Resift.AspNetCore;

/// <summary>Jina's <c>/v1/rerank</c>.</summary>
internal sealed class JinaDialect() : RerankDialect(new()
{
    Dialect = "jina",
    Forms = DocumentForms.Text | DocumentForms.Object,
    Echo = "return_documents",
    RequiresModel = true,
})
{
    public override int StatusOf(ProblemKind kind) => kind is ProblemKind.Invalid or ProblemKind.Empty or ProblemKind.TooMany
        ? StatusCodes.Status422UnprocessableEntity
        : base.StatusOf(kind);

    public override JsonNode Error(ProblemKind kind, string message, string requestId) => new JsonObject { ["detail"] = message };

    public override JsonNode Answer(RerankAnswer answer) => new JsonObject
    {
        ["model"] = answer.Model,
        ["object"] = "list",
        ["usage"] = new JsonObject { ["total_tokens"] = answer.Tokens },
        ["results"] = new JsonArray([.. answer.Results.Select(result => Result(answer, result))]),
    };

    // A query may be an object with a text as well.
    protected override string ReadQuery(RequestBody body) => NotBlank(
        body.Find("query") is { } query ? WireDocument.Read(query, "query", Fields.Forms, Fields.DefaultRankFields).Text : null, "query");

    private static JsonObject Result(RerankAnswer answer, RerankResult result)
    {
        var json = new JsonObject { ["index"] = result.Index, ["relevance_score"] = result.Score };
        if (answer.Call.Echo)
        {
            json["document"] = answer.DocumentOf(result).AsObject();
        }

        return json;
    }
}
