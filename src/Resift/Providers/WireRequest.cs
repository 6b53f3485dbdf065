using System.Text.Json;

namespace Resift;

/// <summary>What one request asks, before it is put into the words of an API.</summary>
internal sealed record WireRequest(
    string Query, IReadOnlyList<string> Documents, string? ModelId, RerankOptions? Options, ScoreScale ScoreScale)
{
    /// <summary>Gets the additional properties that the API documents; null if the call has none of them.</summary>
    public Dictionary<string, JsonElement>? Extra { get; init; }

    public bool RefusesLongDocuments => Options?.Truncation == TruncationPolicy.Error;

    public bool WantsRawScores => ScoreScale == ScoreScale.Logit;
}
