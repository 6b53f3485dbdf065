using Microsoft.Extensions.AI;

namespace Resift.Cli;

/// <summary>A reranker of this machine that is loaded when it is called. The shelf owns what it loads.</summary>
/// <param name="shelf">Keeps it loaded.</param>
/// <param name="model">The model.</param>
/// <param name="metadata">What is known of it without loading it.</param>
/// <param name="facts">What is known of it once it was loaded.</param>
internal sealed class ShelvedReranker(ModelShelf shelf, ShelvedModel model, RerankerMetadata metadata, LoadedFacts facts) : IReranker
{
    public Task<RerankResponse> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default) =>
        shelf.UseAsync<IReranker, RerankResponse>(
            model, reranker => reranker.RerankAsync(query, documents, options, cancellationToken), cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is not null ? null
        : serviceType == typeof(RerankerMetadata) ? metadata
        : serviceType == typeof(ModelFingerprint) ? facts.Fingerprint
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
/// <param name="facts">What is known of it once it was loaded.</param>
internal sealed class ShelvedEmbedder(ModelShelf shelf, ShelvedModel model, EmbeddingGeneratorMetadata metadata, LoadedFacts facts)
    : IEmbeddingGenerator<string, Embedding<float>>
{
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        shelf.UseAsync<IEmbeddingGenerator<string, Embedding<float>>, GeneratedEmbeddings<Embedding<float>>>(
            model, embedder => embedder.GenerateAsync(values, options, cancellationToken), cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is not null ? null
        : serviceType == typeof(EmbeddingGeneratorMetadata) ? facts.EmbedderMetadata ?? metadata
        : serviceType == typeof(ModelFingerprint) ? facts.Fingerprint
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    public void Dispose()
    {
    }
}

/// <summary>What a model says of itself when it is loaded, which stays true when it is not: by it an index knows its embedder.</summary>
internal sealed class LoadedFacts
{
    /// <summary>Gets its fingerprint; null before it was loaded, or where it has none.</summary>
    public ModelFingerprint? Fingerprint { get; private set; }

    /// <summary>Gets what an embedder says; null before it was loaded.</summary>
    public EmbeddingGeneratorMetadata? EmbedderMetadata { get; private set; }

    /// <summary>Remembers what a model says.</summary>
    /// <returns>The model.</returns>
    public IReranker Of(IReranker reranker)
    {
        Fingerprint = reranker.GetService<ModelFingerprint>();
        return reranker;
    }

    /// <summary>Remembers what a model says.</summary>
    /// <returns>The model.</returns>
    public IEmbeddingGenerator<string, Embedding<float>> Of(IEmbeddingGenerator<string, Embedding<float>> embedder)
    {
        Fingerprint = embedder.GetService<ModelFingerprint>();
        EmbedderMetadata = embedder.GetService<EmbeddingGeneratorMetadata>();
        return embedder;
    }
}
