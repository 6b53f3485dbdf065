using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Resift.AspNetCore;

/// <summary>Text Embeddings Inference: <c>/rerank</c>, and the errors of <c>/embed</c> and <c>/info</c>.</summary>
internal sealed class TeiDialect() : RerankDialect(
    new() { Dialect = "tei", Documents = "texts", Limit = null, Echo = "return_text" })
{
    public override int StatusOf(ProblemKind kind) => kind switch
    {
        ProblemKind.Invalid or ProblemKind.TooMany => StatusCodes.Status422UnprocessableEntity,
        ProblemKind.ModelFailed => StatusCodes.Status424FailedDependency,
        _ => base.StatusOf(kind),
    };

    public override JsonNode Error(ProblemKind kind, string message, string requestId) => new JsonObject
    {
        ["error"] = message,
        ["error_type"] = kind switch
        {
            ProblemKind.Empty => "Empty",
            ProblemKind.Overloaded => "Overloaded",
            ProblemKind.Unavailable => "Unhealthy",
            ProblemKind.ModelFailed or ProblemKind.Internal => "Backend",
            _ => "Validation",
        },
    };

    public override RerankCall Read(RequestBody body, int maxDocuments) => base.Read(body, maxDocuments) with
    {
        Truncation = ReadTruncation(body),
        Scale = body.Flag("raw_scores") is true ? ScoreScale.Logit : ScoreScale.Probability,
    };

    public override JsonNode Answer(RerankAnswer answer) => Results(answer);

    /// <summary>Creates the bare array that this dialect answers with.</summary>
    public static JsonArray Results(RerankAnswer answer) => new([.. answer.Results.Select(result =>
    {
        var json = new JsonObject { ["index"] = result.Index, ["score"] = result.Score };
        if (answer.Call.Echo)
        {
            json["text"] = answer.DocumentOf(result).Text;
        }

        return json;
    })]);

    /// <summary>Reads whether texts may be cut, and at which end.</summary>
    /// <exception cref="ServerProblem">They are to be cut at their beginning, which is not possible here.</exception>
    public static TruncationPolicy? ReadTruncation(RequestBody body)
    {
        if (body.Text("truncation_direction") is { } direction && !direction.Equals("right", StringComparison.OrdinalIgnoreCase))
        {
            throw new ServerProblem(ProblemKind.Invalid,
                $"`truncation_direction` is '{direction}'; only 'Right' is possible here: texts are cut at their end.");
        }

        return body.Flag("truncate") is false ? TruncationPolicy.Error : null;
    }
}
