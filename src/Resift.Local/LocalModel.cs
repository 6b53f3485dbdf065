using Resift.Local.Inference;
using Resift.Local.Models;
using Resift.Local.Tokenization;

namespace Resift;

/// <summary>Everything that a loaded model consists of: its facts, tokenizer, mapped weights, and the queue that runs it.</summary>
internal sealed class LocalModel : IDisposable
{
    public const string ProviderName = "resift.local";

    public const int DefaultBatchTokens = 512;

    private readonly OpenedModel _opened;
    private readonly Lazy<ModelFingerprint> _fingerprint;
    private bool _disposed;

    private LocalModel(
        string folder,
        LocalModelInfo info,
        PairEncoder texts,
        IPairEncoder pairs,
        OpenedModel opened,
        bool normalizes,
        InferenceQueue queue)
    {
        _fingerprint = new(() => FolderFingerprint.Compute(folder, info, opened.Weights));
        Info = info;
        Texts = texts;
        Pairs = pairs;
        TokenCounter = pairs.CountTokens;
        Normalizes = normalizes;
        Queue = queue;
        _opened = opened;
    }

    public LocalModelInfo Info { get; }

    /// <summary>Gets what encodes texts that stand alone.</summary>
    public PairEncoder Texts { get; }

    /// <summary>Gets what encodes pairs.</summary>
    public IPairEncoder Pairs { get; }

    public TokenCounter TokenCounter { get; }

    /// <summary>Gets a value indicating whether an embedder's vectors have the length 1.</summary>
    public bool Normalizes { get; }

    public InferenceQueue Queue { get; }

    /// <summary>Gets the hash of what its results depend on: computed from the files when it is first asked for.</summary>
    public ModelFingerprint Fingerprint => _fingerprint.Value;

    /// <summary>Loads a model for one use.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="kind">What it must be.</param>
    /// <param name="options">How it runs; null for the defaults.</param>
    public static LocalModel Load(string folder, LocalModelKind kind, LocalModelOptions? options)
    {
        options ??= new();
        var opened = OpenedModel.Open(folder, kind, kind == LocalModelKind.CrossEncoder ? options.RelevantLabel : null);
        try
        {
            var choice = WeightChoice.Of(options);
            var (config, info) = (opened.Config, opened.With(opened.Info, choice));
            var tokenizer = TokenizerLoader.Load(folder, opened.Tokenizer, opened.Sentence.Lowercase);
            ModelCheck.ValidateVocabulary(tokenizer.VocabularySize, config);
            int maxTokens = MaxTokens(options, config, info);
            var texts = new PairEncoder(tokenizer, maxTokens);
            var chat = opened.Template is { } template ? new ChatPairEncoder(tokenizer, template, info.Instruction, maxTokens) : null;
            var pooling = kind == LocalModelKind.Embedder ? PoolingConfig.Require(folder, EmbeddingPrompts.Of(info)) : null;
            SequenceModel model = pooling is null
                ? new CrossEncoderModel(config, opened.Weights, Kernels.Best, HeadOf(folder, opened, chat), choice)
                : new EmbedderModel(config, opened.Weights, Kernels.Best, pooling, choice);
            int batchTokens = Math.Max(maxTokens, options.BatchTokens ?? DefaultBatchTokens);
            var queue = new InferenceQueue(model, info.ModelId, options.Threads ?? Environment.ProcessorCount, batchTokens);
            IPairEncoder pairs = chat is null ? texts : chat;
            return new(folder, info with { MaxTokens = maxTokens }, texts, pairs, opened, pooling?.Normalize ?? false, queue);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Queue.Dispose();
        if (!Interlocked.Exchange(ref _disposed, true))
        {
            _opened.Dispose();
        }
    }

    private static int MaxTokens(LocalModelOptions options, EncoderConfig config, LocalModelInfo info) =>
        options.MaxTokens > config.MaxPositions
        ? throw new ArgumentOutOfRangeException(
            nameof(options), options.MaxTokens, $"MaxTokens is more than the {config.MaxPositions} positions that '{info.ModelId}' " +
            "has; choose fewer.")
        : options.MaxTokens ?? info.MaxTokens;

    private static HeadLayout HeadOf(string folder, OpenedModel opened, ChatPairEncoder? chat)
    {
        var (config, architecture) = (opened.Config, opened.Config.Architecture);
        if (chat is null || opened.Head.Words is not { } words)
        {
            return architecture.Head(config, opened.Head.Labels) with { Relevant = opened.Relevant };
        }

        ModuleList.ReadOrNull(folder)?.ThrowUnlessScoredBy(folder, chat.Yes, chat.No);
        return HeadLayout.OfWords(words, chat.Yes, chat.No);
    }
}
