using System.Runtime.CompilerServices;

namespace Resift.Local.Inference;

/// <summary>
/// The innermost loops: c = start + a × b for one tile that stays in registers. Every element is one chain of multiply-adds over the
/// depth, in order, whatever the tile's height: a row's result does not depend on the rows around it.
/// </summary>
/// <remarks>
/// <para>
/// a: rows of <c>lda</c> numbers. b: a packed panel, <c>depth</c> rows of two vectors. start: what the sums begin with, such as a bias
/// (row distance 0) or the values that c already has (row distance <c>ldc</c>). Distances are in numbers.
/// </para>
/// <para>
/// In int8 layers a number of 32 bits is two values of 16 bits or four bytes: they are multiplied with as many weights and added up at
/// once, so that no instruction saturates, whatever the values. A sum of up to 131,072 products of int8 numbers fits into 32 bits, and one
/// of half as many with unsigned bytes.
/// </para>
/// </remarks>
internal static unsafe class MicroKernel<TMath, TNumber, TVector>
    where TMath : struct, IMultiplyAdd<TNumber, TVector>
    where TNumber : unmanaged
    where TVector : struct
{
    /// <summary>Steps of a tile that are written one behind the other.</summary>
    public const int StepsOfATurn = 4;

    /// <summary>One tile of six rows and two vectors: twelve sums, enough to hide the latency of a multiply-add, in 15 registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Tile(TNumber* a, nint lda, TNumber* b, nint depth, TNumber* start, nint ldStart, TNumber* c, nint ldc)
    {
        int width = TMath.Width;
        TVector c0L = TMath.Load(start), c0R = TMath.Load(start + width);
        start += ldStart;
        TVector c1L = TMath.Load(start), c1R = TMath.Load(start + width);
        start += ldStart;
        TVector c2L = TMath.Load(start), c2R = TMath.Load(start + width);
        start += ldStart;
        TVector c3L = TMath.Load(start), c3R = TMath.Load(start + width);
        start += ldStart;
        TVector c4L = TMath.Load(start), c4R = TMath.Load(start + width);
        start += ldStart;
        TVector c5L = TMath.Load(start), c5R = TMath.Load(start + width);

        nint lda2 = 2 * lda;
        TNumber* a3 = a + (3 * lda);
        TNumber* end = a + depth;

        // Four steps a turn: counting and comparing would take a fifth of all instructions, and where two threads share a core, as those of
        // rented machines do, it is instructions that they share.
        for (TNumber* turns = a + (depth / StepsOfATurn * StepsOfATurn); a < turns;
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

        TMath.Store(c0L, c);
        TMath.Store(c0R, c + width);
        c += ldc;
        TMath.Store(c1L, c);
        TMath.Store(c1R, c + width);
        c += ldc;
        TMath.Store(c2L, c);
        TMath.Store(c2R, c + width);
        c += ldc;
        TMath.Store(c3L, c);
        TMath.Store(c3R, c + width);
        c += ldc;
        TMath.Store(c4L, c);
        TMath.Store(c4R, c + width);
        c += ldc;
        TMath.Store(c5L, c);
        TMath.Store(c5R, c + width);
    }

    /// <summary>Adds the products of step k of each row with two vectors; the last three rows begin at <paramref name="a3"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(
        int k, TNumber* a, TNumber* a3, TNumber* b, nint lda, nint lda2,
        ref TVector c0L, ref TVector c0R, ref TVector c1L, ref TVector c1R, ref TVector c2L, ref TVector c2R,
        ref TVector c3L, ref TVector c3R, ref TVector c4L, ref TVector c4R, ref TVector c5L, ref TVector c5R)
    {
        TVector left = TMath.Load(b + (2 * k * TMath.Width)), right = TMath.Load(b + (((2 * k) + 1) * TMath.Width));
        TVector x = TMath.Broadcast(a[k]);
        c0L = TMath.MultiplyAdd(x, left, c0L);
        c0R = TMath.MultiplyAdd(x, right, c0R);
        x = TMath.Broadcast(*(a + lda + k));
        c1L = TMath.MultiplyAdd(x, left, c1L);
        c1R = TMath.MultiplyAdd(x, right, c1R);
        x = TMath.Broadcast(*(a + lda2 + k));
        c2L = TMath.MultiplyAdd(x, left, c2L);
        c2R = TMath.MultiplyAdd(x, right, c2R);
        x = TMath.Broadcast(a3[k]);
        c3L = TMath.MultiplyAdd(x, left, c3L);
        c3R = TMath.MultiplyAdd(x, right, c3R);
        x = TMath.Broadcast(*(a3 + lda + k));
        c4L = TMath.MultiplyAdd(x, left, c4L);
        c4R = TMath.MultiplyAdd(x, right, c4R);
        x = TMath.Broadcast(*(a3 + lda2 + k));
        c5L = TMath.MultiplyAdd(x, left, c5L);
        c5R = TMath.MultiplyAdd(x, right, c5R);
    }
}
