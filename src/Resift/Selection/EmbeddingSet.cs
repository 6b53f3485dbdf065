using System.Numerics.Tensors;

namespace Resift;

/// <summary>The embeddings of the results of one response, and how alike two of them are.</summary>
internal sealed class EmbeddingSet
{
    // Of length 1, so that a product is a cosine; empty where nothing is known of the direction.
    private readonly float[][] _unitVectors;

    /// <summary>Reads the embedding of each result once.</summary>
    /// <exception cref="ArgumentException">Embeddings have different lengths, or an element is not a finite number.</exception>
    public EmbeddingSet(RerankResponse response, Func<int, ReadOnlyMemory<float>> embeddings)
    {
        _unitVectors = new float[response.Results.Count][];
        int dimensions = 0;
        for (int place = 0; place < _unitVectors.Length; place++)
        {
            int index = response.Results[place].Index;
            var vector = embeddings(index).Span;
            if (!vector.IsEmpty && dimensions == 0)
            {
                dimensions = vector.Length;
            }

            if (!vector.IsEmpty && vector.Length != dimensions)
            {
                throw new ArgumentException($"The embedding of document {index} has {vector.Length} dimensions, but {dimensions} were " +
                    "expected as in those before. Take all embeddings from one model.", nameof(embeddings));
            }

            float[] unit = UnitVector.Create(vector) ?? throw new ArgumentException(
                $"The embedding of document {index} has an element that is not a finite number. Check the model that made it.",
                nameof(embeddings));
            _unitVectors[place] = unit.AsSpan().ContainsAnyExcept(0f) ? unit : [];
        }
    }

    /// <summary>Gets the cosine of two results, by their places; 0 where one has no direction: an empty or a zero vector.</summary>
    public double Cosine(int place, int otherPlace)
    {
        var vector = _unitVectors[place];
        var other = _unitVectors[otherPlace];
        if (vector.Length == 0 || other.Length == 0)
        {
            return 0;
        }

        // Rounding must not tell equal vectors apart, nor carry a cosine beyond its range.
        return vector.AsSpan().SequenceEqual(other) ? 1 : Math.Clamp(TensorPrimitives.Dot<float>(vector, other), -1f, 1f);
    }
}
