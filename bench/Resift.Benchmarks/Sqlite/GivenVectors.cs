using System.Globalization;
using Microsoft.Extensions.AI;

namespace Resift.Benchmarks;

/// <summary>An embedder that makes up the vector whose number ends a text, so that indexing costs nothing but the index.</summary>
internal sealed class GivenVectors(ClusteredVectors vectors) : IEmbeddingGenerator<string, Embedding<float>>
{
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(
            values.Select(text => new Embedding<float>(vectors.Create(Number(text))))));

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType == typeof(EmbeddingGeneratorMetadata)
            ? new EmbeddingGeneratorMetadata("given", null, "given")
            : null;

    public void Dispose()
    {
    }

    private static int Number(string text) => int.Parse(text.AsSpan(text.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture);
}
