using System.Numerics.Tensors;
using CsCheck;

namespace Resift.Sqlite.Tests.Vectors;

public sealed class VectorCodeTests
{
    private static readonly Gen<(float[] Query, float[] Vector)> _pairs =
        from dimensions in Gen.Int[1, 800]
        from query in Gen.Float[-1f, 1f].Array[dimensions]
        from vector in Gen.Float[-1f, 1f].Array[dimensions]
        select (query, vector);

    [Fact]
    public void Score_AnyVectors_IsNearTheirCosine() => _pairs.Sample(pair =>
    {
        // The norm of very small numbers is zero in single precision.
        double[] wideQuery = [.. pair.Query.Select(value => (double)value)];
        double[] wideVector = [.. pair.Vector.Select(value => (double)value)];
        double cosine = TensorPrimitives.CosineSimilarity<double>(wideQuery, wideVector);
        if (double.IsNaN(cosine))
        {
            return;
        }

        double queryStep = Math.Abs(TensorPrimitives.MaxMagnitude<float>(pair.Query)) / 127;
        double score = Score(pair.Query, pair.Vector) * queryStep / TensorPrimitives.Norm<double>(wideQuery);

        // A seventh of the largest is one step, and rounding errs by half of one at most in each dimension.
        double largest = TensorPrimitives.MaxMagnitude<double>(wideVector) / TensorPrimitives.Norm<double>(wideVector);
        double bound = Math.Abs(largest) / 14 * Math.Sqrt(pair.Vector.Length) + 0.01 * Math.Sqrt(pair.Vector.Length);
        Assert.InRange(score, cosine - bound, cosine + bound);
    });

    [Fact]
    public void Dot_WithAndWithoutAvx2_IsTheSameWholeNumber() => _pairs.Sample(pair =>
    {
        byte[] code = Encode(pair.Vector);
        var query = new CodeQuery(pair.Query);
        Assert.Equal(query.DotPortable(code), query.Dot(code));
    });

    [Theory]
    [InlineData(1e-30f)]
    [InlineData(1f)]
    [InlineData(3e38f)]
    public void Score_VectorsOfAnyLength_DependsOnDirectionOnly(float length)
    {
        float[] query = [1, 2, -3];
        float score = Score(query, [.. new float[] { 0.5f, 0.9f, -1 }.Select(value => value * length)]);
        Assert.Equal(Score(query, [0.5f, 0.9f, -1]), score, 1e-3f);
    }

    [Fact]
    public void Score_ZeroVector_IsZero()
    {
        Assert.Equal(0, Score([1, 2, 3], [0, 0, 0]));
        Assert.Equal(0, Score([0, 0, 0], [1, 2, 3]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(384)]
    [InlineData(1025)]
    public void Size_AnyDimensions_IsHalfAByteEachAndTheStep(int dimensions) =>
        Assert.InRange(VectorCode.Size(dimensions) - sizeof(float), (dimensions + 1) / 2, (dimensions + 1) / 2 + CodeQuery.Step);

    private static float Score(float[] query, float[] vector) => new CodeQuery(query).Score(Encode(vector));

    private static byte[] Encode(float[] vector)
    {
        byte[] code = new byte[VectorCode.Size(vector.Length)];
        VectorCode.Encode(vector, code);
        return code;
    }
}
