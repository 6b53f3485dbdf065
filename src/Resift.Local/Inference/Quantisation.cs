using System.Numerics;
using System.Runtime.CompilerServices;

namespace Resift.Local.Inference;

/// <summary>Turns single-precision numbers into int8 ones with one scale for a row, the same for every kernel.</summary>
internal static class Quantisation
{
    /// <summary>The largest magnitude: symmetric, so that zero stays zero.</summary>
    public const int Largest = sbyte.MaxValue;

    // 1.5 × 2²³: a number added to it has its whole part, rounded to nearest even, in the low bits.
    private const float Rounding = 12_582_912;

    /// <summary>Quantises a row.</summary>
    /// <param name="row">The numbers.</param>
    /// <param name="target">Gets as many integers between -127 and 127.</param>
    /// <returns>What a step stands for: 0 for a row of zeros, not finite for a row with a number that is not.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Quantise(ReadOnlySpan<float> row, Span<short> target)
    {
        float largest = LargestMagnitude(row);
        float factor = largest > 0 ? Largest / largest : 0;
        if (!float.IsFinite(largest) || !float.IsFinite(factor))
        {
            // Not finite: the scale carries it into every sum. Or so small that its inverse is not: nothing, as far as sums go.
            target[..row.Length].Clear();
            return float.IsFinite(largest) ? 0 : float.NaN;
        }

        var factors = new Vector<float>(factor);
        var rounding = new Vector<float>(Rounding);
        var bits = Vector.AsVectorInt32(rounding);
        int i = 0, step = Vector<float>.Count;
        for (; i <= row.Length - (2 * step); i += 2 * step)
        {
            var low = Vector.AsVectorInt32((new Vector<float>(row[i..]) * factors) + rounding) - bits;
            var high = Vector.AsVectorInt32((new Vector<float>(row[(i + step)..]) * factors) + rounding) - bits;
            Vector.Narrow(low, high).CopyTo(target[i..]);
        }

        for (; i < row.Length; i++)
        {
            target[i] = (short)(BitConverter.SingleToInt32Bits((row[i] * factor) + Rounding) - BitConverter.SingleToInt32Bits(Rounding));
        }

        return largest / Largest;
    }

    /// <summary>Adds up the integers of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Sum(ReadOnlySpan<short> row)
    {
        var sums = Vector<int>.Zero;
        int i = 0, step = Vector<short>.Count;
        for (; i <= row.Length - step; i += step)
        {
            Vector.Widen(new Vector<short>(row[i..]), out var low, out var high);
            sums += low + high;
        }

        int sum = Vector.Sum(sums);
        for (; i < row.Length; i++)
        {
            sum += row[i];
        }

        return sum;
    }

    /// <summary>Narrows the integers of a row to bytes, and fills the target up with zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToBytes(ReadOnlySpan<short> row, Span<sbyte> target)
    {
        int i = 0, step = Vector<short>.Count;
        for (; i <= row.Length - (2 * step); i += 2 * step)
        {
            Vector.Narrow(new Vector<short>(row[i..]), new Vector<short>(row[(i + step)..])).CopyTo(target[i..]);
        }

        for (; i < row.Length; i++)
        {
            target[i] = (sbyte)row[i];
        }

        target[row.Length..].Clear();
    }

    /// <summary>The largest magnitude of a row; NaN where it has one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float LargestMagnitude(ReadOnlySpan<float> row)
    {
        // Without their sign the bits of numbers are in the numbers' order, infinity is above all, and NaN above infinity.
        const int Magnitude = int.MaxValue;
        var largest = Vector<int>.Zero;
        int i = 0;
        for (; i <= row.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            largest = Vector.Max(largest, Vector.AsVectorInt32(new Vector<float>(row[i..])) & new Vector<int>(Magnitude));
        }

        int all = 0;
        for (int lane = 0; lane < Vector<int>.Count; lane++)
        {
            all = Math.Max(all, largest[lane]);
        }

        for (; i < row.Length; i++)
        {
            all = Math.Max(all, BitConverter.SingleToInt32Bits(row[i]) & Magnitude);
        }

        return BitConverter.Int32BitsToSingle(all);
    }
}
