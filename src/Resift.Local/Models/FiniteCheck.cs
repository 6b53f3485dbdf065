using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Resift.Local.Models;

/// <summary>Finds NaN and infinity in stored weights: one of either makes every score of a model worthless.</summary>
internal static class FiniteCheck
{
    // A number is not finite exactly when all bits of its exponent are set.
    private const uint Exponent32 = 0x7F80_0000;
    private const ushort Exponent16 = 0x7C00;
    private const ushort ExponentB16 = 0x7F80;

    public static void ThrowIfNotFinite(StoredTensor tensor)
    {
        long index = tensor.Entry.Dtype switch
        {
            "F32" => IndexOf(tensor, Exponent32),
            "F16" => IndexOf(tensor, Exponent16),
            _ => IndexOf(tensor, ExponentB16),
        };
        if (index >= 0)
        {
            throw new InvalidDataException($"{tensor.Label} holds NaN or infinity at flat index {index}: every score would be " +
                "worthless. The file is damaged, or the training that wrote it failed.");
        }
    }

    private static long IndexOf<T>(StoredTensor tensor, T exponent)
        where T : unmanaged, IBinaryInteger<T>
    {
        // In pieces, since a tensor may be larger than a span can be.
        const int Piece = 1 << 20;
        int size = Unsafe.SizeOf<T>();
        long bytes = tensor.Entry.End - tensor.Entry.Begin;
        for (long offset = 0; offset < bytes; offset += Piece)
        {
            var values = MemoryMarshal.Cast<byte, T>(tensor.File.Bytes(tensor.Entry, offset, (int)Math.Min(Piece, bytes - offset)));
            int index = IndexOf(values, exponent);
            if (index >= 0)
            {
                return (offset / size) + index;
            }
        }

        return -1;
    }

    // Optimised on its first call: there are too few calls for the runtime to do it later.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int IndexOf<T>(ReadOnlySpan<T> values, T exponent)
        where T : unmanaged, IBinaryInteger<T>
    {
        var mask = new Vector<T>(exponent);
        int i = 0;
        while (i <= values.Length - Vector<T>.Count && !Vector.EqualsAny(new Vector<T>(values[i..]) & mask, mask))
        {
            i += Vector<T>.Count;
        }

        for (; i < values.Length; i++)
        {
            if ((values[i] & exponent) == exponent)
            {
                return i;
            }
        }

        return -1;
    }
}
