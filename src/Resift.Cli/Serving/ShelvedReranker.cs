using Microsoft.Extensions.AI;

namespace Resift.Cli;

/// <summary>A reranker of this machine that is loaded when it is called. The shelf owns what it loads.</summary>
/// <param name="shelf">Keeps it loaded.</param>
/// <param name="model">The model.</param>
/// <param name="metadata">What is known of it without loading it.</param>
internal sealed class ShelvedReranker(ModelShelf shelf, ShelvedModel model, RerankerMetadata metadata) : IReranker
{
    public Task<RerankResponse> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default) =>
        shelf.UseAsync<IReranker, RerankResponse>(
            model, reranker => reranker.RerankAsync(query, documents, options, cancellationToken), cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is not null ? null
        : serviceType == typeof(RerankerMetadata) ? metadata
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    public void Dispose()
    {
    }
}

/// <summary>An embedder of this machine that is loaded when it is called. The shelf owns what it loads.</summary>
/// <param name="shelf">Keeps it loaded.</param>
/// <param name="model">The model.</param>
/// <param name="metadata">What is known of it without loading it.</param>
internal sealed class ShelvedEmbedder(ModelShelf shelf, ShelvedModel model, EmbeddingGeneratorMetadata metadata)
    : IEmbeddingGenerator<string, Embedding<float>>
{
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        shelf.UseAsync<IEmbeddingGenerator<string, Embedding<float>>, GeneratedEmbeddings<Embedding<float>>>(
            model, embedder => embedder.GenerateAsync(values, options, cancellationToken), cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is not null ? null
        : serviceType == typeof(EmbeddingGeneratorMetadata) ? metadata
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    public void Dispose()
    {
    }
}
