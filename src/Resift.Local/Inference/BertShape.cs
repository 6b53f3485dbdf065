using Resift.Local.Models;

namespace Resift.Local.Inference;

/// <summary>The sizes that a forward pass needs.</summary>
internal sealed record BertShape(
    int HiddenSize, int EmbeddingSize, int IntermediateSize, int Layers, int MaxPositions, AttentionShape Attention)
{
    public static BertShape Create(BertConfig config) => new(
        config.HiddenSize,
        config.EmbeddingSize,
        config.IntermediateSize,
        config.Layers,
        config.MaxPositions,
        new(config.Heads, config.HiddenSize / config.Heads));
}
