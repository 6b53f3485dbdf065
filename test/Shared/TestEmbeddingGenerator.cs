using System.Collections.Concurrent;
using Microsoft.Extensions.AI;

namespace Resift.Testing;

/// <summary>
/// An embedding generator for tests. It does what its callback says; without one it counts a text's words by their hash, so that texts
/// with common words are close and a text without words is the zero vector.
/// </summary>
internal sealed class TestEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private int _disposals;

    public EmbeddingGeneratorMetadata Metadata { get; init; } = new("test", defaultModelId: "word-hash", defaultModelDimensions: 64);

    public Func<IReadOnlyList<string>, EmbeddingGenerationOptions?, CancellationToken, Task<GeneratedEmbeddings<Embedding<float>>>>?
        GenerateAsyncCallback
    { get; init; }

    /// <summary>Gets how many words of a text it reads; the rest is reported as truncated tokens. Null for all.</summary>
    public int? MaxWords { get; init; }

    /// <summary>Gets what it answers with when it is asked for its fingerprint.</summary>
    public ModelFingerprint? Fingerprint { get; init; }

    /// <summary>Gets the texts of every call.</summary>
    public ConcurrentQueue<string[]> Received { get; } = [];

    /// <summary>Gets what the texts of every call were embedded for.</summary>
    public ConcurrentQueue<EmbeddingPurpose?> Purposes { get; } = [];

    /// <summary>Gets how often it was disposed.</summary>
    public int Disposals => _disposals;

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values,
        EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        string[] texts = [.. values];
        Received.Enqueue(texts);
        Purposes.Enqueue(options.GetPurpose());
        return GenerateAsyncCallback?.Invoke(texts, options, cancellationToken)
            ?? Task.FromResult(WordHashes(texts, options, cancellationToken));
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType.IsInstanceOfType(this) ? this
        : serviceType == typeof(EmbeddingGeneratorMetadata) ? Metadata
        : serviceType == typeof(ModelFingerprint) ? Fingerprint
        : null;

    public void Dispose() => Interlocked.Increment(ref _disposals);

    private GeneratedEmbeddings<Embedding<float>> WordHashes(
        string[] texts,
        EmbeddingGenerationOptions? options,
        CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposals > 0, this);
        cancellationToken.ThrowIfCancellationRequested();
        return new(texts.Select(text => WordHash(text, options?.ModelId ?? Metadata.DefaultModelId)))
        {
            Usage = new() { InputTokenCount = texts.Sum(text => TestWords.Of(text).Take(MaxWords ?? int.MaxValue).Count()) },
        };
    }

    private Embedding<float> WordHash(string text, string? modelId)
    {
        float[] vector = new float[Metadata.DefaultModelDimensions ?? 64];
        int words = 0;
        foreach (string word in TestWords.Of(text))
        {
            if (words++ < (MaxWords ?? int.MaxValue))
            {
                vector[Hash(word) % (uint)vector.Length]++;
            }
        }

        return new(vector)
        {
            ModelId = modelId,
            AdditionalProperties = words > MaxWords ? new() { [EmbeddingProperties.TruncatedTokensKey] = words - MaxWords.Value } : null,
        };
    }

    // FNV-1a, because the hash of a string differs from one process to the next.
    private static uint Hash(string word)
    {
        uint hash = 2166136261;
        foreach (char c in word)
        {
            hash = (hash ^ c) * 16777619;
        }

        return hash;
    }
}
