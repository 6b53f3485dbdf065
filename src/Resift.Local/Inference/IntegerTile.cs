using System.Runtime.CompilerServices;

namespace Resift.Local.Inference;

/// <summary>
/// The innermost loop of int8 layers: the sums of one tile, as exact integers. A step of 32 bits is two values of 16 bits or four bytes:
/// they are multiplied with as many weights and added up at once, so that no instruction saturates, whatever the values.
/// </summary>
/// <remarks>
/// a: rows of <c>lda</c> steps. b: a panel, for each step two vectors of steps. A sum of up to 131,072 products of int8 numbers fits into
/// 32 bits, and one of half as many with unsigned bytes.
/// </remarks>
internal static unsafe class IntegerTile<TDot, TVector>
    where TDot : struct, IIntegerDot<TVector>
    where TVector : struct
{
    private const int StepsOfATurn = 4;

    /// <summary>One tile of six rows and two vectors.</summary>
    /// <param name="a">The first row of quantised input.</param>
    /// <param name="lda">The distance between its rows.</param>
    /// <param name="b">The weights.</param>
    /// <param name="steps">How many steps there are.</param>
    /// <param name="start">What the sums of each row begin with: two vectors.</param>
    /// <param name="sums">Gets six rows of two vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(int* a, nint lda, int* b, nint steps, int* start, int* sums)
    {
        int width = TDot.Width;
        TVector c0L = TDot.Load(start), c0R = TDot.Load(start + width);
        TVector c1L = c0L, c1R = c0R, c2L = c0L, c2R = c0R, c3L = c0L, c3R = c0R, c4L = c0L, c4R = c0R, c5L = c0L, c5R = c0R;
        nint lda2 = 2 * lda;
        int* a3 = a + (3 * lda);
        int* end = a + steps;

        // Four steps a turn, for the reason that MicroKernel gives.
        for (int* turns = a + (steps / StepsOfATurn * StepsOfATurn); a < turns;
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

    /// <summary>Computes the sums of one row whose steps are all the same.</summary>
    /// <param name="step">The step.</param>
    /// <param name="b">The weights.</param>
    /// <param name="steps">How many steps there are.</param>
    /// <param name="sums">Gets two vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunSame(int step, int* b, nint steps, int* sums)
    {
        int width = TDot.Width;
        TVector x = TDot.Broadcast(step), left = TDot.Broadcast(0), right = left;
        for (int* end = b + (2 * width * steps); b < end; b += 2 * width)
        {
            left = TDot.MultiplyAdd(x, TDot.Load(b), left);
            right = TDot.MultiplyAdd(x, TDot.Load(b + width), right);
        }

        TDot.Store(left, sums);
        TDot.Store(right, sums + width);
    }

    /// <summary>Adds the products of step k of each row with two vectors; the last three rows begin at <paramref name="a3"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(
        int k, int* a, int* a3, int* b, nint lda, nint lda2,
        ref TVector c0L, ref TVector c0R, ref TVector c1L, ref TVector c1R, ref TVector c2L, ref TVector c2R,
        ref TVector c3L, ref TVector c3R, ref TVector c4L, ref TVector c4R, ref TVector c5L, ref TVector c5R)
    {
        TVector left = TDot.Load(b + (2 * k * TDot.Width)), right = TDot.Load(b + (((2 * k) + 1) * TDot.Width));
        TVector x = TDot.Broadcast(a[k]);
        c0L = TDot.MultiplyAdd(x, left, c0L);
        c0R = TDot.MultiplyAdd(x, right, c0R);
        x = TDot.Broadcast(*(a + lda + k));
        c1L = TDot.MultiplyAdd(x, left, c1L);
        c1R = TDot.MultiplyAdd(x, right, c1R);
        x = TDot.Broadcast(*(a + lda2 + k));
        c2L = TDot.MultiplyAdd(x, left, c2L);
        c2R = TDot.MultiplyAdd(x, right, c2R);
        x = TDot.Broadcast(a3[k]);
        c3L = TDot.MultiplyAdd(x, left, c3L);
        c3R = TDot.MultiplyAdd(x, right, c3R);
        x = TDot.Broadcast(*(a3 + lda + k));
        c4L = TDot.MultiplyAdd(x, left, c4L);
        c4R = TDot.MultiplyAdd(x, right, c4R);
        x = TDot.Broadcast(*(a3 + lda2 + k));
        c5L = TDot.MultiplyAdd(x, left, c5L);
        c5R = TDot.MultiplyAdd(x, right, c5R);
    }
}
