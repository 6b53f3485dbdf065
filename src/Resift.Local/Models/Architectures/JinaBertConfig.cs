using System.Diagnostics.CodeAnalysis;
using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>What <c>config.json</c> of a JinaBERT says beyond the rest.</summary>
internal sealed record JinaBertConfig : EncoderConfig
{
    // The code of the embedders. The rerankers of version 1 come with code of their own, whose last heads look twice as far.
    private const string EmbeddersCode = "jinaai/jina-bert-implementation--";

    [SetsRequiredMembers]
    public JinaBertConfig(EncoderConfig config, ConfigObject json)
        : base(config) =>
        HalvesLastSlopes = json.ObjectOrNull("auto_map")?.TextOrNull("AutoModelForSequenceClassification") is { } code &&
            !code.StartsWith(EmbeddersCode, StringComparison.Ordinal) && config.ClassName == "JinaBertForSequenceClassification";

    /// <summary>Gets a value indicating whether the feed-forward part is gated.</summary>
    public required bool IsGated { get; init; }

    /// <summary>Gets a value indicating whether the slopes of the heads beyond a power of two are half of what they usually are.</summary>
    public bool HalvesLastSlopes { get; }
}
