using System.Text.Json;
using System.Text.Json.Nodes;

namespace Resift.AspNetCore;

/// <summary>What vLLM's ways to score have in common.</summary>
internal abstract class VllmErrors(RerankFields fields) : RerankDialect(fields)
{
    public override JsonNode Error(ProblemKind kind, string message, string requestId) => new JsonObject
    {
        ["error"] = OpenAIError(message, kind switch
        {
            ProblemKind.UnknownModel => "NotFoundError",
            ProblemKind.Unavailable or ProblemKind.ModelFailed or ProblemKind.Internal => "InternalServerError",
            _ => "BadRequestError",
        }, StatusOf(kind)),
    };

    /// <summary>Gets the scale that a request asks for.</summary>
    protected static ScoreScale ReadScale(RequestBody body) =>
        (body.Flag("use_activation") ?? body.Flag("activation")) is false ? ScoreScale.Logit : ScoreScale.Probability;

    /// <exception cref="ServerProblem">The request wants another limit of tokens than the model's own.</exception>
    protected static void ThrowIfTruncating(RequestBody body)
    {
        if (body.Number("truncate_prompt_tokens") is { } tokens and not -1)
        {
            throw new ServerProblem(ProblemKind.Invalid,
                $"truncate_prompt_tokens is {tokens}; leave it out, or send -1: texts are cut at the model's own limit.");
        }
    }
}

/// <summary>vLLM's <c>/rerank</c>, <c>/v1/rerank</c> and <c>/v2/rerank</c>.</summary>
internal sealed class VllmDialect() : VllmErrors(new() { Dialect = "vllm", Zero = ZeroLimit.All, EchoesByDefault = true })
{
    public override RerankCall Read(RequestBody body, int maxDocuments)
    {
        ThrowIfTruncating(body);
        return base.Read(body, maxDocuments) with { Scale = ReadScale(body) };
    }

    public override JsonNode Answer(RerankAnswer answer) => new JsonObject
    {
        ["id"] = $"rerank-{answer.RequestId}",
        ["model"] = answer.Model,
        ["usage"] = new JsonObject { ["prompt_tokens"] = answer.Tokens, ["total_tokens"] = answer.Tokens },
        ["results"] = new JsonArray([.. answer.Results.Select(result => new JsonObject
        {
            ["index"] = result.Index,
            ["document"] = new JsonObject { ["text"] = answer.DocumentOf(result).Text, ["multi_modal"] = null },
            ["relevance_score"] = result.Score,
        })]),
    };
}

/// <summary>vLLM's <c>/score</c>: one text with many, or as many with as many, answered in their order.</summary>
internal sealed class VllmScoreDialect() : VllmErrors(new() { Dialect = "vllm-score", Limit = null })
{
    // What the two sides are called.
    private static readonly (string First, string Second)[] _sides =
        [("text_1", "text_2"), ("queries", "documents"), ("queries", "items"), ("data_1", "data_2")];

    public override RerankCall Read(RequestBody body, int maxDocuments)
    {
        ThrowIfTruncating(body);
        foreach (var (first, second) in _sides)
        {
            if (body.Find(first) is { } left && body.Find(second) is { } right)
            {
                string[] queries = [.. ReadSide(left, first, maxDocuments).Select(query => NotBlank(query.Text, first))];
                var documents = ReadSide(right, second, maxDocuments);
                if (queries.Length != 1 && queries.Length != documents.Length)
                {
                    throw new ServerProblem(ProblemKind.Invalid, $"{first} has {queries.Length} texts and {second} {documents.Length}; " +
                        "one text with many was expected, or as many with as many.");
                }

                return new(queries[0], documents)
                {
                    Model = body.Text("model"),
                    Scale = ReadScale(body),
                    Queries = queries.Length > 1 ? queries : null,
                };
            }
        }

        throw new ServerProblem(ProblemKind.Empty, "text_1 and text_2 were expected, or queries and documents.");
    }

    public override JsonNode Answer(RerankAnswer answer) => new JsonObject
    {
        ["id"] = $"score-{answer.RequestId}",
        ["object"] = "list",
        ["created"] = answer.Created.ToUnixTimeSeconds(),
        ["model"] = answer.Model,
        ["data"] = new JsonArray([.. answer.Results.OrderBy(result => result.Index).Select(result => new JsonObject
        {
            ["index"] = result.Index,
            ["object"] = "score",
            ["score"] = result.Score,
        })]),
        ["usage"] = new JsonObject
        {
            ["prompt_tokens"] = answer.Tokens,
            ["total_tokens"] = answer.Tokens,
            ["completion_tokens"] = 0,
        },
    };

    private WireDocument[] ReadSide(JsonElement side, string name, int maxDocuments) => side.ValueKind is JsonValueKind.String
        ? [WireDocument.Read(side, name, DocumentForms.Text, fields: null)]
        : ReadArray(side, name, maxDocuments);
}
