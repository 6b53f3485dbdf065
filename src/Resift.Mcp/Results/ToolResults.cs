using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Resift.Mcp;

/// <summary>What <c>search</c> gives.</summary>
internal sealed record SearchToolResult(
    [property: Description("The passages, best first.")] IReadOnlyList<PassageResult> Hits,
    [property: Description("How to read the result.")] string Note)
{
    [Description("How many more passages were found that did not fit into the result. Ask more narrowly, or for fewer.")]
    public int? LeftOut { get; init; }

    [Description("Why the order is worse than it could be.")]
    public string? Degraded { get; init; }
}

/// <summary>A passage, and where it is from.</summary>
internal sealed record PassageResult(
    [property: Description("The number by which to cite it, as in [1].")] int Citation,
    [property: Description("The document's id, for get_document.")] string DocumentId,
    [property: Description("The passage.")] string Text,
    [property: Description("How well it answers, on the scale; higher is better.")] double Score,
    [property: Description("What the score means: probability (0 to 1), logit, cosine, rank or unspecified.")] string Scale)
{
    [Description("The document's title and the headings that the passage stands under.")]
    public string? Title { get; init; }

    [Description("The document as a resource.")]
    public string? Uri { get; init; }

    [Description("Where in the document the passage begins, in characters.")]
    public int? Start { get; init; }

    [Description("True if the end of the passage is left out.")]
    public bool? Cut { get; init; }
}

/// <summary>What <c>rerank</c> gives.</summary>
internal sealed record RerankToolResult(
    [property: Description("The documents, best first.")] IReadOnlyList<RankedResult> Results,
    [property: Description("What the scores mean: probability (0 to 1), logit, cosine, rank or unspecified.")] string Scale)
{
    [Description("Documents that were not read to their end, by their index.")]
    public IReadOnlyList<int>? Truncated { get; init; }

    [Description("Why the order is worse than it could be.")]
    public string? Degraded { get; init; }
}

/// <summary>A document in its place.</summary>
internal sealed record RankedResult(
    [property: Description("Its place in the list that was sent, from 0.")] int Index,
    [property: Description("How well it answers, on the scale; higher is better.")] double Score)
{
    [Description("Its id, if it was sent with one.")]
    public string? Id { get; init; }
}

/// <summary>What <c>get_document</c> gives.</summary>
internal sealed record DocumentResult(
    [property: Description("The document's id.")] string DocumentId,
    [property: Description("Its text from the offset on, as far as it fits.")] string Text,
    [property: Description("Where the text begins, in characters.")] int Offset,
    [property: Description("How many characters the whole document has.")] int Length,
    [property: Description("How to read the result.")] string Note)
{
    [Description("The offset of what follows; absent at the end.")]
    public int? NextOffset { get; init; }

    [Description("What else is known of the document.")]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>Writes results without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SearchToolResult))]
[JsonSerializable(typeof(RerankToolResult))]
[JsonSerializable(typeof(DocumentResult))]
internal sealed partial class ToolJson : JsonSerializerContext;
