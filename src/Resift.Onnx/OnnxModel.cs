using Resift.Local.Models;
using Resift.Local.Tokenization;
using Resift.Onnx.Graphs;

namespace Resift;

/// <summary>Everything that a loaded ONNX model consists of: its facts, what encodes its inputs, and what runs its graph.</summary>
internal sealed class OnnxModel : IDisposable
{
    public const string ProviderName = "resift.onnx";

    private const int DefaultBatchTokens = 512;

    private readonly Lazy<ModelFingerprint> _fingerprint;

    private OnnxModel(OpenedGraph opened, OnnxModelInfo info, GraphReading reading, OnnxModelOptions options)
    {
        Info = info;
        Texts = opened.Texts;
        Pairs = opened.Chat is { } chat ? chat : opened.Texts;
        TokenCounter = Pairs.CountTokens;
        Runner = new(
            opened.Graph,
            opened.Head.Output,
            reading,
            opened.Layout,
            BatchTokens(opened, options),
            options.Runs);
        _fingerprint = new(() => FolderFingerprint.Compute(
            opened.Folder,
            info.Kind,
            [info.Graph, .. ExternalData.Files(info.Graph)],
            info.MaxTokens,
            info.RelevantLabel,
            how: null));
    }

    public OnnxModelInfo Info { get; }

    /// <summary>Gets what encodes texts that stand alone.</summary>
    public PairEncoder Texts { get; }

    /// <summary>Gets what encodes pairs.</summary>
    public IPairEncoder Pairs { get; }

    public TokenCounter TokenCounter { get; }

    public OnnxRunner Runner { get; }

    /// <summary>Gets the hash of what its results depend on: computed from the files when it is first asked for.</summary>
    public ModelFingerprint Fingerprint => _fingerprint.Value;

    /// <summary>Loads a model for one use.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="kind">What it must be.</param>
    /// <param name="options">How it runs; null for the defaults.</param>
    public static OnnxModel Load(string folder, LocalModelKind kind, OnnxModelOptions? options)
    {
        options ??= new();
        var opened = OpenedGraph.Open(folder, kind, options);
        try
        {
            var (info, reading) = kind == LocalModelKind.CrossEncoder
                ? AsCrossEncoder(opened, options.RelevantLabel)
                : AsEmbedder(opened);
            return new(opened, info, reading, options);
        }
        catch
        {
            opened.Graph.Dispose();
            throw;
        }
    }

    public void Dispose() => Runner.Dispose();

    private static (OnnxModelInfo Info, GraphReading Reading) AsCrossEncoder(OpenedGraph opened, string? relevantLabel)
    {
        var (config, width) = (opened.Config, opened.Width);
        var calibration = LocalCalibration.ReadOrNull(opened.Folder);
        var info = opened.Info with { Calibration = calibration, Instruction = opened.Instruction };
        var modules = ModuleList.ReadOrNull(opened.Folder);
        modules?.ThrowUnlessCrossEncoder(opened.Head.AnswersInWords);
        if (opened.Head.AnswersInWords && opened.Chat is { } chat)
        {
            modules?.ThrowUnlessScoredBy(opened.Folder, chat.Yes, chat.No);
            return (info with { Labels = 1, ScoreScale = Scale(ScoreScale.Logit) }, new WordReading(width, chat.Yes, chat.No));
        }

        if (HeadLabels.ReadCount(config.Json) is { } named && named != width)
        {
            throw new InvalidDataException($"{info.Graph} gives {width} labels, but {config.Json.Source} names {named}: they do not " +
                "belong together. Copy both from one source.");
        }

        var labels = new HeadLabels(config.Json.Source, width, HeadLabels.ReadNames(config.Json));
        info = info with { Labels = width, ScoreScale = Scale(ScoreScale.Probability) };
        if (width == 1)
        {
            return (info, new LabelReading(width, 0));
        }

        int relevant = RelevantLabel.Find(labels, relevantLabel) ?? throw new NotSupportedException(
            $"'{info.ModelId}' is a classifier with {width} labels, not a cross-encoder: none of its labels ({labels}) alone is known to " +
            $"mean that a document is relevant. Set {nameof(OnnxModelOptions.RelevantLabel)} of {nameof(OnnxModelOptions)} to the name " +
            "or number of the one that does.");
        return (info with { RelevantLabel = labels.NameOf(relevant) }, new LabelReading(width, relevant));

        ScoreScale Scale(ScoreScale otherwise) => calibration is not null
            ? ScoreScale.Probability
            : opened.Usage.HeadScale ?? HeadActivation.ScaleOf(config.Json, otherwise);
    }

    // An array has no more numbers than that, and language models give 150,000 for each token.
    private static int BatchTokens(OpenedGraph opened, OnnxModelOptions options) => Math.Min(
        options.BatchTokens ?? DefaultBatchTokens, opened.Head.IsOfTokens ? Array.MaxLength / opened.Width : int.MaxValue);

    private static (OnnxModelInfo Info, GraphReading Reading) AsEmbedder(OpenedGraph opened)
    {
        var prompts = opened.Usage.Prompts;
        var pooling = opened.Head.IsOfTokens ? PoolingConfig.Require(opened.Folder, prompts) : null;
        var info = opened.Info with
        {
            ScoreScale = ScoreScale.Cosine,
            Dimensions = opened.Width,
            Normalizes = pooling?.Normalize ?? ModuleList.ReadOrNull(opened.Folder)?.Types.Contains("Normalize") ?? false,
            QueryPrompt = prompts.Query,
            DocumentPrompt = prompts.Document,
            DefaultPrompt = prompts.Default,
        };
        return (info, pooling is null ? new VectorReading(info.Dimensions, info.Normalizes) : new TokenReading(info.Dimensions, pooling));
    }
}
