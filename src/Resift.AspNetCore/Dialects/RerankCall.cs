namespace Resift.AspNetCore;

/// <summary>What a client asks for, in whatever dialect it asked.</summary>
/// <param name="Query">What is asked.</param>
/// <param name="Documents">What is ranked, in the client's order.</param>
internal sealed record RerankCall(string Query, IReadOnlyList<WireDocument> Documents)
{
    /// <summary>Gets the model; null for the server's first.</summary>
    public string? Model { get; init; }

    /// <summary>Gets how many results come back; null for all, and 0 for none.</summary>
    public int? TopN { get; init; }

    /// <summary>Gets a value indicating whether the documents are in the answer.</summary>
    public bool Echo { get; init; }

    /// <summary>Gets the scale of the scores.</summary>
    public ScoreScale Scale { get; init; } = ScoreScale.Probability;

    public TruncationPolicy? Truncation { get; init; }

    public int? MaxTokensPerDocument { get; init; }

    /// <summary>Gets a query for each document, where each pair is scored by itself; null where all have the one.</summary>
    public IReadOnlyList<string>? Queries { get; init; }
}

/// <summary>The ranking that a client gets, in whatever dialect.</summary>
/// <param name="Call">What was asked.</param>
/// <param name="RequestId">The name of the request.</param>
/// <param name="Model">The name of the model that scored.</param>
/// <param name="Results">The results, best first, on the scale of the call.</param>
internal sealed record RerankAnswer(RerankCall Call, string RequestId, string Model, IReadOnlyList<RerankResult> Results)
{
    /// <summary>Gets how many tokens were read; an estimate where the model does not say.</summary>
    public long Tokens { get; init; }

    /// <summary>Gets how many documents were not read to their end.</summary>
    public int TruncatedDocuments { get; init; }

    public DateTimeOffset Created { get; init; }

    public WireDocument DocumentOf(RerankResult result) => Call.Documents[result.Index];
}
