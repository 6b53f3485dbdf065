using System.Runtime.CompilerServices;

namespace Resift.Local.Inference;

/// <summary>
/// The innermost loop of int8 layers: the sums of one tile, as exact integers. Values lie in 16 bits, two of them are multiplied with two
/// weights and added up at once, so that no instruction saturates, whatever the values.
/// </summary>
/// <remarks>
/// a: rows of <c>lda</c> numbers. b: an unpacked panel, for each pair of inputs two vectors of pairs. A sum of up to 131,072 products of
/// int8 numbers fits into 32 bits.
/// </remarks>
internal static unsafe class IntegerTile<TDot, TVector>
    where TDot : struct, IIntegerDot<TVector>
    where TVector : struct
{
    /// <summary>One tile of six rows and two vectors.</summary>
    /// <param name="a">The first row of quantised input.</param>
    /// <param name="lda">The distance between its rows.</param>
    /// <param name="b">The weights.</param>
    /// <param name="pairs">How many pairs of inputs there are.</param>
    /// <param name="sums">Gets six rows of two vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(short* a, nint lda, short* b, nint pairs, int* sums)
    {
        int width = TDot.Width;
        TVector c0L = TDot.Zero, c0R = TDot.Zero, c1L = TDot.Zero, c1R = TDot.Zero, c2L = TDot.Zero, c2R = TDot.Zero;
        TVector c3L = TDot.Zero, c3R = TDot.Zero, c4L = TDot.Zero, c4R = TDot.Zero, c5L = TDot.Zero, c5R = TDot.Zero;
        short* a3 = a + (3 * lda);
        short* end = a + (2 * pairs);
        for (; a < end; b += 4 * width)
        {
            TVector left = TDot.Load(b), right = TDot.Load(b + (2 * width));
            TVector x = TDot.BroadcastPair(a);
            c0L = TDot.MultiplyAdd(x, left, c0L);
            c0R = TDot.MultiplyAdd(x, right, c0R);
            x = TDot.BroadcastPair(a + lda);
            c1L = TDot.MultiplyAdd(x, left, c1L);
            c1R = TDot.MultiplyAdd(x, right, c1R);
            x = TDot.BroadcastPair(a + (2 * lda));
            c2L = TDot.MultiplyAdd(x, left, c2L);
            c2R = TDot.MultiplyAdd(x, right, c2R);
            x = TDot.BroadcastPair(a3);
            c3L = TDot.MultiplyAdd(x, left, c3L);
            c3R = TDot.MultiplyAdd(x, right, c3R);
            x = TDot.BroadcastPair(a3 + lda);
            c4L = TDot.MultiplyAdd(x, left, c4L);
            c4R = TDot.MultiplyAdd(x, right, c4R);
            x = TDot.BroadcastPair(a3 + (2 * lda));
            c5L = TDot.MultiplyAdd(x, left, c5L);
            c5R = TDot.MultiplyAdd(x, right, c5R);
            a += 2;
            a3 += 2;
        }

        TDot.Store(c0L, sums);
        TDot.Store(c0R, sums + width);
        TDot.Store(c1L, sums + (2 * width));
        TDot.Store(c1R, sums + (3 * width));
        TDot.Store(c2L, sums + (4 * width));
        TDot.Store(c2R, sums + (5 * width));
        TDot.Store(c3L, sums + (6 * width));
        TDot.Store(c3R, sums + (7 * width));
        TDot.Store(c4L, sums + (8 * width));
        TDot.Store(c4R, sums + (9 * width));
        TDot.Store(c5L, sums + (10 * width));
        TDot.Store(c5R, sums + (11 * width));
    }
}
