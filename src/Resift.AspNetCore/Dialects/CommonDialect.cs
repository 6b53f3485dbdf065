using System.Text.Json.Nodes;

namespace Resift.AspNetCore;

/// <summary>
/// What is said to a client that could be any of several: an answer, and errors, with the fields of all of them. Scores are probabilities,
/// and a limit of 0, which means three things, is refused.
/// </summary>
internal sealed class CommonDialect() : RerankDialect(new()
{
    Dialect = "common",
    Forms = DocumentForms.Text | DocumentForms.Object,
    RankFields = "rank_fields",
    Echo = "return_documents",
})
{
    public static JsonObject ErrorForAll(ProblemKind kind, string message, string requestId) => new()
    {
        ["id"] = requestId,
        ["message"] = message,
        ["detail"] = message,
        ["error"] = OpenAIError(message, OpenAIType(kind), code: null),
    };

    public override JsonNode Error(ProblemKind kind, string message, string requestId) => ErrorForAll(kind, message, requestId);

    public override JsonNode Answer(RerankAnswer answer) => new JsonObject
    {
        ["id"] = answer.RequestId,
        ["object"] = "list",
        ["model"] = answer.Model,
        ["results"] = new JsonArray([.. answer.Results.Select(result => Result(answer, result, document => document.AsObject()))]),
        ["data"] = new JsonArray([.. answer.Results.Select(result => Result(answer, result, document => document.AsSent()))]),
        ["usage"] = new JsonObject
        {
            ["prompt_tokens"] = answer.Tokens,
            ["completion_tokens"] = 0,
            ["total_tokens"] = answer.Tokens,
        },
        ["meta"] = CohereDialect.Meta(answer, "1"),
    };

    private static JsonObject Result(RerankAnswer answer, RerankResult result, Func<WireDocument, JsonNode> echo)
    {
        var json = new JsonObject { ["index"] = result.Index, ["relevance_score"] = result.Score };
        if (answer.Call.Echo)
        {
            json["document"] = echo(answer.DocumentOf(result));
        }

        return json;
    }
}
