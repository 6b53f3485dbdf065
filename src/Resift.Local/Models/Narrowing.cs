namespace Resift.Local.Models;

/// <summary>Rounds single-precision weights to the numbers that they are kept as: to nearest, ties to even.</summary>
internal static class Narrowing
{
    /// <summary>Rounds to 16 bits.</summary>
    /// <param name="half">True for IEEE half precision, false for bfloat16.</param>
    /// <param name="source">Finite numbers.</param>
    /// <param name="destination">Gets the bits.</param>
    /// <param name="label">What the numbers are, for errors.</param>
    /// <exception cref="NotSupportedException">A number is beyond the largest of the type.</exception>
    public static void To(bool half, ReadOnlySpan<float> source, Span<ushort> destination, string label)
    {
        for (int i = 0; i < source.Length; i++)
        {
            destination[i] = half ? BitConverter.HalfToUInt16Bits((Half)source[i]) : BFloat16(source[i]);
            if ((destination[i] & (half ? 0x7C00 : 0x7F80)) == (half ? 0x7C00 : 0x7F80))
            {
                throw new NotSupportedException($"{label} holds {source[i]}, which is beyond what " +
                    $"{(half ? "half precision" : "bfloat16")} can hold; keep its weights as another type.");
            }
        }
    }

    /// <summary>Rounds a row to int8.</summary>
    /// <returns>What a step stands for; 0 for a row of zeros.</returns>
    public static float ToInt8(ReadOnlySpan<float> source, Span<sbyte> destination)
    {
        float largest = 0;
        foreach (float value in source)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        double step = largest / (double)sbyte.MaxValue;
        for (int i = 0; i < source.Length; i++)
        {
            destination[i] = step == 0 ? (sbyte)0 : (sbyte)Math.Round(source[i] / step);
        }

        return (float)step;
    }

    private static ushort BFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
