using Resift.Local.Configuration;
using Resift.Local.Inference;
using Resift.Local.Models;
using Resift.Local.Tokenization;

namespace Resift;

/// <summary>A model's folder, opened: its configuration read once and checked, its weights mapped.</summary>
internal sealed class OpenedModel : IOpenedModel
{
    private readonly string _folder;

    private OpenedModel(string folder, EncoderConfig config, WeightStore weights, LocalModelKind? wanted, string? relevantLabel)
    {
        _folder = folder;
        Config = config;
        Weights = weights;
        Head = ModelCheck.Validate(config, weights);
        if (Head.Kind != LocalModelKind.Embedder)
        {
            int? relevant = RelevantLabel.Find(Labels, relevantLabel);
            if (Head.Kind == LocalModelKind.Classifier && relevant is not null)
            {
                (Head, Relevant) = (Head with { Kind = LocalModelKind.CrossEncoder }, relevant);
            }
        }

        ThrowUnlessOfKind(wanted ?? Head.Kind);
        Template = Head.Kind == LocalModelKind.CrossEncoder ? config.Architecture.Template(config) : null;
        Sentence = SentenceBertConfig.Load(folder, Head.Kind, Head.AnswersInWords);
        Tokenizer = TokenizerConfiguration.Read(folder);
        if (Head.Kind == LocalModelKind.CrossEncoder)
        {
            ModuleList.ReadOrNull(folder)?.ThrowUnlessCrossEncoder(Head.AnswersInWords);
            Config = WithTypesOf(Tokenizer, config);
        }

        Info = With(ReadInfo(), WeightChoice.Of(new()));
    }

    public EncoderConfig Config { get; }

    public WeightStore Weights { get; }

    /// <inheritdoc />
    public IEnumerable<string> TensorNames => Config.Tensors(Head).Select(tensor => tensor.Name);

    public ModelHead Head { get; }

    /// <summary>Gets the label whose odds are the score of a pair, where there are several; else null.</summary>
    public int? Relevant { get; }

    /// <summary>Gets how a cross-encoder is asked about a pair; null where its tokenizer says so.</summary>
    public ChatTemplate? Template { get; }

    public SentenceBertConfig Sentence { get; }

    public TokenizerConfiguration Tokenizer { get; }

    /// <inheritdoc />
    public LocalModelInfo Info { get; }

    private HeadLabels Labels => new(Config.Source, Head.Labels, Config.LabelNames);

    /// <summary>Opens a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="wanted">What the model must be; null for anything.</param>
    /// <param name="relevantLabel">The name or number of the label that means relevance; null for the one whose name says so.</param>
    /// <exception cref="ArgumentException">There is no such label.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">The configuration or the weights are missing.</exception>
    /// <exception cref="InvalidDataException">A file is corrupt, or two of them contradict each other.</exception>
    /// <exception cref="NotSupportedException">The model is not of a supported kind.</exception>
    public static OpenedModel Open(string folder, LocalModelKind? wanted = null, string? relevantLabel = null)
    {
        if (StaticModel.IsIn(folder))
        {
            throw new NotSupportedException(
                $"'{new DirectoryInfo(folder).Name}' is a static embedding model, not a cross-encoder: it cannot score (query, document) " +
                "pairs. Rank by cosine with EmbeddingReranker instead.");
        }

        var config = EncoderConfig.Load(folder);
        var weights = WeightStore.Open(folder);
        try
        {
            return new(folder, config, weights, wanted, relevantLabel);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>Gets the facts of the model as some choice of weights runs it.</summary>
    public LocalModelInfo With(LocalModelInfo info, WeightChoice choice) =>
        info with { WeightType = choice.Kept(Weights.Type), Precision = choice.PrecisionOf(Weights.Type) };

    public void Dispose() => Weights.Dispose();

    private void ThrowUnlessOfKind(LocalModelKind wanted)
    {
        if (Head.Kind == wanted)
        {
            return;
        }

        string name = ModelFolder.NameOf(_folder);
        string what = Head.Kind switch
        {
            LocalModelKind.CrossEncoder when Head.AnswersInWords =>
                $"a language model whose answers score pairs (an embedder of the family has a {ModuleList.FileName} with its pooling)",
            LocalModelKind.CrossEncoder =>
                $"a cross-encoder (a classification head with {(Head.Labels == 1 ? "one label" : $"{Head.Labels} labels")})",
            LocalModelKind.Embedder => "an embedding model (no classification head)",
            _ => $"a classifier with {Head.Labels} labels",
        };
        throw new NotSupportedException(wanted == LocalModelKind.CrossEncoder
            ? $"'{name}' is {what}, not a cross-encoder: " + (Head.Kind == LocalModelKind.Embedder
                ? "it cannot score (query, document) pairs. A reranker needs a classification head; rank by cosine with " +
                    "EmbeddingReranker instead."
                : $"none of its labels ({Labels}) alone is known to mean that a document is relevant. " +
                    $"Set {nameof(LocalModelOptions.RelevantLabel)} of {nameof(LocalModelOptions)} (--label) to the name or number of " +
                    "the one that does.")
            : $"'{name}' is {what}, not an embedding model: it gives no vectors" +
                (Head.Kind == LocalModelKind.CrossEncoder ? "; load it with LocalReranker instead." : "."));
    }

    private static EncoderConfig WithTypesOf(TokenizerConfiguration tokenizer, EncoderConfig config)
    {
        if (!config.TellsSegmentsApart || config.TypeVocabularySize == 0 || tokenizer.WhyWithoutTypes is not { } why)
        {
            return config;
        }

        return config.Architecture.RunsWithoutTypes ? config with { TellsSegmentsApart = false } : throw new NotSupportedException(
            $"{why}; cross-encoders of the type {string.Join(", ", config.Architecture.ModelTypes)} are supported only where the types " +
            "of tokens tell query and document apart.");
    }

    private LocalModelInfo ReadInfo()
    {
        bool isCrossEncoder = Head.Kind == LocalModelKind.CrossEncoder;
        var calibration = isCrossEncoder ? LocalCalibration.ReadOrNull(_folder) : null;
        var usage = SentenceTransformersConfig.Load(_folder, Head.Kind, Template is not null);
        return new LocalModelInfo
        {
            ModelId = ModelFolder.NameOf(_folder),
            Architecture = Config.ClassName,
            Kind = Head.Kind,
            Labels = Head.Labels,
            RelevantLabel = Relevant is { } label ? Labels.NameOf(label) : null,
            ScoreScale = Head.Kind switch
            {
                LocalModelKind.CrossEncoder => calibration is null ? usage.HeadScale ?? Config.HeadScale : ScoreScale.Probability,
                LocalModelKind.Embedder => ScoreScale.Cosine,
                _ => ScoreScale.Unspecified,
            },
            Calibration = calibration,
            MaxTokens = TokenLimit.Find(Config, Sentence.MaxTokens, Tokenizer.ModelMaxLength),
            Layers = Config.Layers,
            HiddenSize = Config.HiddenSize,
            Parameters = Weights.Parameters,
            Storage = Weights.Storage,
            License = ModelCard.ReadLicense(_folder),
            QueryPrompt = isCrossEncoder ? "" : usage.Prompts.Query,
            DocumentPrompt = isCrossEncoder ? "" : usage.Prompts.Document,
            DefaultPrompt = isCrossEncoder ? "" : usage.Prompts.Default,
            Instruction = Template?.Instruction is null ? null : usage.Prompts.Default is { Length: > 0 } own ? own : Template.Instruction,
        };
    }
}
