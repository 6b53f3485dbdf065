using System.Text.Json;
using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>What <c>config.json</c> says about a BERT or ELECTRA model.</summary>
/// <remarks>
/// Fields that decide the size of a tensor must be there. Three others have the default that transformers gives both architectures:
/// <c>type_vocab_size</c> 2, <c>layer_norm_eps</c> 1e-12 and <c>hidden_act</c> gelu.
/// </remarks>
internal sealed record BertConfig
{
    public const string FileName = "config.json";
    private const string Electra = "electra";

    /// <summary>Gets the file that it was read from.</summary>
    public required string Source { get; init; }

    /// <summary>Gets <c>bert</c> or <c>electra</c>.</summary>
    public required string ModelType { get; init; }

    /// <summary>Gets the first of <c>architectures</c>, or an empty text.</summary>
    public required string Architecture { get; init; }

    public required int VocabularySize { get; init; }

    public required int HiddenSize { get; init; }

    /// <summary>Gets the width of the embedding tables; ELECTRA projects it to <see cref="HiddenSize"/> where they differ.</summary>
    public required int EmbeddingSize { get; init; }

    public required int Layers { get; init; }

    public required int Heads { get; init; }

    public required int IntermediateSize { get; init; }

    public required int MaxPositions { get; init; }

    public required int TypeVocabularySize { get; init; }

    public required float LayerNormEpsilon { get; init; }

    public required HiddenActivation Activation { get; init; }

    /// <summary>Gets the number of labels that it names; null where it names none.</summary>
    public required int? Labels { get; init; }

    /// <summary>Gets what a one-label head's score is after the activation that this file asks for, which another may override.</summary>
    public required ScoreScale HeadScale { get; init; }

    /// <summary>Gets <c>absolute</c>, or null where the field is absent and means the same.</summary>
    public required string? PositionEmbeddingType { get; init; }

    public bool IsElectra => ModelType == Electra;

    public static BertConfig Load(string folder)
    {
        var json = ConfigFile.ReadObject(ModelFolder.Require(folder, FileName));
        string modelType = ReadModelType(json);
        int hiddenSize = json.Positive("hidden_size");
        int heads = json.Positive("num_attention_heads");
        if (hiddenSize % heads != 0)
        {
            throw new InvalidDataException($"{json.Source}: num_attention_heads {heads} does not divide hidden_size {hiddenSize}.");
        }

        return new()
        {
            Source = json.Source,
            ModelType = modelType,
            Architecture = ReadArchitecture(json),
            VocabularySize = json.Positive("vocab_size"),
            HiddenSize = hiddenSize,
            EmbeddingSize = modelType == Electra ? json.Positive("embedding_size") : hiddenSize,
            Layers = json.Positive("num_hidden_layers"),
            Heads = heads,
            IntermediateSize = json.Positive("intermediate_size"),
            MaxPositions = json.Positive("max_position_embeddings"),
            TypeVocabularySize = json.PositiveOrNull("type_vocab_size") ?? 2,
            LayerNormEpsilon = ReadEpsilon(json),
            Activation = ReadActivation(json),
            Labels = ReadLabels(json),
            HeadScale = ReadHeadScale(json),
            PositionEmbeddingType = ReadPositionEmbeddingType(json),
        };
    }

    private static string ReadModelType(ConfigObject json)
    {
        string type = json.Text("model_type");
        if (type is not ("bert" or Electra))
        {
            throw new NotSupportedException($"{json.Source}: model_type '{type}' is not supported; supported: bert, electra.");
        }

        return json.Flag("is_decoder")
            ? throw new NotSupportedException($"{json.Source}: is_decoder is true, but only encoders are supported.")
            : type;
    }

    private static string ReadArchitecture(ConfigObject json) => json.TextsOrNull("architectures") is [var first, ..] ? first : "";

    private static float ReadEpsilon(ConfigObject json) => json.Value("layer_norm_eps") switch
    {
        null => 1e-12f,
        { ValueKind: JsonValueKind.Number } value when value.GetDouble() is >= 0 and < 1 => (float)value.GetDouble(),
        { } other => throw json.Wrong("layer_norm_eps", "a number in [0, 1)", other),
    };

    private static HiddenActivation ReadActivation(ConfigObject json) => json.TextOrNull("hidden_act") switch
    {
        null or "gelu" or "gelu_python" => HiddenActivation.Gelu,
        "gelu_new" or "gelu_fast" or "gelu_pytorch_tanh" => HiddenActivation.GeluTanh,
        "relu" => HiddenActivation.Relu,
        "silu" or "swish" => HiddenActivation.Silu,
        var other => throw new NotSupportedException($"{json.Source}: hidden_act '{other}' is not supported; supported: gelu, " +
            "gelu_python, gelu_new, gelu_fast, gelu_pytorch_tanh, relu, silu, swish."),
    };

    private static int? ReadLabels(ConfigObject json) =>
        json.ObjectOrNull("id2label") is { } labels ? labels.Element.GetPropertyCount() : json.PositiveOrNull("num_labels");

    /// <remarks>
    /// The names are those of sentence-transformers: <c>sentence_transformers.activation_fn</c> since its version 4, one field of its own
    /// before. Without either, its cross-encoders take the sigmoid of a single label. Newer versions name it in
    /// <see cref="SentenceTransformersConfig"/>, which goes first.
    /// </remarks>
    private static ScoreScale ReadHeadScale(ConfigObject json) =>
        (json.ObjectOrNull("sentence_transformers") is { } current ? HeadActivation.ScaleOrNull(current, "activation_fn") : null) ??
        HeadActivation.ScaleOrNull(json, "sbert_ce_default_activation_function") ?? ScoreScale.Probability;

    private static string? ReadPositionEmbeddingType(ConfigObject json) => json.TextOrNull("position_embedding_type") switch
    {
        null => null,
        "absolute" => "absolute",
        var other => throw new NotSupportedException(
            $"{json.Source}: position_embedding_type '{other}' is not supported; supported: absolute."),
    };
}
