using Microsoft.Extensions.AI;
using Resift.Local.Tokenization;

namespace Resift;

/// <summary>A sentence embedder that runs on this machine, in managed code.</summary>
/// <remarks>
/// Safe for concurrent use, as <see cref="LocalReranker"/> is, with vectors that do not depend on what else is embedded. A text that is too
/// long is cut at its end; its embedding then has <see cref="EmbeddingProperties.TruncatedTokensKey"/> among its additional properties.
/// What a model wants before a query or a document (the prompts of <c>config_sentence_transformers.json</c>) is put there where the options
/// have <see cref="EmbeddingProperties.PurposeKey"/>; it counts as tokens of the text.
/// </remarks>
public sealed class LocalEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly LocalModel _model;
    private readonly EmbeddingGeneratorMetadata _metadata;
    private volatile bool _disposed;

    private LocalEmbeddingGenerator(LocalModel model)
    {
        _model = model;
        _metadata = new(LocalModel.ProviderName, null, model.Info.ModelId, model.Info.HiddenSize);
    }

    /// <summary>Loads a sentence embedder of the BERT family from a folder in the sentence-transformers layout.</summary>
    /// <param name="folder">
    /// The folder with <c>modules.json</c>, <c>config.json</c>, <c>model.safetensors</c> and the tokenizer's files.
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
        return new(LocalModel.Load(folder, LocalModelKind.Embedder, options));
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">
    /// A text is null; the message names its index. Or the options have something else than a purpose under its key.
    /// </exception>
    /// <exception cref="NotSupportedException">The options ask for another model or another number of dimensions.</exception>
    /// <exception cref="RerankerException">
    /// A vector has a component that is NaN or infinite; the message names the text by its index.
    /// </exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values,
        EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        string[] texts = [.. values];
        if (Array.IndexOf(texts, null) is var missing and >= 0)
        {
            throw new ArgumentException($"Text {missing} is null; a text was expected.", nameof(values));
        }

        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfNotSupported(options);
        string prompt = options.GetPurpose() switch
        {
            EmbeddingPurpose.Query => _model.Info.QueryPrompt,
            EmbeddingPurpose.Document => _model.Info.DocumentPrompt,
            _ => _model.Info.DefaultPrompt,
        };

        int[] cut = new int[texts.Length];
        long tokens = 0;
        float[] vectors = await _model.Queue.RunAsync(texts.Length, Next, cancellationToken).ConfigureAwait(false);
        return new(texts.Select((_, i) => Embedding(vectors, i, cut[i])))
        {
            Usage = new() { InputTokenCount = tokens, TotalTokenCount = tokens },
        };

        TokenSequence Next(int index)
        {
            var text = _model.Texts.EncodeSingle(prompt + texts[index]);
            cut[index] = text.FirstTokensCut;
            tokens += text.Ids.Length;
            return text;
        }
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

    private Embedding<float> Embedding(float[] vectors, int index, int tokensCut)
    {
        int size = _model.Info.HiddenSize;
        var vector = vectors.AsMemory(index * size, size);
        foreach (float value in vector.Span)
        {
            if (!float.IsFinite(value))
            {
                throw new RerankerException($"The vector of text {index} has the component {value}; finite numbers were expected. " +
                    $"'{_model.Info.ModelId}' computes beyond what its numbers can hold: check its weights.");
            }
        }

        return new(vector)
        {
            ModelId = _model.Info.ModelId,
            CreatedAt = DateTimeOffset.UtcNow,
            AdditionalProperties = tokensCut == 0 ? null : new() { [EmbeddingProperties.TruncatedTokensKey] = tokensCut },
        };
    }

    private void ThrowIfNotSupported(EmbeddingGenerationOptions? options)
    {
        _model.ThrowUnlessNamed(options?.ModelId);
        if (options?.Dimensions is { } dimensions && dimensions != _model.Info.HiddenSize)
        {
            throw new NotSupportedException(
                $"The options ask for {dimensions} dimensions, but '{_model.Info.ModelId}' gives {_model.Info.HiddenSize} " +
                "and no other number.");
        }
    }
}
