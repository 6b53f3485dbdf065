using System.Text.Json.Nodes;

namespace Resift.AspNetCore;

/// <summary>Together's <c>/v1/rerank</c>.</summary>
internal sealed class TogetherDialect() : RerankDialect(new()
{
    Dialect = "together",
    Forms = DocumentForms.Text | DocumentForms.Object,
    RankFields = "rank_fields",
    DefaultRankFields = null,
    Echo = "return_documents",
    RequiresModel = true,
})
{
    public override JsonNode Error(ProblemKind kind, string message, string requestId) =>
        new JsonObject { ["error"] = OpenAIError(message, OpenAIType(kind), code: null) };

    public override JsonNode Answer(RerankAnswer answer) => new JsonObject
    {
        ["id"] = answer.RequestId,
        ["object"] = "rerank",
        ["model"] = answer.Model,
        ["results"] = new JsonArray([.. answer.Results.Select(result => Result(answer, result))]),
        ["usage"] = new JsonObject
        {
            ["prompt_tokens"] = answer.Tokens,
            ["completion_tokens"] = 0,
            ["total_tokens"] = answer.Tokens,
        },
    };

    private static JsonObject Result(RerankAnswer answer, RerankResult result)
    {
        var json = new JsonObject { ["index"] = result.Index, ["relevance_score"] = result.Score };
        if (answer.Call.Echo)
        {
            // Its clients read the text, also of an object with other fields.
            json["document"] = new JsonObject { ["text"] = answer.DocumentOf(result).Text };
        }

        return json;
    }
}
