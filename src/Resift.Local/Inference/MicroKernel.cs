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
    private const int StepsOfATurn = 4;

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

        nint lda2 = 2 * lda;
        float* a3 = a + (3 * lda);
        float* end = a + depth;

        // Four steps a turn: counting and comparing would take a fifth of all instructions, and where two threads share a core, as those of
        // rented machines do, it is instructions that they share.
        for (float* turns = a + (depth / StepsOfATurn * StepsOfATurn); a < turns;
            a += StepsOfATurn, a3 += StepsOfATurn, b += StepsOfATurn * 2 * width)
        {
            Step(0, a, a3, b, lda, lda2,
                ref c0L, ref c0R, ref c1L, ref c1R, ref c2L, ref c2R, ref c3L, ref c3R, ref c4L, ref c4R, ref c5L, ref c5R);
            Step(1, a, a3, b, lda, lda2,
                ref c0L, ref c0R, ref c1L, ref c1R, ref c2L, ref c2R, ref c3L, ref c3R, ref c4L, ref c4R, ref c5L, ref c5R);
            Step(2, a, a3, b, lda, lda2,
                ref c0L, ref c0R, ref c1L, ref c1R, ref c2L, ref c2R, ref c3L, ref c3R, ref c4L, ref c4R, ref c5L, ref c5R);
            Step(3, a, a3, b, lda, lda2,
                ref c0L, ref c0R, ref c1L, ref c1R, ref c2L, ref c2R, ref c3L, ref c3R, ref c4L, ref c4R, ref c5L, ref c5R);
        }

        for (; a < end; a++, a3++, b += 2 * width)
        {
            Step(0, a, a3, b, lda, lda2,
                ref c0L, ref c0R, ref c1L, ref c1R, ref c2L, ref c2R, ref c3L, ref c3R, ref c4L, ref c4R, ref c5L, ref c5R);
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

    /// <summary>Adds the products of step k of each row with two vectors; the last three rows begin at <paramref name="a3"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(
        int k, float* a, float* a3, float* b, nint lda, nint lda2,
        ref TVector c0L, ref TVector c0R, ref TVector c1L, ref TVector c1R, ref TVector c2L, ref TVector c2R,
        ref TVector c3L, ref TVector c3R, ref TVector c4L, ref TVector c4R, ref TVector c5L, ref TVector c5R)
    {
        TVector left = TSimd.Load(b + (2 * k * TSimd.Width)), right = TSimd.Load(b + (((2 * k) + 1) * TSimd.Width));
        TVector x = TSimd.Broadcast(a[k]);
        c0L = TSimd.MultiplyAdd(x, left, c0L);
        c0R = TSimd.MultiplyAdd(x, right, c0R);
        x = TSimd.Broadcast(*(a + lda + k));
        c1L = TSimd.MultiplyAdd(x, left, c1L);
        c1R = TSimd.MultiplyAdd(x, right, c1R);
        x = TSimd.Broadcast(*(a + lda2 + k));
        c2L = TSimd.MultiplyAdd(x, left, c2L);
        c2R = TSimd.MultiplyAdd(x, right, c2R);
        x = TSimd.Broadcast(a3[k]);
        c3L = TSimd.MultiplyAdd(x, left, c3L);
        c3R = TSimd.MultiplyAdd(x, right, c3R);
        x = TSimd.Broadcast(*(a3 + lda + k));
        c4L = TSimd.MultiplyAdd(x, left, c4L);
        c4R = TSimd.MultiplyAdd(x, right, c4R);
        x = TSimd.Broadcast(*(a3 + lda2 + k));
        c5L = TSimd.MultiplyAdd(x, left, c5L);
        c5R = TSimd.MultiplyAdd(x, right, c5R);
    }
}
