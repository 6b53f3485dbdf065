using System.Text.Json.Nodes;

namespace Resift.AspNetCore;

/// <summary>Mixedbread's <c>/v1/reranking</c>.</summary>
internal sealed class MixedbreadDialect() : RerankDialect(new()
{
    Dialect = "mixedbread",
    Documents = "input",
    Forms = DocumentForms.Text | DocumentForms.Object,
    RankFields = "rank_fields",
    DefaultRankFields = null,
    Limit = "top_k",
    Echo = "return_input",
})
{
    // What its errors look like is not published, so they have what its client, made by Stainless, may look for.
    public override JsonNode Error(ProblemKind kind, string message, string requestId) =>
        CommonDialect.ErrorForAll(kind, message, requestId);

    public override JsonNode Answer(RerankAnswer answer) => new JsonObject
    {
        ["usage"] = new JsonObject
        {
            ["prompt_tokens"] = answer.Tokens,
            ["total_tokens"] = answer.Tokens,
            ["completion_tokens"] = 0,
        },
        ["model"] = answer.Model,
        ["data"] = new JsonArray([.. answer.Results.Select(result => Result(answer, result))]),
        ["object"] = "list",
        ["top_k"] = answer.Call.TopN ?? answer.Call.Documents.Count,
        ["return_input"] = answer.Call.Echo,
    };

    private static JsonObject Result(RerankAnswer answer, RerankResult result)
    {
        var json = new JsonObject { ["index"] = result.Index, ["score"] = result.Score, ["object"] = "rank_result" };
        if (answer.Call.Echo)
        {
            json["input"] = answer.DocumentOf(result).AsSent();
        }

        return json;
    }
}
