using System.Numerics;
using System.Runtime.CompilerServices;

namespace Resift.Local.Models;

/// <summary>Widens stored numbers to <see cref="float"/>, exactly but for the one rounding of a scaled int8.</summary>
/// <remarks>
/// Source and destination have the same length. Each loop is optimised on its first call, since loading a model is over before the
/// runtime would come back to it.
/// </remarks>
internal static class Widening
{
    /// <summary>Widens IEEE half-precision numbers, which must be finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void FromFloat16(ReadOnlySpan<ushort> source, Span<float> destination)
    {
        int i = 0;
        for (; i <= source.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(source[i..]), out var low, out var high);
            WidenFloat16(low).CopyTo(destination[i..]);
            WidenFloat16(high).CopyTo(destination[(i + Vector<uint>.Count)..]);
        }

        for (; i < source.Length; i++)
        {
            destination[i] = (float)BitConverter.UInt16BitsToHalf(source[i]);
        }
    }

    /// <summary>Widens bfloat16 numbers: the upper halves of single-precision ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void FromBFloat16(ReadOnlySpan<ushort> source, Span<float> destination)
    {
        const int Shift = 16;
        int i = 0;
        for (; i <= source.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(source[i..]), out var low, out var high);
            Vector.AsVectorSingle(low << Shift).CopyTo(destination[i..]);
            Vector.AsVectorSingle(high << Shift).CopyTo(destination[(i + Vector<uint>.Count)..]);
        }

        for (; i < source.Length; i++)
        {
            destination[i] = BitConverter.UInt32BitsToSingle((uint)source[i] << Shift);
        }
    }

    /// <summary>Multiplies int8 numbers by the scale of their row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void FromInt8(ReadOnlySpan<sbyte> source, float scale, Span<float> destination)
    {
        int i = 0;
        for (; i <= source.Length - Vector<sbyte>.Count; i += Vector<sbyte>.Count)
        {
            Vector.Widen(new Vector<sbyte>(source[i..]), out var low, out var high);
            WidenInt16(low, scale, destination[i..]);
            WidenInt16(high, scale, destination[(i + Vector<short>.Count)..]);
        }

        for (; i < source.Length; i++)
        {
            destination[i] = source[i] * scale;
        }
    }

    /// <summary>Widens int8 numbers to 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void ToInt16(ReadOnlySpan<sbyte> source, Span<short> destination)
    {
        int i = 0;
        for (; i <= source.Length - Vector<sbyte>.Count; i += Vector<sbyte>.Count)
        {
            Vector.Widen(new Vector<sbyte>(source[i..]), out var low, out var high);
            low.CopyTo(destination[i..]);
            high.CopyTo(destination[(i + Vector<short>.Count)..]);
        }

        for (; i < source.Length; i++)
        {
            destination[i] = source[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WidenInt16(Vector<short> values, float scale, Span<float> destination)
    {
        Vector.Widen(values, out var low, out var high);
        (Vector.ConvertToSingle(low) * scale).CopyTo(destination);
        (Vector.ConvertToSingle(high) * scale).CopyTo(destination[Vector<int>.Count..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> WidenFloat16(Vector<uint> half)
    {
        // Exponent and mantissa move to their places in a float, where the smaller exponent bias makes the number 2¹¹² times too
        // small. Multiplying sets that right for subnormal numbers too.
        const float Bias = 5.192296858534828e33f;
        var magnitude = Vector.AsVectorSingle((half & new Vector<uint>(0x7FFF)) << 13) * Bias;
        return Vector.AsVectorSingle(Vector.AsVectorUInt32(magnitude) | ((half & new Vector<uint>(0x8000)) << 16));
    }
}
