using Microsoft.Extensions.AI;
using Resift.Sqlite.Storage;

namespace Resift.Sqlite.Vectors;

/// <summary>An embedder, and what is known of its model.</summary>
internal sealed class EmbeddingModel(IEmbeddingGenerator<string, Embedding<float>> embedder)
{
    /// <summary>
    /// Gets the model's name: the configured one, which is known before anything is embedded, or else what the embeddings say. Null if
    /// neither tells.
    /// </summary>
    public string? Name { get; private set; } = embedder.GetService<EmbeddingGeneratorMetadata>()?.DefaultModelId;

    /// <summary>Gets the number of dimensions of its vectors; null before the first.</summary>
    public int? Dimensions { get; private set; }

    /// <summary>Gets what counts tokens as the model does, or nearly so.</summary>
    public TokenCounter TokenCounter { get; } = embedder.GetService<TokenCounter>() ?? (text => text.Length / CharactersPerToken);

    // The usual estimate for English text.
    private const int CharactersPerToken = 4;

    public async Task<GeneratedEmbeddings<Embedding<float>>> EmbedAsync(
        IReadOnlyList<string> texts, EmbeddingPurpose purpose, CancellationToken cancellationToken)
    {
        var embeddings = await embedder.EmbedAsync(texts, purpose, dimensions: Dimensions, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        if (embeddings is [var first, ..])
        {
            Dimensions = first.Vector.Length;
            Name ??= first.ModelId;
        }

        return embeddings;
    }

    /// <summary>Refuses a model whose vectors cannot be compared with the collection's, as far as is known by now.</summary>
    public void ThrowUnlessFits(CollectionRow row, string path)
    {
        // A model that tells no name can be judged by its dimensions only.
        bool sameName = row.Model is null || Name is null || row.Model == Name;
        bool sameDimensions = row.Dimensions is null || Dimensions is null || row.Dimensions == Dimensions;
        if (!sameName || !sameDimensions)
        {
            throw new InvalidOperationException($"The collection '{row.Name}' of '{path}' was embedded by " +
                $"{Describe(row.Model, row.Dimensions)}, but this embedder is {Describe(Name, Dimensions)}. Vectors of different models " +
                "cannot be compared: use the first model, or index into another collection.");
        }
    }

    private static string Describe(string? name, int? dimensions) =>
        (name is null ? "a model without a name" : $"'{name}'") + (dimensions is null ? "" : $" ({dimensions} dimensions)");
}
