using Microsoft.Extensions.AI;

namespace Resift.Retrieval;

/// <summary>An embedder, and what is known of its model.</summary>
internal sealed class EmbeddingModel(IEmbeddingGenerator<string, Embedding<float>> embedder)
{
    /// <summary>
    /// Gets the model's name: the configured one, which is known before anything is embedded, or else what the embeddings say. Null if
    /// neither tells.
    /// </summary>
    public string? Name { get; private set; } = embedder.GetService<EmbeddingGeneratorMetadata>()?.DefaultModelId;

    /// <summary>Gets what tells its weights and settings from every other model's; null if it tells none.</summary>
    public string? Fingerprint { get; } = embedder.GetService<ModelFingerprint>()?.Value;

    /// <summary>Gets the number of dimensions of its vectors; null before the first.</summary>
    public int? Dimensions { get; private set; }

    /// <summary>Gets what counts tokens as the model does, or nearly so.</summary>
    public TokenCounter CountTokens { get; } = embedder.GetService<TokenCounter>() ?? TokenEstimate.Count;

    public async Task<GeneratedEmbeddings<Embedding<float>>> EmbedAsync(string query, CancellationToken cancellationToken) => Known(
        await embedder.EmbedAsync([query], EmbeddingPurpose.Query, dimensions: Dimensions, cancellationToken: cancellationToken)
            .ConfigureAwait(false));

    public async Task<GeneratedEmbeddings<Embedding<float>>> EmbedAsync(
        IReadOnlyList<SearchDocument> passages,
        IReadOnlyList<string> texts,
        PassageTemplate template,
        CancellationToken cancellationToken) => Known(
        await DocumentEmbeddings.EmbedAsync(embedder, passages, texts, template, Dimensions, cancellationToken).ConfigureAwait(false));

    /// <summary>Refuses a model whose vectors cannot be compared with the collection's, as far as is known by now.</summary>
    public void ThrowUnlessFits(CollectionInfo collection, string store)
    {
        // A name is where a model lies or what a server calls it; only a fingerprint is the model. Without one the name has to do, and
        // without a name the dimensions.
        bool sameName = collection.ModelFingerprint is { } first && Fingerprint is { } mine
            ? first == mine
            : collection.ModelId is null || Name is null || collection.ModelId == Name;
        bool sameDimensions = collection.Dimensions is null || Dimensions is null || collection.Dimensions == Dimensions;
        if (!sameName || !sameDimensions)
        {
            string known = Describe(collection.ModelId, collection.Dimensions, collection.ModelFingerprint);
            throw new InvalidOperationException($"The collection '{collection.Name}' of '{store}' was embedded by {known}, but this " +
                $"embedder is {Describe(Name, Dimensions, Fingerprint)}. Vectors of different models cannot be compared: use the first " +
                "model, or index into another collection.");
        }
    }

    private GeneratedEmbeddings<Embedding<float>> Known(GeneratedEmbeddings<Embedding<float>> embeddings)
    {
        if (embeddings is [var first, ..])
        {
            Dimensions = first.Vector.Length;
            Name ??= first.ModelId;
        }

        return embeddings;
    }

    private static string Describe(string? name, int? dimensions, string? fingerprint)
    {
        string[] facts =
        [
            .. dimensions is null ? [] : new[] { $"{dimensions} dimensions" },
            .. fingerprint is null ? [] : new[] { $"fingerprint {fingerprint}" },
        ];
        return (name is null ? "a model without a name" : $"'{name}'") + (facts is [] ? "" : $" ({string.Join(", ", facts)})");
    }
}
