using Microsoft.Extensions.AI;
using Resift.Local.Inference;
using Resift.Local.Models;

namespace Resift;

/// <summary>A sentence embedder as an ONNX graph, on ONNX Runtime: any architecture that was exported, on the CPU or a GPU.</summary>
/// <remarks>
/// It embeds as <see cref="LocalEmbeddingGenerator"/> does, with the same prompts, truncation and dimensions; it runs, is cancelled and
/// disposed as <see cref="OnnxReranker"/> is.
/// </remarks>
public sealed class OnnxEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly OnnxModel _model;
    private readonly TextEmbedding _embedding;
    private readonly EmbeddingGeneratorMetadata _metadata;
    private volatile bool _disposed;

    private OnnxEmbeddingGenerator(OnnxModel model)
    {
        _model = model;
        var info = model.Info;
        var prompts = new EmbeddingPrompts(info.QueryPrompt, info.DocumentPrompt, info.DefaultPrompt);
        var run = new TextRun(model.Texts, model.Runner, info.Dimensions);
        _embedding = new(info.ModelId, info.Dimensions, info.Normalizes, prompts, run.EmbedAsync);
        _metadata = new(OnnxModel.ProviderName, null, info.ModelId, info.Dimensions);
    }

    /// <summary>Loads a sentence embedder from a folder in the sentence-transformers layout, and tries it on a short input.</summary>
    /// <remarks>
    /// The graph has inputs as <see cref="OnnxReranker.Load"/> says, and the output <c>sentence_embedding</c>, which is taken as it is, or
    /// <c>token_embeddings</c> or <c>last_hidden_state</c>, of whose tokens <c>modules.json</c> says how they become one vector.
    /// </remarks>
    /// <param name="folder">
    /// The folder with <c>config.json</c>, the tokenizer's files, <c>modules.json</c> (which a <c>sentence_embedding</c> needs not), and
    /// <c>model.onnx</c> or <c>onnx/model.onnx</c>.
    /// </param>
    /// <param name="options">How it runs; null for the defaults.</param>
    /// <returns>The embedder; whoever loads it disposes it.</returns>
    /// <exception cref="ArgumentException">The options ask for more tokens than the model reads.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder is missing.</exception>
    /// <exception cref="InvalidDataException">A file is corrupt, or files contradict each other.</exception>
    /// <exception cref="NotSupportedException">The graph is sound, but not that of an embedder, or wants other inputs.</exception>
    public static OnnxEmbeddingGenerator Load(string folder, OnnxModelOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return new(OnnxModel.Load(folder, LocalModelKind.Embedder, options));
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">
    /// A text is null; the message names its index. Or the options have something else than a purpose under its key.
    /// </exception>
    /// <exception cref="NotSupportedException">The options ask for another model, or for more dimensions than it has.</exception>
    /// <exception cref="RerankerException">
    /// A vector has a component that is NaN or infinite (the message names the text by its index), or the runtime failed.
    /// </exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values,
        EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return await _embedding.GenerateAsync(values, options, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    /// <remarks>
    /// Answers for <see cref="EmbeddingGeneratorMetadata"/>, <see cref="OnnxModelInfo"/>, <see cref="ModelFingerprint"/> (a hash of the
    /// graph and the folder's files, which are read when it is first asked for), <see cref="TokenCounter"/>, and the embedder itself.
    /// </remarks>
    /// <exception cref="IOException">The fingerprint is asked for, and the model's files are no longer there.</exception>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceType switch
        {
            _ when serviceKey is not null => null,
            _ when serviceType == typeof(EmbeddingGeneratorMetadata) => _metadata,
            _ when serviceType == typeof(OnnxModelInfo) => _model.Info,
            _ when serviceType == typeof(ModelFingerprint) => _model.Fingerprint,
            _ when serviceType == typeof(TokenCounter) => _model.TokenCounter,
            _ => serviceType.IsInstanceOfType(this) ? this : null,
        };
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _disposed = true;
        _model.Dispose();
    }
}
