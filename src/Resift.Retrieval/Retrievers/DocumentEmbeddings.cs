using Microsoft.Extensions.AI;

namespace Resift.Retrieval;

/// <summary>
/// Embeds documents with what says where they stand before them, which gives way where it would cost the end of a passage. Resift.Sqlite
/// compiles this file as well.
/// </summary>
internal static class DocumentEmbeddings
{
    /// <summary>Embeds documents.</summary>
    /// <param name="generator">The generator; where it tells what it cut and how it counts, the prefix is shortened by that.</param>
    /// <param name="documents">The documents.</param>
    /// <param name="texts">Their texts, as the template makes them.</param>
    /// <param name="template">Makes shorter ones.</param>
    /// <param name="dimensions">How many dimensions the vectors must have; null for as many as the first.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>One embedding for each document; the usage is that of all calls.</returns>
    /// <exception cref="RerankerException">
    /// The generator gave something else; where it is about a document, the message has its id.
    /// </exception>
    public static async Task<GeneratedEmbeddings<Embedding<float>>> EmbedAsync(
        IEmbeddingGenerator<string, Embedding<float>> generator,
        IReadOnlyList<SearchDocument> documents,
        IReadOnlyList<string> texts,
        PassageTemplate template,
        int? dimensions,
        CancellationToken cancellationToken)
    {
        var embeddings = await generator.EmbedAsync(
            texts, EmbeddingPurpose.Document, dimensions: dimensions, nameOf: NameOf, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        int[] cut =
        [
            .. Enumerable.Range(0, texts.Count)
                .Where(index => embeddings[index].GetTruncatedTokens() > 0 && template.PrefixOf(documents[index]) is not ""),
        ];
        if (cut is [])
        {
            return embeddings;
        }

        var again = await generator.EmbedAsync(
            [.. cut.Select(Shorter)],
            EmbeddingPurpose.Document,
            dimensions: embeddings[0].Vector.Length,
            nameOf: place => NameOf(cut[place]),
            cancellationToken: cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < cut.Length; i++)
        {
            embeddings[cut[i]] = again[i];
        }

        if (again.Usage is { } usage)
        {
            (embeddings.Usage ??= new()).Add(usage);
        }

        return embeddings;

        string NameOf(int index) => $"the document '{documents[index].Id}'";

        string Shorter(int index) => generator.GetService<TokenCounter>() is { } countTokens
            ? template.TextOf(documents[index], countTokens, countTokens(texts[index]) - embeddings[index].GetTruncatedTokens())
            : PassageTemplate.TextOnly.TextOf(documents[index]);
    }
}
