using System.Runtime.CompilerServices;

namespace Resift.Local.Inference;

/// <summary>
/// The innermost loops: c = start + a × b for one tile that stays in registers. Every element is one chain of multiply-adds over the
/// depth, in order, whatever the tile's height: a row's result does not depend on the rows around it.
/// </summary>
/// <remarks>
/// a: rows of <c>lda</c> floats. b: a packed panel, <c>depth</c> rows of two vectors. start: what the sums begin with, such as a bias (row
/// distance 0) or the values that c already has (row distance <c>ldc</c>). Distances are in floats.
/// </remarks>
internal static unsafe class MicroKernel<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>One tile of six rows and two vectors: twelve sums, enough to hide the latency of a multiply-add, in 15 registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile(float* a, nint lda, float* b, nint depth, float* start, nint ldStart, float* c, nint ldc)
    {
        int width = TSimd.Width;
        TVector c0L = TSimd.Load(start), c0R = TSimd.Load(start + width);
        start += ldStart;
        TVector c1L = TSimd.Load(start), c1R = TSimd.Load(start + width);
        start += ldStart;
        TVector c2L = TSimd.Load(start), c2R = TSimd.Load(start + width);
        start += ldStart;
        TVector c3L = TSimd.Load(start), c3R = TSimd.Load(start + width);
        start += ldStart;
        TVector c4L = TSimd.Load(start), c4R = TSimd.Load(start + width);
        start += ldStart;
        TVector c5L = TSimd.Load(start), c5R = TSimd.Load(start + width);

        float* a3 = a + (3 * lda);
        float* end = a + depth;
        for (; a < end; b += 2 * width)
        {
            TVector left = TSimd.Load(b), right = TSimd.Load(b + width);
            TVector x = TSimd.Broadcast(*a);
            c0L = TSimd.MultiplyAdd(x, left, c0L);
            c0R = TSimd.MultiplyAdd(x, right, c0R);
            x = TSimd.Broadcast(a[lda]);
            c1L = TSimd.MultiplyAdd(x, left, c1L);
            c1R = TSimd.MultiplyAdd(x, right, c1R);
            x = TSimd.Broadcast(a[2 * lda]);
            c2L = TSimd.MultiplyAdd(x, left, c2L);
            c2R = TSimd.MultiplyAdd(x, right, c2R);
            x = TSimd.Broadcast(*a3);
            c3L = TSimd.MultiplyAdd(x, left, c3L);
            c3R = TSimd.MultiplyAdd(x, right, c3R);
            x = TSimd.Broadcast(a3[lda]);
            c4L = TSimd.MultiplyAdd(x, left, c4L);
            c4R = TSimd.MultiplyAdd(x, right, c4R);
            x = TSimd.Broadcast(a3[2 * lda]);
            c5L = TSimd.MultiplyAdd(x, left, c5L);
            c5R = TSimd.MultiplyAdd(x, right, c5R);
            a++;
            a3++;
        }

        TSimd.Store(c0L, c);
        TSimd.Store(c0R, c + width);
        c += ldc;
        TSimd.Store(c1L, c);
        TSimd.Store(c1R, c + width);
        c += ldc;
        TSimd.Store(c2L, c);
        TSimd.Store(c2R, c + width);
        c += ldc;
        TSimd.Store(c3L, c);
        TSimd.Store(c3R, c + width);
        c += ldc;
        TSimd.Store(c4L, c);
        TSimd.Store(c4R, c + width);
        c += ldc;
        TSimd.Store(c5L, c);
        TSimd.Store(c5R, c + width);
    }
}
