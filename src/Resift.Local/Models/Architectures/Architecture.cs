using System.Text.Json;
using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>
/// A family of models: how its <c>config.json</c> is read, and which tensors its parts are made from. The engine computes every family
/// from these parts and knows none by name.
/// </summary>
internal abstract class Architecture
{
    /// <summary>Gets the families that are supported.</summary>
    public static IReadOnlyList<Architecture> All { get; } =
    [
        new BertArchitecture(),
        new ElectraArchitecture(),
        new RobertaArchitecture(),
        new DistilBertArchitecture(),
        new MpNetArchitecture(),
        new ModernBertArchitecture(),
    ];

    /// <summary>Gets the values of <c>model_type</c> that mean this family.</summary>
    public abstract IReadOnlyList<string> ModelTypes { get; }

    /// <summary>Gets what stands before the names of all tensors in a model with a head; names here are without it.</summary>
    public abstract string Prefix { get; }

    /// <summary>Gets the beginning of the names of all layers' tensors; the number of the layer follows.</summary>
    public virtual string LayerPrefix => "encoder.layer.";

    /// <summary>Gets the fields of <c>config.json</c> that other families call otherwise.</summary>
    public virtual ConfigKeys Keys { get; } = new();

    /// <summary>Gets a value indicating whether query and document have different token types.</summary>
    public virtual bool TellsSegmentsApart => false;

    /// <summary>Finds the family that a configuration names.</summary>
    /// <exception cref="NotSupportedException">It is none of them.</exception>
    public static Architecture Of(ConfigObject json)
    {
        const string Field = "model_type";
        if (json.TextOrNull(Field) is null && OwnCode(json) is { Length: > 0 } why)
        {
            throw new NotSupportedException($"{json.Source}: {Field} is missing; expected what computes the model.{why}");
        }

        string type = json.Text(Field);
        return All.FirstOrDefault(architecture => architecture.ModelTypes.Contains(type)) ?? throw new NotSupportedException(
            $"{json.Source}: {Field} '{type}' is not supported; supported: " +
            $"{string.Join(", ", All.SelectMany(architecture => architecture.ModelTypes))}.{OwnCode(json)}");
    }

    /// <summary>Reads a configuration of this family.</summary>
    /// <exception cref="InvalidDataException">A field is missing, of another kind, or contradicts another.</exception>
    /// <exception cref="NotSupportedException">A field asks for something that is not computed here.</exception>
    public virtual EncoderConfig Read(ConfigObject json)
    {
        if (json.Flag("is_decoder"))
        {
            throw new NotSupportedException($"{json.Source}: is_decoder is true, but only encoders are supported.");
        }

        ThrowUnlessAbsolute(json);
        int hiddenSize = json.Positive(Keys.HiddenSize);
        int heads = json.Positive(Keys.Heads);
        if (hiddenSize % heads != 0)
        {
            throw new InvalidDataException($"{json.Source}: {Keys.Heads} {heads} does not divide {Keys.HiddenSize} {hiddenSize}.");
        }

        return new()
        {
            Source = json.Source,
            Architecture = this,
            ClassName = json.TextsOrNull("architectures") is [var first, ..] ? first : "",
            VocabularySize = json.Positive("vocab_size"),
            HiddenSize = hiddenSize,
            EmbeddingSize = hiddenSize,
            Layers = json.Positive(Keys.Layers),
            Heads = heads,
            IntermediateSize = json.Positive(Keys.IntermediateSize),
            Positions = json.Positive("max_position_embeddings"),
            LayerNormEpsilon = ReadEpsilon(json),
            Activation = ReadActivation(json, Keys.Activation),
            Labels = json.ObjectOrNull("id2label") is { } labels
                ? labels.Element.GetPropertyCount()
                : json.PositiveOrNull("num_labels"),
            HeadScale = HeadActivation.ScaleOf(json),
        };
    }

    public abstract EmbeddingsLayout Embeddings(EncoderConfig config);

    /// <summary>Gets what a layer is made from.</summary>
    public abstract LayerLayout Layer(EncoderConfig config, int index);

    /// <summary>Gets the normalisation behind the last layer; null for none.</summary>
    public virtual NormLayout? FinalNorm(EncoderConfig config) => null;

