using System.Text.Json;
using Resift.Local.Configuration;
using Resift.Local.Tokenization;

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
        new JinaBertArchitecture(),
        new BertArchitecture(),
        new ElectraArchitecture(),
        new RobertaArchitecture(),
        new DistilBertArchitecture(),
        new MpNetArchitecture(),
        new DebertaArchitecture(),
        new ModernBertArchitecture(),
        new QwenArchitecture(),
        new T5Architecture(),
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

    /// <summary>Gets a value indicating whether models run where the tokenizer gives no types, which are all 0 then.</summary>
    public virtual bool RunsWithoutTypes => false;

    /// <summary>Gets parts of the names of tensors that variants of this family have and nothing here computes.</summary>
    public virtual IReadOnlyList<string> NotComputed => [];

    /// <summary>Gets the one value of <c>position_embedding_type</c> that is computed.</summary>
    protected virtual string PositionEmbeddings => "absolute";

    /// <summary>Gets how many rows of the table of words may have no token, beyond what padding to a power of two explains.</summary>
    public virtual int SpareRows => 0;

    /// <summary>Finds the family that a configuration names.</summary>
    /// <exception cref="NotSupportedException">It is none of them.</exception>
    public static Architecture Of(ConfigObject json)
    {
        string type = json.Text("model_type");
        var architecture = All.FirstOrDefault(candidate => candidate.Is(json));
        if (RemoteCode.OfOrNull(json) is { } code && architecture?.Knows(code) != true)
        {
            throw new NotSupportedException(
                $"{json.Source}: a model of model_type '{type}' that is computed by remote code ({code}, as auto_map says) is not " +
                "supported: no code of a model is run. Run an ONNX export of it with ONNX Runtime, or choose another model.");
        }

        return architecture ?? throw new NotSupportedException(
            $"{json.Source}: model_type '{type}' is not supported; supported: " +
            $"{string.Join(", ", All.SelectMany(candidate => candidate.ModelTypes).Distinct())}.");
    }

    /// <summary>Determines whether a configuration is of this family.</summary>
    public virtual bool Is(ConfigObject json) => ModelTypes.Contains(json.Text("model_type"));

    /// <summary>Determines whether this family is what some code in a model's repository computes.</summary>
    /// <param name="code">The code, as <c>auto_map</c> names it.</param>
    public virtual bool Knows(string code) => false;

    /// <summary>Reads a configuration of this family.</summary>
    /// <exception cref="InvalidDataException">A field is missing, of another kind, or contradicts another.</exception>
    /// <exception cref="NotSupportedException">A field asks for something that is not computed here.</exception>
    public virtual EncoderConfig Read(ConfigObject json)
    {
        if (json.Flag("is_decoder"))
        {
            throw new NotSupportedException($"{json.Source}: is_decoder is true, but only encoders are supported.");
        }

        ThrowUnlessOfPositions(json);
        int hiddenSize = json.Positive(Keys.HiddenSize);
        int heads = json.Positive(Keys.Heads);
        int? headSize = Keys.HeadSize is { } field ? json.PositiveOrNull(field) : null;
        if (headSize is null && hiddenSize % heads != 0)
        {
            throw new InvalidDataException($"{json.Source}: {Keys.Heads} {heads} does not divide {Keys.HiddenSize} {hiddenSize}.");
        }

        return new()
        {
            Source = json.Source,
            Architecture = this,
            TellsSegmentsApart = TellsSegmentsApart,
            ClassName = json.TextsOrNull("architectures") is [var first, ..] ? first : "",
            VocabularySize = json.Positive("vocab_size"),
            HiddenSize = hiddenSize,
            EmbeddingSize = hiddenSize,
            Layers = json.Positive(Keys.Layers),
            Heads = heads,
            HeadSize = headSize ?? hiddenSize / heads,
            KeyHeads = heads,
            IntermediateSize = json.Positive(Keys.IntermediateSize),
            Positions = ReadPositions(json),
            LayerNormEpsilon = ReadEpsilon(json),
            Activation = ReadActivation(json, Keys.Activation),
            Labels = HeadLabels.ReadCount(json),
            LabelNames = HeadLabels.ReadNames(json),
            HeadScale = HeadActivation.ScaleOf(json, ScoreScale.Probability),
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

    /// <summary>Gets the matrix that gives each word of the vocabulary a logit, as language models have; null for none.</summary>
    public virtual DenseLayout? WordsOf(EncoderConfig config, WeightStore weights) => null;

    /// <summary>Gets what reads the encoder's last hidden states and gives the first word of an answer; null for none.</summary>
    public virtual DecoderLayout? Decoder(EncoderConfig config) => null;

    /// <summary>Gets how a cross-encoder of the family is asked about a pair; null where its tokenizer says so.</summary>
    public virtual ChatTemplate? Template(EncoderConfig config) => null;

    /// <summary>Gets what is added to the scores of attention, in the same units; null for nothing.</summary>
    public virtual DistanceBias? AttentionBias(EncoderConfig config, WeightStore weights) => null;

    /// <summary>Gets the relative positions that the layers compare tokens with; null for none.</summary>
    public virtual RelativePositionsLayout? RelativePositions(EncoderConfig config) => null;

    /// <summary>Gets the head that several families have under one name: a dense layer, and a projection to the labels.</summary>
    protected static HeadLayout ProjectedHead(EncoderConfig config, int labels, HiddenActivation activation) => new(
        new("classifier.dense", config.HiddenAxis, config.HiddenAxis),
        activation,
        new("classifier.out_proj", ("labels", labels), config.HiddenAxis));

    /// <summary>Checks a number of positions that no table of weights bounds, since memory is reserved for it.</summary>
    protected static EncoderConfig WithinPositions(EncoderConfig config)
    {
        // Far beyond the 8,192 of published models.
        const int MostPositions = 131_072;
        return config.Positions <= MostPositions ? config : throw new NotSupportedException(
            $"{config.Source}: max_position_embeddings {config.Positions} is not supported; supported: up to {MostPositions}.");
    }

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

    private void ThrowUnlessOfPositions(ConfigObject json)
    {
        const string Field = "position_embedding_type";
        if (json.TextOrNull(Field) is { } type && type != PositionEmbeddings)
        {
            throw new NotSupportedException($"{json.Source}: {Field} '{type}' is not supported; supported: {PositionEmbeddings}.");
        }
    }

    /// <summary>Reads how many positions there are.</summary>
    protected virtual int ReadPositions(ConfigObject json) => json.Positive("max_position_embeddings");

    private float ReadEpsilon(ConfigObject json) => Keys.Epsilon is not { } field ? Keys.DefaultEpsilon : json.Value(field) switch
    {
        null => Keys.DefaultEpsilon,
        { ValueKind: JsonValueKind.Number } value when value.GetDouble() is >= 0 and < 1 => (float)value.GetDouble(),
        { } other => throw json.Wrong(field, "a number in [0, 1)", other),
    };
}

/// <summary>Code in a model's repository, which <c>auto_map</c> names for each class of transformers that it stands in for.</summary>
internal static class RemoteCode
{
    /// <summary>Gets the code that computes the model; null for none.</summary>
    public static string? OfOrNull(ConfigObject json) => json.ObjectOrNull("auto_map") is { } map
        ? map.Element.EnumerateObject().Where(entry => entry.Name.StartsWith("AutoModel", StringComparison.Ordinal))
            .Select(entry => map.TextOrNull(entry.Name))
            .FirstOrDefault(code => code is not null)
        : null;
}

/// <summary>The names of fields that not all families share; those given are the customary ones.</summary>
internal sealed record ConfigKeys
{
    public string HiddenSize { get; init; } = "hidden_size";

    public string Layers { get; init; } = "num_hidden_layers";

    public string Heads { get; init; } = "num_attention_heads";

    /// <summary>Gets the field of a head's size; null where it is always the hidden size divided by the heads.</summary>
    public string? HeadSize { get; init; }

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
