using System.Text.Json;

namespace Resift;

/// <summary>What one request asks, before it is put into the words of an API.</summary>
internal sealed record WireRequest(
    string Query, IReadOnlyList<string> Documents, string? ModelId, RerankOptions? Options, ModelFacts Facts)
{
    /// <summary>Gets the additional properties that the API documents; null if the call has none of them.</summary>
    public Dictionary<string, JsonElement>? Extra { get; init; }

    public bool RefusesLongDocuments => Options?.Truncation == TruncationPolicy.Error;

    public bool WantsRawScores => Facts.ScoreScale == ScoreScale.Logit;

    /// <summary>
    /// Gets how many tokens of a document an API should read that reads few unless it is told otherwise: what the call says, else as many
    /// as the model takes, which is what the metadata promise.
    /// </summary>
    public int? TokensPerDocument => Options?.MaxTokensPerDocument ?? Facts.MaxTokensPerPair;
}
