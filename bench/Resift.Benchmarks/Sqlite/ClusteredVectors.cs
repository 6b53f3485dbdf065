using System.Numerics.Tensors;

namespace Resift.Benchmarks;

/// <summary>
/// Made-up embeddings: unit vectors around centres, as the embeddings of texts lie around subjects, but so near to each other within a
/// cluster that the neighbours of a query are hard to tell apart. The same number always gives the same vector.
/// </summary>
internal sealed class ClusteredVectors
{
    // How far from its centre a vector lies: the cosine of two in a cluster is about 1 / (1 + Spread²).
    private const float Spread = 0.8f;

    // How much all centres have in common: embeddings of texts are never evenly spread over all directions.
    private const float Common = 0.5f;

    private readonly float[][] _centres;

    public ClusteredVectors(int dimensions, int clusters)
    {
        float[] common = Direction(dimensions, new(-1));
        _centres = [.. Enumerable.Range(0, clusters).Select(cluster => Direction(dimensions, new(-2 - cluster)))];
        foreach (float[] centre in _centres)
        {
            TensorPrimitives.MultiplyAdd(common, Common, centre, centre);
        }
    }

    public float[] Create(int number)
    {
        var random = new Random(number);
        float[] centre = _centres[random.Next(_centres.Length)];
        float[] vector = Direction(centre.Length, random);
        TensorPrimitives.MultiplyAdd(vector, Spread, centre, vector);
        return Normalized(vector);
    }

    private static float[] Direction(int dimensions, Random random)
    {
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++)
        {
            // A sum of three is near enough to a Gaussian one, and quick.
            vector[i] = random.NextSingle() + random.NextSingle() + random.NextSingle() - 1.5f;
        }

        return Normalized(vector);
    }

    private static float[] Normalized(float[] vector)
    {
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }
}
