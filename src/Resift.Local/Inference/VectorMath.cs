using System.Runtime.CompilerServices;

namespace Resift.Local.Inference;

/// <summary>Functions of one vector.</summary>
internal static class VectorMath<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>2ˣ for x ≤ 0, with a relative error of about 2e-7; about 1e-38 from -126 down.</summary>
    /// <remarks>x = n + r with |r| ≤ ½, and a polynomial of degree 5 for 2ʳ (Chebyshev interpolation).</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp2OfNegative(TVector x)
    {
        x = TSimd.Max(x, TSimd.Broadcast(-126f));
        TVector n = TSimd.Round(x);
        TVector r = TSimd.Subtract(x, n);
        TVector p = TSimd.MultiplyAdd(r, TSimd.Broadcast(0.0013400433f), TSimd.Broadcast(0.009676037f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(0.05550327f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(0.24022107f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(0.6931472f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Broadcast(1.0000001f));
        return TSimd.Scale(p, n);
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
