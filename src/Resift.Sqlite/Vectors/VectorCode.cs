using System.Buffers.Binary;
using System.Numerics.Tensors;

namespace Resift.Sqlite;

/// <summary>
/// The direction of a vector in four bits for each dimension: a number from -7 to 7, in steps of a seventh of the largest, kept as 1 to 15.
/// After these comes the length of a step in a vector of length 1. An eighth of the vector's size, and near enough to choose by.
/// </summary>
/// <remarks>
/// The low halves of the bytes are the first half of the dimensions and the high halves the second, so that unpacking needs no shuffling.
/// A half is filled up to whole steps of <see cref="CodeQuery"/>.
/// </remarks>
internal static class VectorCode
{
    public const int Zero = 8;

    private const int Largest = 7;

    /// <summary>Gets how many bytes, of two dimensions each, a code has before its step.</summary>
    public static int Half(int dimensions) => ((dimensions + 1) / 2 + CodeQuery.Step - 1) / CodeQuery.Step * CodeQuery.Step;

    public static int Size(int dimensions) => Half(dimensions) + sizeof(float);

    public static void Encode(ReadOnlySpan<float> vector, Span<byte> code)
    {
        int half = Half(vector.Length);
        code[..half].Fill(Zero | Zero << 4);

        // In double precision, because the norm of numbers that are finite may not be.
        double largest = Math.Abs(TensorPrimitives.MaxMagnitude(vector));
        double norm = Norm(vector);
        BinaryPrimitives.WriteSingleLittleEndian(code[half..], norm > 0 ? (float)(largest / Largest / norm) : 0);
        for (int i = 0; i < vector.Length && largest > 0; i++)
        {
            int value = Zero + (int)Math.Round(vector[i] / largest * Largest);
            code[i % half] = i < half ? (byte)(code[i] & 0xF0 | value) : (byte)(code[i - half] & 0x0F | value << 4);
        }
    }

    private static double Norm(ReadOnlySpan<float> vector)
    {
        double sum = 0;
        foreach (double value in vector)
        {
            sum += value * value;
        }

        return Math.Sqrt(sum);
    }
}
