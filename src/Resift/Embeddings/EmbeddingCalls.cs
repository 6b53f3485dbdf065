using Microsoft.Extensions.AI;

namespace Resift;

/// <summary>
/// Embeds texts for a purpose, and refuses an answer that is none. Resift.Retrieval and Resift.Sqlite compile this file as well.
/// </summary>
internal static class EmbeddingCalls
{
    /// <summary>Embeds texts.</summary>
    /// <param name="generator">The generator.</param>
    /// <param name="texts">The texts: one, if it is a query.</param>
    /// <param name="purpose">What they are embedded for.</param>
    /// <param name="modelId">The model that is asked for; null for the generator's own.</param>
    /// <param name="dimensions">How many dimensions the vectors must have; null for as many as the first.</param>
    /// <param name="documentOf">Gets the index of the document that a text is of, for errors; null where there are no documents.</param>
    /// <param name="nameOf">Gets how errors call a text; null for its document's index, "the query" or its own index.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>One embedding for each text, all of them of finite numbers and one number of dimensions.</returns>
    /// <exception cref="RerankerException">The generator gave something else.</exception>
    public static async Task<GeneratedEmbeddings<Embedding<float>>> EmbedAsync(
        this IEmbeddingGenerator<string, Embedding<float>> generator,
        IReadOnlyList<string> texts,
        EmbeddingPurpose purpose,
        string? modelId = null,
        int? dimensions = null,
        Func<int, int>? documentOf = null,
        Func<int, string>? nameOf = null,
        CancellationToken cancellationToken = default)
    {
        var options = new EmbeddingGenerationOptions { ModelId = modelId };
        options.SetPurpose(purpose);
        var embeddings = await generator.GenerateAsync(texts, options, cancellationToken).ConfigureAwait(false);
        if (embeddings.Count != texts.Count)
        {
            throw new RerankerException(
                $"The embedding generator gave {embeddings.Count} embeddings; {texts.Count} were expected, one for each text.");
        }

        for (int i = 0; i < embeddings.Count; i++)
        {
            if (Flaw(embeddings[i].Vector.Span, dimensions ??= embeddings[i].Vector.Length) is { } flaw)
            {
                int? document = documentOf?.Invoke(i);
                string what = nameOf?.Invoke(i) ??
                    (document is { } index ? $"document {index}" : purpose == EmbeddingPurpose.Query ? "the query" : $"text {i}");
                throw new RerankerException($"The embedding of {what} has {flaw}.") { DocumentIndex = document };
            }
        }

        return embeddings;
    }

    private static string? Flaw(ReadOnlySpan<float> vector, int dimensions)
    {
        if (vector.IsEmpty || vector.Length != dimensions)
        {
            return vector.IsEmpty ? "0 dimensions; at least 1 was expected"
                : $"{vector.Length} dimensions, but {dimensions} were expected as in those before; all must come from one model";
        }

        foreach (float value in vector)
        {
            if (!float.IsFinite(value))
            {
                return $"the component {value}; finite numbers were expected";
            }
        }

        return null;
    }
}
