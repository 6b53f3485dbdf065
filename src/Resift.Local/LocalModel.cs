using Resift.Local.Inference;
using Resift.Local.Models;
using Resift.Local.Tokenization;

namespace Resift;

/// <summary>Everything that a loaded model consists of: its facts, tokenizer, mapped weights, and the queue that runs it.</summary>
internal sealed class LocalModel : IDisposable
{
    public const string ProviderName = "resift.local";

    public const int DefaultBatchTokens = 512;

    private readonly WeightStore _weights;
    private readonly Lazy<ModelFingerprint> _fingerprint;
    private bool _disposed;

    private LocalModel(string folder, LocalModelInfo info, PairEncoder encoder, WeightStore weights, InferenceQueue queue)
    {
        string[] weightFiles = [.. weights.Paths];
        _fingerprint = new(() => FolderFingerprint.Compute(folder, info, weightFiles));
        Info = info;
        Encoder = encoder;
        TokenCounter = encoder.CountTokens;
        Queue = queue;
        _weights = weights;
    }

    public LocalModelInfo Info { get; }

    public PairEncoder Encoder { get; }

    public TokenCounter TokenCounter { get; }

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
        var config = BertConfig.Load(folder);
        var weights = WeightStore.Open(folder);
        try
        {
            var head = ModelCheck.Validate(config, weights);
            var info = LocalModelInfo.Of(folder, config, weights, head);
            ThrowUnlessOfKind(info, kind);
            var tokenizer = WordPieceTokenizer.Load(folder);
            ModelCheck.ValidateVocabulary(tokenizer.VocabularySize, config);
            int maxTokens = MaxTokens(options, config, info);
            var encoder = new PairEncoder(tokenizer, maxTokens);
            SequenceModel model = kind == LocalModelKind.CrossEncoder
                ? new CrossEncoderModel(config, weights, Kernels.Best, head.Labels)
                : new EmbedderModel(config, weights, Kernels.Best, PoolingOf(folder, info));
            int batchTokens = Math.Max(maxTokens, options.BatchTokens ?? DefaultBatchTokens);
            var queue = new InferenceQueue(model, info.ModelId, options.Threads ?? Environment.ProcessorCount, batchTokens);
            return new(folder, info with { MaxTokens = maxTokens }, encoder, weights, queue);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>Refuses a model id that is not this model's: nobody may get another model's scores than those that were asked for.</summary>
    public void ThrowUnlessNamed(string? modelId)
    {
        if (modelId is not null && !string.Equals(modelId, Info.ModelId, StringComparison.OrdinalIgnoreCase))
        {
            throw new NotSupportedException(
                $"The options ask for the model '{modelId}', but this is '{Info.ModelId}'. Leave ModelId null, or load the other model.");
        }
    }

    public void Dispose()
    {
        Queue.Dispose();
        if (!Interlocked.Exchange(ref _disposed, true))
        {
            _weights.Dispose();
        }
    }

    private static int MaxTokens(LocalModelOptions options, BertConfig config, LocalModelInfo info) => options.MaxTokens > config.MaxPositions
        ? throw new ArgumentOutOfRangeException(
            nameof(options), options.MaxTokens, $"MaxTokens is more than the {config.MaxPositions} positions that '{info.ModelId}' has; choose fewer.")
        : options.MaxTokens ?? info.MaxTokens;

    private static PoolingConfig PoolingOf(string folder, LocalModelInfo info)
    {
        var pooling = PoolingConfig.Load(folder) ?? throw new NotSupportedException(
            $"'{folder}' has no modules.json, which says how token vectors become one vector of the text (mean or first token, normalised or not). " +
            "Only embedders in the sentence-transformers layout are supported.");
        bool hasPrompt = info is not { QueryPrompt: "", DocumentPrompt: "", DefaultPrompt: "" };
        return pooling.IncludePrompt || pooling.Mode == Pooling.Cls || !hasPrompt ? pooling : throw new NotSupportedException(
            $"'{folder}' has prompts, and the include_prompt of its pooling is false: the prompt's own tokens would have to be left out of the " +
            "mean, which is not supported; supported: include_prompt true.");
    }

    private static void ThrowUnlessOfKind(LocalModelInfo info, LocalModelKind wanted)
    {
        if (info.Kind == wanted)
        {
            return;
        }

        string what = info.Kind switch
        {
            LocalModelKind.CrossEncoder => "a cross-encoder (a classification head with one label)",
            LocalModelKind.Embedder => "an embedding model (no classification head)",
            _ => $"a classifier with {info.Labels} labels",
        };
        throw new NotSupportedException(wanted == LocalModelKind.CrossEncoder
            ? $"'{info.ModelId}' is {what}, not a cross-encoder: it cannot score (query, document) pairs. A reranker needs a classification head " +
                "with one label" + (info.Kind == LocalModelKind.Embedder ? "; rank by cosine with EmbeddingReranker instead." : ".")
            : $"'{info.ModelId}' is {what}, not an embedding model: it gives no vectors" +
                (info.Kind == LocalModelKind.CrossEncoder ? "; load it with LocalReranker instead." : "."));
    }
}
