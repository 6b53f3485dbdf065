using System.Runtime.CompilerServices;

namespace Resift.Local.Inference;

/// <summary>Functions of one vector.</summary>
internal static class VectorMath<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>eˣ for x ≤ 0, with a relative error of about 2e-7; 1.6e-38 from -87 down.</summary>
    /// <remarks>
    /// x = n ln 2 + r with |r| ≤ ½ ln 2; ln 2 in two parts so that r is exact. The polynomial for eʳ is that of Cephes' expf (Moshier).
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ExpOfNegative(TVector x)
    {
        x = TSimd.Max(x, TSimd.Broadcast(-87f));
        TVector n = TSimd.Round(TSimd.Multiply(x, TSimd.Broadcast(1.44269504f)));
        TVector r = TSimd.MultiplyAdd(n, TSimd.Broadcast(-0.693359375f), x);
        r = TSimd.MultiplyAdd(n, TSimd.Broadcast(2.12194440e-4f), r);
        TVector p = TSimd.MultiplyAdd(r, TSimd.Broadcast(1.9875691500e-4f), TSimd.Broadcast(1.3981999507e-3f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(8.3334519073e-3f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(4.1665795894e-2f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(1.6666665459e-1f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(5.0000001201e-1f));
        p = TSimd.MultiplyAdd(p, TSimd.Multiply(r, r), TSimd.Add(r, TSimd.Broadcast(1f)));
        return TSimd.Multiply(p, TSimd.PowerOfTwo(n));
    }

    /// <summary>The exact GELU x Φ(x) (Hendrycks, Gimpel 2016), with an absolute error below 2e-6.</summary>
    /// <remarks>
    /// erf(x/√2)/x is a smooth function of x². On [0, 5²], mapped to [-1, 1], a polynomial of degree 12 (Chebyshev interpolation) meets
    /// it to seven digits; beyond 5 erf is 1 in single precision's reach. A division-free form: half the cost of the usual rational one.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Gelu(TVector x)
    {
        TVector clamped = TSimd.Max(TSimd.Min(x, TSimd.Broadcast(5f)), TSimd.Broadcast(-5f));
        TVector t = TSimd.MultiplyAdd(TSimd.Multiply(clamped, clamped), TSimd.Broadcast(2f / 25f), TSimd.Broadcast(-1f));
        TVector p = TSimd.Broadcast(0.0014707528f);
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(-0.0033534619f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(0.0027491923f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(-0.0050538336f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(0.013533055f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(-0.02261425f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(0.03247218f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(-0.046426255f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(0.06295352f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(-0.08090256f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(0.10303586f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(-0.14059182f));
        p = TSimd.MultiplyAdd(p, t, TSimd.Broadcast(0.28272763f));
        TVector half = TSimd.Multiply(x, TSimd.Broadcast(0.5f));
        return TSimd.MultiplyAdd(half, TSimd.Multiply(clamped, p), half);
    }
}
