using System.Diagnostics.CodeAnalysis;
using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>What <c>config.json</c> of a T5 says beyond the rest.</summary>
internal sealed record T5Config : EncoderConfig
{
    public const string BucketsField = "relative_attention_num_buckets";
    public const string DecoderLayersField = "num_decoder_layers";

    private const string MaxDistanceField = "relative_attention_max_distance";

    [SetsRequiredMembers]
    public T5Config(EncoderConfig config, ConfigObject json)
        : base(config)
    {
        Buckets = json.PositiveOrNull(BucketsField) ?? 32;
        MaxDistance = json.PositiveOrNull(MaxDistanceField) ?? 128;
        if (Buckets < 4 || MaxDistance <= Buckets / 4)
        {
            throw new InvalidDataException($"{json.Source}: {BucketsField} is {Buckets}, and {MaxDistanceField} {MaxDistance}; expected " +
                "at least 4 buckets, and a distance beyond a quarter of them.");
        }

        (Activation, IsGated) = ReadFeedForward(json);
        DecoderLayers = json.PositiveOrNull(DecoderLayersField) ?? config.Layers;
        ScalesOutput = json.FlagOrNull("scale_decoder_outputs") ?? json.FlagOrNull("tie_word_embeddings") ?? true;
        DecoderStart = json.NotNegativeOrNull("decoder_start_token_id") ?? json.NotNegativeOrNull("pad_token_id") ?? 0;
        CustomaryLimit = json.PositiveOrNull("n_positions") ?? 512;
        if (DecoderStart >= config.VocabularySize)
        {
            throw new InvalidDataException($"{json.Source}: decoder_start_token_id {DecoderStart} is beyond vocab_size " +
                $"{config.VocabularySize}; expected the id of the token that answers begin with.");
        }
    }

    public int Buckets { get; }

    public int MaxDistance { get; }

    /// <summary>Gets a value indicating whether the feed-forward parts are gated.</summary>
    public bool IsGated { get; }

    public int DecoderLayers { get; }

    /// <summary>Gets a value indicating whether the decoder's result is divided by the root of its width.</summary>
    public bool ScalesOutput { get; }

    /// <summary>Gets the id of the token that every answer begins with.</summary>
    public int DecoderStart { get; }

    /// <summary>Gets what sizes queries, keys and values, which are as wide as all heads, not as the hidden state.</summary>
    public (string Field, int Size) AttentionAxis => ($"{Architecture.Keys.Heads} × {Architecture.Keys.HeadSize}", Heads * HeadSize);

    private static (HiddenActivation Activation, bool IsGated) ReadFeedForward(ConfigObject json)
    {
        const string Field = "feed_forward_proj";
        return json.TextOrNull(Field) switch
        {
            null or "relu" => (HiddenActivation.Relu, false),
            "gated-gelu" => (HiddenActivation.GeluTanh, true),
            "gated-silu" => (HiddenActivation.Silu, true),
            "gated-relu" => (HiddenActivation.Relu, true),
            var other => throw new NotSupportedException(
                $"{json.Source}: {Field} '{other}' is not supported; supported: relu, gated-gelu, gated-silu, gated-relu."),
        };
    }
}
