using Resift.Local.Configuration;
using Resift.Local.Models;
using Resift.Local.Tokenization;

namespace Resift;

/// <summary>A model's folder, opened: its configuration read once and checked, its weights mapped.</summary>
internal sealed class OpenedModel : IDisposable
{
    private readonly string _folder;

    private OpenedModel(string folder, EncoderConfig config, WeightStore weights, LocalModelKind? wanted)
    {
        _folder = folder;
        Config = config;
        Weights = weights;
        Head = ModelCheck.Validate(config, weights);
        ThrowUnlessOfKind(wanted ?? Head.Kind);
        Sentence = SentenceBertConfig.Load(folder, Head.Kind);
        Tokenizer = TokenizerConfiguration.Read(folder);
        if (Head.Kind == LocalModelKind.CrossEncoder)
        {
            ModuleList.ReadOrNull(folder)?.ThrowUnlessCrossEncoder();
            ThrowIfWithoutTypes(config, Tokenizer);
        }

        Info = ReadInfo();
    }

    public EncoderConfig Config { get; }

    public WeightStore Weights { get; }

    public ModelHead Head { get; }

    public SentenceBertConfig Sentence { get; }

    public TokenizerConfiguration Tokenizer { get; }

    /// <summary>Gets what the files say about the model.</summary>
    public LocalModelInfo Info { get; }

    /// <summary>Opens a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="wanted">What the model must be; null for anything.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">The configuration or the weights are missing.</exception>
    /// <exception cref="InvalidDataException">A file is corrupt, or two of them contradict each other.</exception>
    /// <exception cref="NotSupportedException">The model is not of a supported kind.</exception>
    public static OpenedModel Open(string folder, LocalModelKind? wanted = null)
    {
        var config = EncoderConfig.Load(folder);
        var weights = WeightStore.Open(folder);
        try
        {
            return new(folder, config, weights, wanted);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

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
            LocalModelKind.CrossEncoder => "a cross-encoder (a classification head with one label)",
            LocalModelKind.Embedder => "an embedding model (no classification head)",
            _ => $"a classifier with {Head.Labels} labels",
        };
        throw new NotSupportedException(wanted == LocalModelKind.CrossEncoder
            ? $"'{name}' is {what}, not a cross-encoder: it cannot score (query, document) pairs. A reranker needs a classification head " +
                "with one label" + (Head.Kind == LocalModelKind.Embedder ? "; rank by cosine with EmbeddingReranker instead." : ".")
            : $"'{name}' is {what}, not an embedding model: it gives no vectors" +
                (Head.Kind == LocalModelKind.CrossEncoder ? "; load it with LocalReranker instead." : "."));
    }

    private static void ThrowIfWithoutTypes(EncoderConfig config, TokenizerConfiguration tokenizer)
    {
        if (config.Architecture.TellsSegmentsApart && tokenizer.WhyWithoutTypes is { } why)
        {
            throw new NotSupportedException(
                $"{why}; cross-encoders of the type {string.Join(", ", config.Architecture.ModelTypes)} are supported only where the " +
                "types of tokens tell query and document apart.");
        }
    }

    private LocalModelInfo ReadInfo()
    {
        bool isCrossEncoder = Head.Kind == LocalModelKind.CrossEncoder;
        var calibration = isCrossEncoder ? LocalCalibration.ReadOrNull(_folder) : null;
        var usage = SentenceTransformersConfig.Load(_folder, Head.Kind);
        return new LocalModelInfo
        {
            ModelId = ModelFolder.NameOf(_folder),
            Architecture = Config.ClassName,
            Kind = Head.Kind,
            Labels = Head.Labels,
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
            QueryPrompt = usage.Prompts.Query,
            DocumentPrompt = usage.Prompts.Document,
            DefaultPrompt = usage.Prompts.Default,
        };
    }
}
