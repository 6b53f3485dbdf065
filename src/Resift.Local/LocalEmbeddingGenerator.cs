using Microsoft.Extensions.AI;

namespace Resift;

/// <summary>A sentence embedder that runs on this machine, in managed code.</summary>
public sealed class LocalEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>Loads a sentence embedder from a folder in the sentence-transformers layout.</summary>
    /// <param name="folder">The folder with <c>modules.json</c>, <c>config.json</c>, <c>model.safetensors</c> and the tokenizer's files.</param>
    /// <param name="options">How it runs; null for the defaults.</param>
    /// <returns>The embedder; whoever loads it disposes it.</returns>
    public static LocalEmbeddingGenerator Load(string folder, LocalModelOptions? options = null) => throw new NotImplementedException();

    /// <inheritdoc />
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values,
        EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null) => throw new NotImplementedException();

    /// <inheritdoc />
    public void Dispose()
    {
    }
}
