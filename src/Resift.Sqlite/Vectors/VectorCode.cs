using System.Buffers.Binary;
using System.Numerics.Tensors;

namespace Resift.Sqlite.Vectors;

/// <summary>A vector's direction in one byte for each dimension and a scale: a quarter of its size, and near enough to choose by.</summary>
internal static class VectorCode
{
    public static int Size(int dimensions) => sizeof(float) + dimensions;

    public static void Encode(ReadOnlySpan<float> vector, Span<byte> code)
    {
        float largest = TensorPrimitives.MaxMagnitude(vector);
        float norm = TensorPrimitives.Norm(vector);
        float step = MathF.Abs(largest) / 127;
        BinaryPrimitives.WriteSingleLittleEndian(code, norm > 0 ? step / norm : 0);
        for (int i = 0; i < vector.Length; i++)
        {
            code[sizeof(float) + i] = (byte)(sbyte)(step > 0 ? MathF.Round(vector[i] / step) : 0);
        }
    }

    public static float Score(ReadOnlySpan<byte> code, ReadOnlySpan<sbyte> query)
    {
        int dot = 0;
        for (int i = 0; i < query.Length; i++)
        {
            dot += (sbyte)code[sizeof(float) + i] * query[i];
        }

        return dot * BinaryPrimitives.ReadSingleLittleEndian(code);
    }
}
