using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static float Quantise(ReadOnlySpan<float> row, Span<short> target)
    {
        float factor = Factor(row, out float scale);
        if (factor == 0)
        {
            target[..row.Length].Clear();
            return scale;
        }

        ref float source = ref MemoryMarshal.GetReference(row);
        ref short result = ref MemoryMarshal.GetReference(target[..row.Length]);
        var factors = new Vector<float>(factor);
        int i = 0, step = Vector<float>.Count;
        for (; i <= row.Length - (2 * step); i += 2 * step)
        {
            Vector.Narrow(Round(ref source, i, factors), Round(ref source, i + step, factors)).StoreUnsafe(ref result, (nuint)i);
        }

        for (; i < row.Length; i++)
        {
            target[i] = (short)Round(row[i], factor);
        }

        return scale;
    }

    /// <summary>Quantises a row to bytes, and fills them up with zeros.</summary>
    /// <param name="row">The numbers.</param>
    /// <param name="target">Gets at least as many integers between -127 and 127.</param>
    /// <param name="sum">Gets what they add up to.</param>
    /// <returns>What a step stands for, as above.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static float Quantise(ReadOnlySpan<float> row, Span<sbyte> target, out int sum)
    {
        float factor = Factor(row, out float scale);
        if (factor == 0)
        {
            target.Clear();
            sum = 0;
            return scale;
        }

        ref float source = ref MemoryMarshal.GetReference(row);
        ref sbyte result = ref MemoryMarshal.GetReference(target[..row.Length]);
        var factors = new Vector<float>(factor);
        var sums = Vector<int>.Zero;
        int i = 0, step = Vector<float>.Count;
        for (; i <= row.Length - (4 * step); i += 4 * step)
        {
            var (first, second) = (Round(ref source, i, factors), Round(ref source, i + step, factors));
            var (third, fourth) = (Round(ref source, i + (2 * step), factors), Round(ref source, i + (3 * step), factors));
            Vector.Narrow(Vector.Narrow(first, second), Vector.Narrow(third, fourth)).StoreUnsafe(ref result, (nuint)i);
            sums += first + second + (third + fourth);
        }

        sum = Vector.Sum(sums);
        for (; i < row.Length; i++)
        {
            target[i] = (sbyte)Round(row[i], factor);
            sum += target[i];
        }

        target[row.Length..].Clear();
        return scale;
    }

    /// <summary>What the numbers of a row are multiplied with: nothing where a step stands for nothing, or for no finite number.</summary>
    private static float Factor(ReadOnlySpan<float> row, out float scale)
    {
        float largest = LargestMagnitude(row);
        float factor = largest > 0 ? Largest / largest : 0;
        if (float.IsFinite(largest) && float.IsFinite(factor))
        {
            scale = largest / Largest;
            return factor;
        }

        // Not finite: the scale carries it into every sum. Or so small that its inverse is not: nothing, as far as sums go.
        scale = float.IsFinite(largest) ? 0 : float.NaN;
        return 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<int> Round(ref float row, int index, Vector<float> factors)
    {
        var rounding = new Vector<float>(Rounding);
        return Vector.AsVectorInt32((Vector.LoadUnsafe(ref row, (nuint)index) * factors) + rounding) - Vector.AsVectorInt32(rounding);
    }

    private static int Round(float value, float factor) =>
        BitConverter.SingleToInt32Bits((value * factor) + Rounding) - BitConverter.SingleToInt32Bits(Rounding);

    /// <summary>The largest magnitude of a row; NaN where it has one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float LargestMagnitude(ReadOnlySpan<float> row)
    {
        // Without their sign the bits of numbers are in the numbers' order, infinity is above all, and NaN above infinity.
        var magnitude = Vector256.Create(int.MaxValue);
        ref int source = ref Unsafe.As<float, int>(ref MemoryMarshal.GetReference(row));
        var (even, odd) = (Vector256<int>.Zero, Vector256<int>.Zero);
        int i = 0, step = Vector256<int>.Count;
        for (; i <= row.Length - (2 * step); i += 2 * step)
        {
            even = Vector256.Max(even, Vector256.LoadUnsafe(ref source, (nuint)i) & magnitude);
            odd = Vector256.Max(odd, Vector256.LoadUnsafe(ref source, (nuint)(i + step)) & magnitude);
        }

        // Across the lanes without a branch, which nobody could foresee.
        even = Vector256.Max(even, odd);
        var lanes = Vector128.Max(even.GetLower(), even.GetUpper());
        lanes = Vector128.Max(lanes, Vector128.Shuffle(lanes, Vector128.Create(2, 3, 0, 1)));
        lanes = Vector128.Max(lanes, Vector128.Shuffle(lanes, Vector128.Create(1, 0, 3, 2)));
        int largest = lanes.ToScalar();
        for (; i < row.Length; i++)
        {
            largest = Math.Max(largest, BitConverter.SingleToInt32Bits(row[i]) & int.MaxValue);
        }

        return BitConverter.Int32BitsToSingle(largest);
    }
}
