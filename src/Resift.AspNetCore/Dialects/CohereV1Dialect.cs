using System.Text.Json.Nodes;

namespace Resift.AspNetCore;

/// <summary>What both versions of Cohere's dialect have in common.</summary>
internal abstract class CohereDialect(RerankFields fields, string version) : RerankDialect(fields)
{
    // One search is a query with up to a hundred documents.
    private const int DocumentsPerSearch = 100;

    public override JsonNode Error(ProblemKind kind, string message, string requestId) => new JsonObject
    {
        ["id"] = requestId,
        ["message"] = kind is ProblemKind.Invalid or ProblemKind.Empty or ProblemKind.TooMany or ProblemKind.Malformed
            ? $"invalid request: {message}"
            : message,
    };

    public override JsonNode Answer(RerankAnswer answer) => new JsonObject
    {
        ["id"] = answer.RequestId,
        ["results"] = new JsonArray([.. answer.Results.Select(result => Result(answer, result))]),
        ["meta"] = Meta(answer, version),
    };

    /// <summary>Creates what Cohere says about a call.</summary>
    public static JsonObject Meta(RerankAnswer answer, string version)
    {
        var meta = new JsonObject
        {
            ["api_version"] = new JsonObject { ["version"] = version },
            ["billed_units"] = new JsonObject
            {
                ["search_units"] = (answer.Call.Documents.Count + DocumentsPerSearch - 1) / DocumentsPerSearch,
            },
            ["tokens"] = new JsonObject { ["input_tokens"] = answer.Tokens },
        };
        if (answer.TruncatedDocuments > 0)
        {
            meta["warnings"] = new JsonArray($"{answer.TruncatedDocuments} documents were longer than the model reads, and cut");
        }

        return meta;
    }

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

/// <summary>Cohere's <c>/v1/rerank</c>.</summary>
internal sealed class CohereV1Dialect() : CohereDialect(
    new()
    {
        Dialect = "cohere-v1",
        Forms = DocumentForms.Text | DocumentForms.Object,
        RankFields = "rank_fields",
        Echo = "return_documents",
        AllowsEmptyDocuments = false,
    }, "1")
{
    // Documents times chunks: a request may have no more, although no document is cut into chunks here.
    private const int MaxChunks = 10_000;

    public override RerankCall Read(RequestBody body, int maxDocuments)
    {
        int chunks = body.Number("max_chunks_per_doc") ?? 1;
        if (chunks < 1)
        {
            throw new ServerProblem(ProblemKind.Invalid, $"max_chunks_per_doc is {chunks}; at least 1 was expected");
        }

        return base.Read(body, Math.Min(maxDocuments, Math.Max(1, MaxChunks / chunks)));
    }
}
