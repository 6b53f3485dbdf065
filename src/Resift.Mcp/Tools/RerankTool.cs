using System.Text.Json;

namespace Resift.Mcp;

/// <summary>The tool <c>rerank</c>.</summary>
internal sealed class RerankTool(ResiftMcpOptions options) : ModelTool<RerankToolResult>(
    "rerank",
    "Rank texts by a question",
    "Orders texts that you have by how well each answers a question, and gives a score for each. Use it on what other tools found, to " +
        "read the best first. The texts themselves are not in the result.",
    $$"""
    {
      "type": "object",
      "properties": {
        "query": { "type": "string", "description": "The question." },
        "documents": {
          "type": "array",
          "minItems": 1,
          "maxItems": {{options.MaxDocuments}},
          "items": {
            "anyOf": [
              { "type": "string" },
              { "type": "object", "properties": { "id": { "type": "string" }, "text": { "type": "string" } }, "required": ["text"] }
            ]
          },
          "description": "The texts, or objects with id and text."
        },
        "top_n": { "type": "integer", "minimum": 1, "description": "How many of the best are wanted at most. All if it is left out." }
      },
      "required": ["query", "documents"]
    }
    """,
    ToolJson.Default.RerankToolResult)
{
    protected override async Task<RerankToolResult> RunAsync(ToolArguments arguments, CancellationToken cancellationToken)
    {
        string query = arguments.Text("query", "a question");
        var documents = ReadDocuments(arguments);
        var wishes = new RerankOptions { TopN = arguments.Number("top_n", 1, int.MaxValue) };
        var response = await options.Reranker!
            .RerankAsync(query, [.. documents.Select(document => document.Text)], wishes, cancellationToken).ConfigureAwait(false);
        var cut = response.Usage?.TruncatedDocuments ?? [];
        return new(
            [.. response.Results.Select(result => new RankedResult(result.Index, ResultText.Round(result.Score))
            {
                Id = documents[result.Index].Id,
            })],
            ResultText.NameOf(response.ScoreScale))
        {
            Truncated = cut.Count > 0 ? [.. cut.Select(document => document.Index)] : null,
            Degraded = response.IsDegraded ? ResultText.Degraded : null,
        };
    }

    private List<(string? Id, string Text)> ReadDocuments(ToolArguments arguments)
    {
        if (arguments.Find("documents") is not { ValueKind: JsonValueKind.Array } array || array.GetArrayLength() is 0 and var count)
        {
            throw new ToolProblem("'documents' is missing or empty; a list of texts was expected. Call again with at least one.");
        }

        count = array.GetArrayLength();
        return count <= options.MaxDocuments
            ? [.. array.EnumerateArray().Select(ReadDocument)]
            : throw new ToolProblem($"'documents' has {count} texts; at most {options.MaxDocuments} are taken in one call. Send fewer.");
    }

    private static (string? Id, string Text) ReadDocument(JsonElement document, int index)
    {
        string name = $"documents[{index}]";
        if (document.ValueKind is JsonValueKind.String)
        {
            return (null, document.GetString()!);
        }

        if (document.ValueKind is not JsonValueKind.Object
            || !document.TryGetProperty("text", out var text) || text.ValueKind is not JsonValueKind.String)
        {
            throw new ToolProblem($"'{name}' is neither a text nor an object with 'text'. Send each document as one of these.");
        }

        string? id = document.TryGetProperty("id", out var value) && value.ValueKind is not JsonValueKind.Null
            ? value.ValueKind is JsonValueKind.String ? value.GetString() : value.GetRawText()
            : null;
        return (id, text.GetString()!);
    }
}
