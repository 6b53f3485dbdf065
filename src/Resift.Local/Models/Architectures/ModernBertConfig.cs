using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>What <c>config.json</c> of a ModernBERT says beyond the rest; older and newer versions say it by other fields.</summary>
internal sealed record ModernBertConfig : EncoderConfig
{
    private const string FullAttention = "full_attention";
    private const string SlidingAttention = "sliding_attention";

    [SetsRequiredMembers]
    public ModernBertConfig(EncoderConfig config, ConfigObject json, HiddenActivation headActivation)
        : base(config)
    {
        HeadActivation = headActivation;
        HeadPooling = ReadPooling(json);
        HeadBias = json.Flag("classifier_bias");
        AttentionBias = json.Flag("attention_bias");
        FeedForwardBias = json.Flag("mlp_bias");
        NormBias = json.Flag("norm_bias");
        Window = (json.PositiveOrNull("local_attention") ?? 128) / 2;
        IsGlobal = ReadLayerTypes(json, config.Layers);
        GlobalBase = ReadBase(json, FullAttention, "global_rope_theta") ?? 160_000;

        // Said to be null, which is not the same as left unsaid, it is that of the other layers.
        bool isNull = json.Element.TryGetProperty("local_rope_theta", out var local) && local.ValueKind == JsonValueKind.Null;
        LocalBase = ReadBase(json, SlidingAttention, "local_rope_theta") ?? (isNull ? GlobalBase : 10_000);
        if (json.Value("rope_scaling") is { } scaling)
        {
            throw new NotSupportedException(
                $"{json.Source}: rope_scaling is {ConfigObject.Shown(scaling)}, which is not supported; supported: none.");
        }
    }

    public HiddenActivation HeadActivation { get; }

    public Pooling HeadPooling { get; }

    public bool HeadBias { get; }

    public bool AttentionBias { get; }

    public bool FeedForwardBias { get; }

    public bool NormBias { get; }

    /// <summary>Gets how far a token sees to each side in a layer that is not global.</summary>
    public int Window { get; }

    /// <summary>Gets, for each layer, whether all tokens see each other.</summary>
    public IReadOnlyList<bool> IsGlobal { get; }

    public float GlobalBase { get; }

    public float LocalBase { get; }

    private static Pooling ReadPooling(ConfigObject json) => json.TextOrNull("classifier_pooling") switch
    {
        null or "cls" => Pooling.Cls,
        "mean" => Pooling.Mean,
        var other => throw new NotSupportedException(
            $"{json.Source}: classifier_pooling '{other}' is not supported; supported: cls, mean."),
    };

    private static bool[] ReadLayerTypes(ConfigObject json, int layers)
    {
        const string Field = "layer_types";
        if (json.TextsOrNull(Field) is not { } types)
        {
            int every = json.PositiveOrNull("global_attn_every_n_layers") ?? 3;
            return [.. Enumerable.Range(0, layers).Select(layer => layer % every == 0)];
        }

        if (types.Count != layers)
        {
            throw new InvalidDataException(
                $"{json.Source}: {Field} names {types.Count} layers, but num_hidden_layers is {layers}; expected one for each.");
        }

        return types.FirstOrDefault(type => type is not (FullAttention or SlidingAttention)) is { } unknown
            ? throw new NotSupportedException(
                $"{json.Source}: {Field} '{unknown}' is not supported; supported: {FullAttention}, {SlidingAttention}.")
            : [.. types.Select(type => type == FullAttention)];
    }

    private static float? ReadBase(ConfigObject json, string layerType, string oldField) =>
        RotaryBase.Read(json.ObjectOrNull("rope_parameters")?.ObjectOrNull(layerType), json, oldField);
}
