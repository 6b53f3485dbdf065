using Resift.Local.Configuration;
using Resift.Local.Tokenization;

namespace Resift.Local.Models;

/// <summary>
/// Qwen2 and Qwen3 (Yang et al. 2024, 2025), language models that read a text from its beginning to its end: tokens see none behind them,
/// several heads of the queries share one of keys and values (Ainslie et al. 2023), and each part's input is divided by its root mean
/// square. The last token, which has seen all others, is what scores and vectors are made of.
/// </summary>
internal sealed class QwenArchitecture : Architecture
{
    public const string Qwen3 = "qwen3";

    public override IReadOnlyList<string> ModelTypes => ["qwen2", Qwen3];

    public override string Prefix => "model.";

    public override string LayerPrefix => "layers.";

    public override ConfigKeys Keys { get; } = new() { HeadSize = "head_dim", Epsilon = "rms_norm_eps", DefaultEpsilon = 1e-6f };

    // Tables of 151,936 or 152,064 rows for 151,665 or a few more tokens.
    public override int SpareRows => 512;

    public override EncoderConfig Read(ConfigObject json)
    {
        var config = new QwenConfig(WithinPositions(base.Read(json)), json);
        RotaryBase.ThrowUnlessRotatable(config);
        return config;
    }

    public override EmbeddingsLayout Embeddings(EncoderConfig config) => new()
    {
        Words = new("embed_tokens.weight", ("vocab_size", config.VocabularySize), config.HiddenAxis),
        Norm = null,
    };

    public override LayerLayout Layer(EncoderConfig config, int index)
    {
        string layer = $"{LayerPrefix}{index}.";
        var own = (QwenConfig)config;
        var (hidden, inner) = (config.HiddenAxis, config.IntermediateAxis);
        var queries = ($"{Keys.Heads} × {Keys.HeadSize}", config.Heads * config.HeadSize);
        var keys = ($"{QwenConfig.KeyHeadsField} × {Keys.HeadSize}", config.KeyHeads * config.HeadSize);
        return new()
        {
            NormsFirst = true,
            IsCausal = true,
            Query = new($"{layer}self_attn.q_proj", queries, hidden) { HasBias = own.ProjectionBias },
            Key = new($"{layer}self_attn.k_proj", keys, hidden) { HasBias = own.ProjectionBias },
            Value = new($"{layer}self_attn.v_proj", keys, hidden) { HasBias = own.ProjectionBias },
            QueryNorm = own.NormalisesHeads ? Norm($"{layer}self_attn.q_norm", (Keys.HeadSize!, config.HeadSize)) : null,
            KeyNorm = own.NormalisesHeads ? Norm($"{layer}self_attn.k_norm", (Keys.HeadSize!, config.HeadSize)) : null,
            AttentionOutput = new($"{layer}self_attn.o_proj", hidden, queries) { HasBias = own.OutputBias },
            AttentionNorm = Norm($"{layer}input_layernorm", hidden),
            Gate = new($"{layer}mlp.up_proj", inner, hidden) { HasBias = false },
            Up = new($"{layer}mlp.gate_proj", inner, hidden) { HasBias = false },
            Down = new($"{layer}mlp.down_proj", hidden, inner) { HasBias = false },
            FeedForwardNorm = Norm($"{layer}post_attention_layernorm", hidden),
            RotaryBase = own.RotaryBase,
            Window = own.Windows[index],
        };
    }

    public override NormLayout FinalNorm(EncoderConfig config) => Norm("norm", config.HiddenAxis);

    public override HeadLayout Head(EncoderConfig config, int labels) =>
        HeadLayout.OfLastToken(new("score", ("labels", labels), config.HiddenAxis) { HasBias = false });

    public override DenseLayout WordsOf(EncoderConfig config, WeightStore weights) => new(
        ((QwenConfig)config).TiesWords ? "embed_tokens" : "lm_head", ("vocab_size", config.VocabularySize), config.HiddenAxis)
    {
        HasBias = false,
    };

    public override ChatTemplate Template(EncoderConfig config) =>
        ((QwenConfig)config).NormalisesHeads ? ChatTemplate.Qwen3 : ChatTemplate.Qwen2;

    private static NormLayout Norm(string name, (string Field, int Size) width) => new(name, width) { HasBias = false, IsRms = true };
}
