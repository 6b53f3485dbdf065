using System.Numerics.Tensors;
using Microsoft.Extensions.AI;

namespace Resift.Retrieval;

/// <summary>An embedding generator whose answers are checked and brought to unit length, so that a dot product is a cosine.</summary>
internal sealed class TextEmbedder(IEmbeddingGenerator<string, Embedding<float>> generator)
{
    private int _dimensions;

    /// <summary>Gets how many dimensions the vectors have; 0 before the first.</summary>
    public int Dimensions => _dimensions;

    /// <summary>Embeds texts.</summary>
    /// <returns>One vector of unit length for each text, or a zero vector where the generator gave one, and what was consumed.</returns>
    /// <exception cref="RerankerException">The generator gave another number of vectors, of other dimensions, or no numbers.</exception>
    public async Task<(float[][] Vectors, UsageDetails? Usage)> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var embeddings = await generator.GenerateAsync(texts, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (embeddings.Count != texts.Count)
        {
            throw new RerankerException(
                $"The embedding generator gave {embeddings.Count} embeddings; {texts.Count} were expected, one for each text.");
        }

        return ([.. embeddings.Select(embedding => Unit(embedding.Vector))], embeddings.Usage);
    }

    private float[] Unit(ReadOnlyMemory<float> vector)
    {
        int dimensions = Interlocked.CompareExchange(ref _dimensions, vector.Length, 0);
        if (vector.Length == 0 || (dimensions != 0 && dimensions != vector.Length))
        {
            throw new RerankerException($"The embedding generator gave a vector of {vector.Length} dimensions after others of {dimensions}; " +
                "all must come from one model.");
        }

        float[] unit = vector.ToArray();
        float norm = TensorPrimitives.Norm<float>(unit);
        if (!float.IsFinite(norm))
        {
            throw new RerankerException("The embedding generator gave a vector that has a component which is not a finite number.");
        }

        if (norm > 0)
        {
            TensorPrimitives.Divide(unit, norm, unit);
        }

        return unit;
    }
}
