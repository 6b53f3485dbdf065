using Microsoft.Extensions.AI;

namespace Resift;

/// <summary>The additional properties by which embedding generators and their callers tell each other what the interface lacks.</summary>
public static class EmbeddingProperties
{
    /// <summary>
    /// The key in <see cref="EmbeddingGenerationOptions.AdditionalProperties"/> of what texts are embedded for: the text <c>query</c> or
    /// <c>document</c>.
    /// </summary>
    public const string PurposeKey = "resift.purpose";

    /// <summary>
    /// The key in <see cref="Embedding.AdditionalProperties"/> of how many tokens of a text were not read (an <see cref="int"/>).
    /// </summary>
    public const string TruncatedTokensKey = "truncated_tokens";

    // Texts instead of members of the enumeration, so that a cache or a log that writes options as JSON can write these.
    private const string Query = "query";
    private const string Document = "document";

    /// <summary>Gets what texts are embedded for.</summary>
    /// <param name="options">The options of a call; null for none.</param>
    /// <returns>The purpose; null if the caller named none.</returns>
    /// <exception cref="ArgumentException">The value of <see cref="PurposeKey"/> is no purpose.</exception>
    public static EmbeddingPurpose? GetPurpose(this EmbeddingGenerationOptions? options) =>
        options?.AdditionalProperties is not { } properties || !properties.TryGetValue(PurposeKey, out object? value) ? null : value switch
        {
            null => null,
            Query => EmbeddingPurpose.Query,
            Document => EmbeddingPurpose.Document,
            _ => throw new ArgumentException($"The additional property '{PurposeKey}' is '{value}'; '{Query}' or '{Document}' was " +
                $"expected. Set it by {nameof(SetPurpose)}.", nameof(options)),
        };

    /// <summary>Says what texts are embedded for.</summary>
    /// <param name="options">The options of a call.</param>
    /// <param name="purpose">The purpose; null takes away what was said before.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="purpose"/> is not a member of the enumeration.</exception>
    public static void SetPurpose(this EmbeddingGenerationOptions options, EmbeddingPurpose? purpose)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (purpose is null)
        {
            options.AdditionalProperties?.Remove(PurposeKey);
            return;
        }

        (options.AdditionalProperties ??= [])[PurposeKey] = purpose switch
        {
            EmbeddingPurpose.Query => Query,
            EmbeddingPurpose.Document => Document,
            _ => throw new ArgumentOutOfRangeException(nameof(purpose), purpose, "Query or Document was expected."),
        };
    }

    /// <summary>Gets how many tokens of its text an embedding does not cover.</summary>
    /// <param name="embedding">The embedding.</param>
    /// <returns>The number of tokens; 0 if the generator said nothing of it.</returns>
    public static int GetTruncatedTokens(this Embedding embedding)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        return embedding.AdditionalProperties is { } properties && properties.TryGetValue(TruncatedTokensKey, out int cut) ? cut : 0;
    }
}
