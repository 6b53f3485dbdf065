using Microsoft.Extensions.AI;
using Resift.Local.Inference;
using Resift.Local.Models;

namespace Resift;

/// <summary>Answers calls for the vectors of texts, whatever computes them: prompts, dimensions, and what is refused.</summary>
/// <param name="modelId">The model's name.</param>
/// <param name="size">How many numbers its vectors have.</param>
/// <param name="normalizes">Whether they have the length 1.</param>
/// <param name="prompts">What stands before a text.</param>
/// <param name="embed">Computes the vectors of texts behind a prompt.</param>
internal sealed class TextEmbedding(
    string modelId,
    int size,
    bool normalizes,
    EmbeddingPrompts prompts,
    Func<IReadOnlyList<string>, string, CancellationToken, Task<TextVectors>> embed)
{
    /// <inheritdoc cref="LocalEmbeddingGenerator.GenerateAsync" />
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(values);
        string[] texts = [.. values];
        if (Array.IndexOf(texts, null) is var missing and >= 0)
        {
            throw new ArgumentException($"Text {missing} is null; a text was expected.", nameof(values));
        }

        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfNotSupported(options);
        string prompt = options.GetPurpose() switch
        {
            EmbeddingPurpose.Query => prompts.Query,
            EmbeddingPurpose.Document => prompts.Document,
            _ => prompts.Default,
        };

        var vectors = await embed(texts, prompt, cancellationToken).ConfigureAwait(false);
        return new(texts.Select((_, i) => Embedding(vectors, i, options?.Dimensions ?? size)))
        {
            Usage = new() { InputTokenCount = vectors.Tokens, TotalTokenCount = vectors.Tokens },
        };
    }

    private Embedding<float> Embedding(TextVectors vectors, int index, int dimensions)
    {
        Memory<float> vector = vectors.Values.AsMemory(index * size, size);
        if (dimensions < size)
        {
            // A copy, which does not hold on to what was left out.
            vector = vector[..dimensions].ToArray();
            if (normalizes)
            {
                UnitLength.Scale(vector.Span);
            }
        }

        foreach (float value in vector.Span)
        {
            if (!float.IsFinite(value))
            {
                throw new RerankerException($"The vector of text {index} has the component {value}; finite numbers were expected. " +
                    $"'{modelId}' computes beyond what its numbers can hold: check its weights.");
            }
        }

        int cut = vectors.TokensCut[index];
        return new(vector)
        {
            ModelId = modelId,
            CreatedAt = DateTimeOffset.UtcNow,
            AdditionalProperties = cut == 0 ? null : new() { [EmbeddingProperties.TruncatedTokensKey] = cut },
        };
    }

    private void ThrowIfNotSupported(EmbeddingGenerationOptions? options)
    {
        LocalModelInfo.ThrowUnlessNamed(options?.ModelId, modelId);
        if (options?.Dimensions is { } dimensions && (dimensions < 1 || dimensions > size))
        {
            throw new NotSupportedException(
                $"The options ask for {dimensions} dimensions, but '{modelId}' gives {size}; expected 1 to as many.");
        }
    }
}