    /// <summary>Gets the tensors that all layers use.</summary>
    public virtual IEnumerable<ExpectedTensor> Shared(EncoderConfig config) => [];

    /// <summary>Gets the classification head, which a model need not have.</summary>
    public abstract HeadLayout Head(EncoderConfig config, int labels);

    /// <summary>Gets what is added to the scores of attention, in the same units; null for nothing.</summary>
    public virtual DistanceBias? AttentionBias(EncoderConfig config, WeightStore weights) => null;

    /// <summary>Gets the head that several families have under one name: a dense layer, and a projection to the labels.</summary>
    protected static HeadLayout ProjectedHead(EncoderConfig config, int labels, HiddenActivation activation) => new(
        new("classifier.dense", config.HiddenAxis, config.HiddenAxis),
        activation,
        new("classifier.out_proj", ("labels", labels), config.HiddenAxis));

    /// <summary>Reads the id of padding, behind which positions begin, and checks that it leaves some.</summary>
    protected static EncoderConfig WithPositionsBehind(int padding, string field, EncoderConfig config)
    {
        if (padding >= config.VocabularySize)
        {
            throw new InvalidDataException($"{config.Source}: {field} {padding} is beyond vocab_size {config.VocabularySize}; expected " +
                "the id of the padding token.");
        }

        config = config with { PositionPadding = padding };
        return config.MaxPositions >= TokenLimit.Least ? config : throw new InvalidDataException(
            $"{config.Source}: max_position_embeddings {config.Positions} leaves too few positions, which begin behind {field} " +
            $"{padding} in this architecture; expected at least {padding + 1 + TokenLimit.Least}.");
    }

    protected static HiddenActivation ReadActivation(ConfigObject json, string field) => json.TextOrNull(field) switch
    {
        null or "gelu" or "gelu_python" => HiddenActivation.Gelu,
        "gelu_new" or "gelu_fast" or "gelu_pytorch_tanh" => HiddenActivation.GeluTanh,
        "relu" => HiddenActivation.Relu,
        "silu" or "swish" => HiddenActivation.Silu,
        var other => throw new NotSupportedException($"{json.Source}: {field} '{other}' is not supported; supported: gelu, " +
            "gelu_python, gelu_new, gelu_fast, gelu_pytorch_tanh, relu, silu, swish."),
    };

    // A model that comes with a program of its own is often computed otherwise than its name says.
    private static string OwnCode(ConfigObject json) => json.Value("auto_map") is null
        ? ""
        : " It names code of its own in auto_map, which is never run: choose a model of one of these types, or its ONNX graph.";

    private static void ThrowUnlessAbsolute(ConfigObject json)
    {
        const string Field = "position_embedding_type";
        if (json.TextOrNull(Field) is { } type and not "absolute")
        {
            throw new NotSupportedException(
                $"{json.Source}: {Field} '{type}' is not supported; supported: absolute.{OwnCode(json)}");
        }
    }

    private float ReadEpsilon(ConfigObject json) => Keys.Epsilon is not { } field ? Keys.DefaultEpsilon : json.Value(field) switch
    {
        null => Keys.DefaultEpsilon,
        { ValueKind: JsonValueKind.Number } value when value.GetDouble() is >= 0 and < 1 => (float)value.GetDouble(),
        { } other => throw json.Wrong(field, "a number in [0, 1)", other),
    };
}

/// <summary>The names of fields that not all families share; those given are the customary ones.</summary>
internal sealed record ConfigKeys
{
    public string HiddenSize { get; init; } = "hidden_size";

    public string Layers { get; init; } = "num_hidden_layers";

    public string Heads { get; init; } = "num_attention_heads";

    public string IntermediateSize { get; init; } = "intermediate_size";

    public string Activation { get; init; } = "hidden_act";

    /// <summary>Gets the field of the layer norms' epsilon; null where it is the default whatever the file says.</summary>
    public string? Epsilon { get; init; } = "layer_norm_eps";

    public float DefaultEpsilon { get; init; } = 1e-12f;
}

/// <summary>A number that attention adds to a score.</summary>
/// <param name="head">The head.</param>
/// <param name="distance">The key's position less the query's.</param>
internal delegate float DistanceBias(int head, int distance);
