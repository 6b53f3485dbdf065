using Resift.Local.Configuration;
using Resift.Local.Tokenization;

namespace Resift.Local.Models;

/// <summary>
/// T5 (Raffel et al. 2019): an encoder whose attention has a number for each distance instead of positions, and a decoder whose first word
/// scores a pair (monoT5, Nogueira et al. 2020). All parts norm first, without a mean and without biases, and scores are not scaled.
/// </summary>
internal sealed class T5Architecture : Architecture
{
    private const string BiasTable = "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight";
    private const string SharedWords = "shared";
    private const string OwnWords = "lm_head";

    public override IReadOnlyList<string> ModelTypes => ["t5"];

    public override string Prefix => "";

    public override string LayerPrefix => "encoder.block.";

    public override ConfigKeys Keys { get; } = new()
    {
        HiddenSize = "d_model",
        Layers = "num_layers",
        Heads = "num_heads",
        HeadSize = "d_kv",
        IntermediateSize = "d_ff",
        Activation = "dense_act_fn",
        Epsilon = "layer_norm_epsilon",
        DefaultEpsilon = 1e-6f,
    };

    public override EncoderConfig Read(ConfigObject json)
    {
        json.Positive(Keys.HeadSize!);
        return new T5Config(base.Read(json), json);
    }

    public override EmbeddingsLayout Embeddings(EncoderConfig config) => new()
    {
        Words = new($"{SharedWords}.weight", ("vocab_size", config.VocabularySize), config.HiddenAxis),
        Norm = null,
    };

    public override LayerLayout Layer(EncoderConfig config, int index)
    {
        string block = $"{LayerPrefix}{index}.layer.";
        return Layer((T5Config)config, $"{block}0.layer_norm", $"{block}0.SelfAttention.", $"{block}1.");
    }

    public override NormLayout FinalNorm(EncoderConfig config) => Norm("encoder.final_layer_norm", config);

    public override IEnumerable<ExpectedTensor> Shared(EncoderConfig config) =>
        [new(BiasTable, (T5Config.BucketsField, ((T5Config)config).Buckets), (Keys.Heads, config.Heads))];

    public override DistanceBias AttentionBias(EncoderConfig config, WeightStore weights)
    {
        var own = (T5Config)config;
        float[] table = weights.Get(BiasTable, own.Buckets, config.Heads).ToArray();
        return (head, distance) => table[(DistanceBuckets.Of(distance, own.Buckets, own.MaxDistance) * config.Heads) + head];
    }

    public override HeadLayout Head(EncoderConfig config, int labels) => throw new NotSupportedException(
        $"{config.Source}: the architecture '{config.ClassName}' is not supported for this model_type; supported: " +
        "T5ForConditionalGeneration, whose first word scores a pair.");

    /// <inheritdoc />
    /// <remarks>The words are those of the input where the weights hold no others, whatever the configuration says of it.</remarks>
    public override DenseLayout WordsOf(EncoderConfig config, WeightStore weights) => new(
        weights.Contains($"{OwnWords}.weight") ? OwnWords : SharedWords, ("vocab_size", config.VocabularySize), config.HiddenAxis)
    {
        HasBias = false,
    };

    public override DecoderLayout Decoder(EncoderConfig config)
    {
        const string Prefix = "decoder.block.";
        var own = (T5Config)config;
        var layers = Enumerable.Range(0, own.DecoderLayers).Select(index =>
        {
            string block = $"{Prefix}{index}.layer.";
            return new DecoderLayerLayout(
                Norm($"{block}0.layer_norm", config),
                new($"{block}0.SelfAttention.v", own.AttentionAxis, config.HiddenAxis) { HasBias = false },
                new($"{block}0.SelfAttention.o", config.HiddenAxis, own.AttentionAxis) { HasBias = false },
                Layer(own, $"{block}1.layer_norm", $"{block}1.EncDecAttention.", $"{block}2."));
        });
        float factor = own.ScalesOutput ? 1 / MathF.Sqrt(config.HiddenSize) : 1;
        return new(own.DecoderStart, [.. layers], Norm("decoder.final_layer_norm", config), factor)
        {
            LayerPrefix = Prefix,
            LayersField = T5Config.DecoderLayersField,
        };
    }

    public override ChatTemplate Template(EncoderConfig config) => ChatTemplate.MonoT5;

    // Distances beyond the last bucket are alike, so the family has no limit of its own; tables are made for this many.
    protected override int ReadPositions(ConfigObject json) => 8192;

    private static LayerLayout Layer(T5Config config, string norm, string attention, string feedForward)
    {
        var (hidden, inner, width) = (config.HiddenAxis, config.IntermediateAxis, config.AttentionAxis);
        string dense = $"{feedForward}DenseReluDense.";
        return new()
        {
            NormsFirst = true,
            Query = new($"{attention}q", width, hidden) { HasBias = false },
            Key = new($"{attention}k", width, hidden) { HasBias = false },
            Value = new($"{attention}v", width, hidden) { HasBias = false },
            ScoreDivisor = 1,
            AttentionOutput = new($"{attention}o", hidden, width) { HasBias = false },
            AttentionNorm = Norm(norm, config),
            Up = new($"{dense}{(config.IsGated ? "wi_0" : "wi")}", inner, hidden) { HasBias = false },
            Gate = config.IsGated ? new($"{dense}wi_1", inner, hidden) { HasBias = false } : null,
            Down = new($"{dense}wo", hidden, inner) { HasBias = false },
            FeedForwardNorm = Norm($"{feedForward}layer_norm", config),
        };
    }

    private static NormLayout Norm(string name, EncoderConfig config) => new(name, config.HiddenAxis) { HasBias = false, IsRms = true };
}
