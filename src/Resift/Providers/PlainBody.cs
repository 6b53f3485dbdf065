namespace Resift;

/// <summary>The body that most APIs share, each with some of its optional fields.</summary>
internal sealed record PlainBody(string? Model, string Query, IReadOnlyList<string> Documents) : RequestBody
{
    public int? TopN { get; init; }

    public bool? ReturnDocuments { get; init; }

    public string? Instruction { get; init; }

    public string? Instruct { get; init; }

    public int? MaxTokensPerDoc { get; init; }

    public bool? RawScores { get; init; }

    public int? TruncatePromptTokens { get; init; }

    /// <summary>Creates the body of a request, with what the call adds to it.</summary>
    public static PlainBody Of(WireRequest request) =>
        new(request.ModelId, request.Query, request.Documents) { Extra = request.Extra };
}
