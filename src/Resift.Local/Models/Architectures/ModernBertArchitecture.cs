using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>
/// ModernBERT (Warner et al. 2024): norms first, no biases, rotated queries and keys (Su et al. 2021), gated activations (Shazeer 2020),
/// and layers in which tokens see only their neighbourhood between those in which they see all.
/// </summary>
internal sealed class ModernBertArchitecture : Architecture
{
    public override IReadOnlyList<string> ModelTypes => ["modernbert"];

    public override string Prefix => "model.";

    public override string LayerPrefix => "layers.";

    public override ConfigKeys Keys { get; } = new() { Activation = "hidden_activation", Epsilon = "norm_eps", DefaultEpsilon = 1e-5f };

    public override EncoderConfig Read(ConfigObject json)
    {
        var config = WithinPositions(base.Read(json));
        RotaryBase.ThrowUnlessRotatable(config);
        return new ModernBertConfig(config, json, ReadActivation(json, "classifier_activation"));
    }

    public override EmbeddingsLayout Embeddings(EncoderConfig config) => new()
    {
        Words = new("embeddings.tok_embeddings.weight", ("vocab_size", config.VocabularySize), config.HiddenAxis),
        Norm = Norm("embeddings.norm", config),
    };

    public override LayerLayout Layer(EncoderConfig config, int index)
    {
        string layer = $"{LayerPrefix}{index}.";
        var own = (ModernBertConfig)config;
        var (hidden, inner) = (config.HiddenAxis, config.IntermediateAxis);
        var projections = new DenseLayout($"{layer}attn.Wqkv", ($"3 × {hidden.Field}", 3 * hidden.Size), hidden)
        {
            HasBias = own.AttentionBias,
            Rows = hidden.Size,
        };
        var up = new DenseLayout($"{layer}mlp.Wi", ($"2 × {inner.Field}", 2 * inner.Size), hidden)
        {
            HasBias = own.FeedForwardBias,
            Rows = inner.Size,
        };
        return new()
        {
            NormsFirst = true,
            Query = projections,
            Key = projections with { FirstRow = hidden.Size },
            Value = projections with { FirstRow = 2 * hidden.Size },
            AttentionOutput = new($"{layer}attn.Wo", hidden, hidden) { HasBias = own.AttentionBias },
            AttentionNorm = index == 0 ? null : Norm($"{layer}attn_norm", config),
            Up = up,
            Gate = up with { FirstRow = inner.Size },
            Down = new($"{layer}mlp.Wo", hidden, inner) { HasBias = own.FeedForwardBias },
            FeedForwardNorm = Norm($"{layer}mlp_norm", config),
            RotaryBase = own.IsGlobal[index] ? own.GlobalBase : own.LocalBase,
            Window = own.IsGlobal[index] ? null : own.Window,
        };
    }

    public override NormLayout FinalNorm(EncoderConfig config) => Norm("final_norm", config);

    public override HeadLayout Head(EncoderConfig config, int labels)
    {
        var own = (ModernBertConfig)config;
        return new(
            new("head.dense", config.HiddenAxis, config.HiddenAxis) { HasBias = own.HeadBias },
            own.HeadActivation,
            new("classifier", ("labels", labels), config.HiddenAxis))
        {
            Norm = Norm("head.norm", config),
            Pooling = own.HeadPooling,
        };
    }

    private static NormLayout Norm(string name, EncoderConfig config) =>
        new(name, config.HiddenAxis) { HasBias = ((ModernBertConfig)config).NormBias };
}
