using Microsoft.Extensions.AI;
using Resift.Sqlite.Storage;

namespace Resift.Sqlite.Vectors;

/// <summary>An embedder, what is known of its model, and the checks of what it gives.</summary>
internal sealed class EmbeddingModel(IEmbeddingGenerator<string, Embedding<float>> embedder)
{
    private const string TruncatedTokensKey = "truncated_tokens";

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

    /// <summary>Tells whether an embedder said that it did not read a text to its end.</summary>
    public static bool IsTruncated(Embedding<float> embedding) =>
        embedding.AdditionalProperties is { } properties && properties.TryGetValue(TruncatedTokensKey, out int cut) && cut > 0;

    public async Task<GeneratedEmbeddings<Embedding<float>>> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var embeddings = await embedder.GenerateAsync(texts, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (embeddings.Count != texts.Count)
        {
            throw new RerankerException($"The embedder gave {embeddings.Count} embeddings; {texts.Count} were expected, one for each " +
                "text.");
        }

        foreach (var embedding in embeddings)
        {
            Check(embedding);
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

    private void Check(Embedding<float> embedding)
    {
        var vector = embedding.Vector.Span;
        if (vector.IsEmpty)
        {
            throw new RerankerException("The embedder gave a vector of no dimensions.");
        }

        if (vector.Length != (Dimensions ??= vector.Length))
        {
            throw new RerankerException($"The embedder gave a vector of {vector.Length} dimensions after one of {Dimensions}; all must " +
                "have the same number.");
        }

        foreach (float value in vector)
        {
            if (!float.IsFinite(value))
            {
                throw new RerankerException($"The embedder gave a vector with the value {value}; finite numbers were expected.");
            }
        }

        Name ??= embedding.ModelId;
    }
}
