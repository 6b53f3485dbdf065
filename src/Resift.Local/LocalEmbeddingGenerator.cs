using Microsoft.Extensions.AI;
using Resift.Local.Inference;
using Resift.Local.Models;

namespace Resift;

/// <summary>A sentence embedder that runs on this machine, in managed code.</summary>
/// <remarks>
/// Safe for concurrent use, as <see cref="LocalReranker"/> is, with vectors that do not depend on what else is embedded. A text that is too
/// long is cut at its end; its embedding then has <see cref="EmbeddingProperties.TruncatedTokensKey"/> among its additional properties.
/// What a model wants before a query or a document (the prompts of <c>config_sentence_transformers.json</c>) is put there where the options
/// have <see cref="EmbeddingProperties.PurposeKey"/>; it counts as tokens of the text.
/// Fewer <see cref="EmbeddingGenerationOptions.Dimensions"/> than the model has are the first of its vector, scaled to the length 1 again
/// where the model's vectors have it. They find nearly what whole ones do where a model was trained for it (Kusupati et al. 2022), and less
/// where it was not; the model's card tells. A text without a token that the model knows, as an empty one may be, has a vector of zeros.
/// </remarks>
public sealed class LocalEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly ITextEmbedder _model;
    private readonly TextEmbedding _embedding;
    private readonly EmbeddingGeneratorMetadata _metadata;
    private volatile bool _disposed;

    private LocalEmbeddingGenerator(ITextEmbedder model)
    {
        _model = model;
        _embedding = new(model.Info.ModelId, model.Info.HiddenSize, model.Normalizes, EmbeddingPrompts.Of(model.Info), model.EmbedAsync);
        _metadata = new(LocalModel.ProviderName, null, model.Info.ModelId, model.Info.HiddenSize);
    }

    /// <summary>
    /// Loads a sentence embedder of the BERT family, or of Qwen2 or Qwen3, from a folder in the sentence-transformers layout, or a static
    /// one of model2vec.
    /// </summary>
    /// <param name="folder">
    /// The folder with <c>modules.json</c> (which a static one needs not), <c>config.json</c>, <c>model.safetensors</c> and the tokenizer's
    /// files.
    /// </param>
    /// <param name="options">How it runs; null for the defaults.</param>
    /// <returns>The embedder; whoever loads it disposes it.</returns>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder is missing.</exception>
    /// <exception cref="InvalidDataException">A file is corrupt, or files contradict each other.</exception>
    /// <exception cref="NotSupportedException">The model is sound, but not an embedder of a supported architecture and pooling.</exception>
    public static LocalEmbeddingGenerator Load(string folder, LocalModelOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return new(StaticModel.IsIn(folder)
            ? StaticEmbedder.Load(folder, options)
            : new TransformerEmbedder(LocalModel.Load(folder, LocalModelKind.Embedder, options)));
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">
    /// A text is null; the message names its index. Or the options have something else than a purpose under its key.
    /// </exception>
    /// <exception cref="NotSupportedException">The options ask for another model, or for more dimensions than it has.</exception>
    /// <exception cref="RerankerException">
    /// A vector has a component that is NaN or infinite; the message names the text by its index.
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
    /// Answers for <see cref="EmbeddingGeneratorMetadata"/>, <see cref="LocalModelInfo"/>, <see cref="ModelFingerprint"/> (a hash of the
    /// model's files, which are read when it is first asked for), <see cref="TokenCounter"/>, and the embedder itself.
    /// </remarks>
    /// <exception cref="IOException">The fingerprint is asked for, and the model's files are no longer there.</exception>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceType switch
        {
            _ when serviceKey is not null => null,
            _ when serviceType == typeof(EmbeddingGeneratorMetadata) => _metadata,
            _ when serviceType == typeof(LocalModelInfo) => _model.Info,
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
