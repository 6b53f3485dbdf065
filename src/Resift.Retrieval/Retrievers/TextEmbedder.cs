using Microsoft.Extensions.AI;

namespace Resift.Retrieval;

/// <summary>An embedding generator whose answers are checked and brought to unit length, so that a dot product is a cosine.</summary>
internal sealed class TextEmbedder(IEmbeddingGenerator<string, Embedding<float>> generator)
{
    /// <summary>Gets how many dimensions the vectors have; 0 before the first.</summary>
    public int Dimensions { get; private set; }

    /// <summary>Embeds a query.</summary>
    /// <returns>
    /// A vector of unit length, or a zero vector where the generator gave one, what was consumed, and how many tokens were not read.
    /// </returns>
    /// <exception cref="RerankerException">The generator gave no vector, one of other dimensions, or no numbers.</exception>
    public async Task<(float[] Vector, UsageDetails? Usage, int TokensCut)> EmbedAsync(string query, CancellationToken cancellationToken)
    {
        var embeddings = await generator
            .EmbedAsync([query], EmbeddingPurpose.Query, dimensions: KnownDimensions, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        return (Unit(embeddings[0].Vector), embeddings.Usage, embeddings[0].GetTruncatedTokens());
    }

    /// <summary>Embeds documents.</summary>
    /// <returns>One vector of unit length for each, or a zero vector where the generator gave one.</returns>
    /// <exception cref="RerankerException">The generator gave another number of vectors, of other dimensions, or no numbers.</exception>
    public async Task<float[][]> EmbedAsync(
        IReadOnlyList<SearchDocument> documents, PassageTemplate template, CancellationToken cancellationToken)
    {
        string[] texts = [.. documents.Select(template.TextOf)];
        var embeddings = await DocumentEmbeddings.EmbedAsync(generator, documents, texts, template, KnownDimensions, cancellationToken)
            .ConfigureAwait(false);
        if (Dimensions == 0 && embeddings is [var first, ..])
        {
            Dimensions = first.Vector.Length;
        }

        return [.. embeddings.Select(embedding => Unit(embedding.Vector))];
    }

    private int? KnownDimensions => Dimensions == 0 ? null : Dimensions;

    // Not null: what is not finite has been refused by now.
    private static float[] Unit(ReadOnlyMemory<float> vector) => UnitVector.Create(vector.Span)!;
}
