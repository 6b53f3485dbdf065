using System.Diagnostics.CodeAnalysis;
using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>What <c>config.json</c> of a Qwen2 or Qwen3 says beyond the rest; older and newer versions say it by other fields.</summary>
internal sealed record QwenConfig : EncoderConfig
{
    public const string KeyHeadsField = "num_key_value_heads";

    private const string HeadSizeField = "head_dim";
    private const string SlidingAttention = "sliding_attention";

    // What the makers of rerankers and embedders of the family run them with, of the 32,768 positions and more that they state.
    private const int CustomaryTokens = 8192;

    [SetsRequiredMembers]
    public QwenConfig(EncoderConfig config, ConfigObject json)
        : base(config)
    {
        NormalisesHeads = json.Text("model_type") == QwenArchitecture.Qwen3;
        if (NormalisesHeads)
        {
            // It cannot be inferred: these models have heads of another size than the hidden size divided by their number.
            HeadSize = json.Positive(HeadSizeField);
        }

        KeyHeads = json.PositiveOrNull(KeyHeadsField) ?? config.Heads;
        if (config.Heads % KeyHeads != 0)
        {
            throw new InvalidDataException(
                $"{json.Source}: {KeyHeadsField} {KeyHeads} does not divide {config.Architecture.Keys.Heads} {config.Heads}.");
        }

        bool hasBias = json.Flag("attention_bias");
        (ProjectionBias, OutputBias) = NormalisesHeads ? (hasBias, hasBias) : (true, false);
        Activation = json.TextOrNull("hidden_act") is null ? HiddenActivation.Silu : config.Activation;
        TiesWords = json.Flag("tie_word_embeddings");
        Windows = ReadWindows(json, config.Layers);
        RotaryBase = ReadBase(json);
        CustomaryLimit = CustomaryTokens;
        HeadScale = HeadActivation.ScaleOf(json, ModelHead.IsLanguageModel(ClassName) ? ScoreScale.Logit : ScoreScale.Probability);
    }

    /// <summary>Gets a value indicating whether each head of queries and keys is normalised.</summary>
    public bool NormalisesHeads { get; }

    /// <summary>Gets a value indicating whether the projections to queries, keys and values have biases.</summary>
    public bool ProjectionBias { get; }

    /// <summary>Gets a value indicating whether the projection of what attention gives has a bias.</summary>
    public bool OutputBias { get; }

    /// <summary>Gets a value indicating whether words are told by the rows of the table that embeds them.</summary>
    public bool TiesWords { get; }

    public float RotaryBase { get; }

    /// <summary>Gets, for each layer, how many tokens before itself a token sees; null for all.</summary>
    public IReadOnlyList<int?> Windows { get; }

    private static float ReadBase(ConfigObject json)
    {
        const string Scaling = "rope_scaling";
        if (json.Value("rope_parameters") is not null && json.Value(Scaling) is { } both)
        {
            throw new NotSupportedException(
                $"{json.Source}: {Scaling} is {ConfigObject.Shown(both)} beside rope_parameters; supported: one of them.");
        }

        var settings = json.ObjectOrNull("rope_parameters") ?? json.ObjectOrNull(Scaling);
        return Models.RotaryBase.Read(settings, json) ?? 10_000;
    }

    private static int?[] ReadWindows(ConfigObject json, int layers)
    {
        const string Types = "layer_types";
        bool slides = json.Flag("use_sliding_window");

        // The token itself counts in what the file states.
        int before = (json.PositiveOrNull("sliding_window") ?? 4096) - 1;
        if (json.TextsOrNull(Types) is not { } types)
        {
            int first = slides ? json.NotNegativeOrNull("max_window_layers") ?? 28 : layers;
            return [.. Enumerable.Range(0, layers).Select(layer => layer >= first ? before : (int?)null)];
        }

        if (types.Count != layers)
        {
            throw new InvalidDataException(
                $"{json.Source}: {Types} names {types.Count} layers, but num_hidden_layers is {layers}; expected one for each.");
        }

        return [.. types.Select(type => type switch
        {
            "full_attention" => (int?)null,
            SlidingAttention when slides => before,
            SlidingAttention => throw new InvalidDataException($"{json.Source}: {Types} has a {SlidingAttention}, but use_sliding_window " +
                "is false; expected true, or full_attention in all layers."),
            _ => throw new NotSupportedException(
                $"{json.Source}: {Types} '{type}' is not supported; supported: full_attention, {SlidingAttention}."),
        })];
    }
}
