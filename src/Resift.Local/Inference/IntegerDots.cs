using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Resift.Local.Inference;

/// <summary>Vectors of 16 integers; how their parts are multiplied is left open.</summary>
internal unsafe interface IIntegers512 : IMultiplyAdd<int, Vector512<int>>
{
    static int IMultiplyAdd<int, Vector512<int>>.Width => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<int> IMultiplyAdd<int, Vector512<int>>.Load(int* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IMultiplyAdd<int, Vector512<int>>.Store(Vector512<int> value, int* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<int> IMultiplyAdd<int, Vector512<int>>.Broadcast(int value) => Vector512.Create(value);
}

/// <summary>Vectors of 8 integers; how their parts are multiplied is left open.</summary>
internal unsafe interface IIntegers256 : IMultiplyAdd<int, Vector256<int>>
{
    static int IMultiplyAdd<int, Vector256<int>>.Width => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<int> IMultiplyAdd<int, Vector256<int>>.Load(int* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IMultiplyAdd<int, Vector256<int>>.Store(Vector256<int> value, int* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<int> IMultiplyAdd<int, Vector256<int>>.Broadcast(int value) => Vector256.Create(value);
}

/// <summary>Vectors of 4 integers; how their parts are multiplied is left open.</summary>
internal unsafe interface IIntegers128 : IMultiplyAdd<int, Vector128<int>>
{
    static int IMultiplyAdd<int, Vector128<int>>.Width => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<int> IMultiplyAdd<int, Vector128<int>>.Load(int* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IMultiplyAdd<int, Vector128<int>>.Store(Vector128<int> value, int* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<int> IMultiplyAdd<int, Vector128<int>>.Broadcast(int value) => Vector128.Create(value);
}

/// <summary>16 sums: AVX-512BW's <c>vpmaddwd</c>.</summary>
internal readonly struct Dot512 : IIntegers512
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAdd(Vector512<int> left, Vector512<int> right, Vector512<int> sum) =>
        Avx512BW.IsSupported
            ? sum + Avx512BW.MultiplyAddAdjacent(left.AsInt16(), right.AsInt16())
            : Vector512.Create(
                Dot256.MultiplyAdd(left.GetLower(), right.GetLower(), sum.GetLower()),
                Dot256.MultiplyAdd(left.GetUpper(), right.GetUpper(), sum.GetUpper()));
}

/// <summary>8 sums: AVX2's <c>vpmaddwd</c>, or AVX-VNNI's <c>vpdpwssd</c>, which also adds.</summary>
internal readonly struct Dot256 : IIntegers256
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAdd(Vector256<int> left, Vector256<int> right, Vector256<int> sum) =>
        AvxVnni.IsSupported ? AvxVnni.MultiplyWideningAndAdd(sum, left.AsInt16(), right.AsInt16())
        : Avx2.IsSupported ? sum + Avx2.MultiplyAddAdjacent(left.AsInt16(), right.AsInt16())
        : Vector256.Create(
            Dot128.MultiplyAdd(left.GetLower(), right.GetLower(), sum.GetLower()),
            Dot128.MultiplyAdd(left.GetUpper(), right.GetUpper(), sum.GetUpper()));
}

/// <summary>4 sums: SSE2's <c>pmaddwd</c>, or two widening multiplications where there is none.</summary>
internal readonly struct Dot128 : IIntegers128
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAdd(Vector128<int> left, Vector128<int> right, Vector128<int> sum) =>
        Sse2.IsSupported ? sum + Sse2.MultiplyAddAdjacent(left.AsInt16(), right.AsInt16()) : Portable(left, right, sum);

    /// <summary>The same by shifts, which reach the two halves of each pair as 32-bit integers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Portable(Vector128<int> left, Vector128<int> right, Vector128<int> sum) =>
        sum + ((left >> 16) * (right >> 16)) + (((left << 16) >> 16) * ((right << 16) >> 16));
}

/// <summary>One sum: the portable path.</summary>
internal readonly unsafe struct DotScalar : IMultiplyAdd<int, int>
{
    public static int Width => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Load(int* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(int value, int* destination) => *destination = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Broadcast(int value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int MultiplyAdd(int left, int right, int sum) => sum + ((left >> 16) * (right >> 16)) + ((short)left * (short)right);
}

/// <summary>
/// 16 sums of the products of four bytes each, as two halves of 8: what <see cref="VnniTile"/> does with one instruction for tiles.
/// </summary>
internal readonly struct Quads512 : IIntegers512
{
    /// <summary>The outputs of a panel of these kernels.</summary>
    public const int PanelWidth = 32;

    /// <summary>Gets a value indicating whether there is such an instruction, and leave to use it.</summary>
    public static bool IsSupported => VnniTile.IsAvailable;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAdd(Vector512<int> left, Vector512<int> right, Vector512<int> sum) => Vector512.Create(
        Quads256.MultiplyAdd(left.GetLower(), right.GetLower(), sum.GetLower()),
        Quads256.MultiplyAdd(left.GetUpper(), right.GetUpper(), sum.GetUpper()));
}

/// <summary>
/// 8 sums of the products of four signed and four unsigned bytes: AVX-VNNI's <c>vpdpbusd</c>, which does not saturate. The unsigned ones
/// are int8 weights with <see cref="Offset"/> added.
/// </summary>
internal readonly struct Quads256 : IIntegers256
{
    /// <summary>What makes an int8 weight unsigned.</summary>
    public const int Offset = 128;

    /// <summary>The outputs of a panel of these kernels.</summary>
    public const int PanelWidth = 16;

    /// <summary>Gets a value indicating whether there is such an instruction.</summary>
    public static bool IsSupported => AvxVnni.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAdd(Vector256<int> left, Vector256<int> right, Vector256<int> sum) => AvxVnni.IsSupported
        ? AvxVnni.MultiplyWideningAndAdd(sum, right.AsByte(), left.AsSByte())
        : Portable(left, right, sum);

    /// <summary>The same by shifts, which reach each byte as a 32-bit integer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Portable(Vector256<int> left, Vector256<int> right, Vector256<int> sum)
    {
        for (int shift = 0; shift < 32; shift += 8)
        {
            sum += ((left << (24 - shift)) >> 24) * ((right >>> shift) & Vector256.Create((int)byte.MaxValue));
        }

        return sum;
    }
}

/// <summary>4 sums of the products of four signed bytes each: Arm's <c>sdot</c>.</summary>
internal readonly struct Quads128 : IIntegers128
{
    /// <summary>The outputs of a panel of these kernels.</summary>
    public const int PanelWidth = 8;

    /// <summary>Gets a value indicating whether there is such an instruction.</summary>
    public static bool IsSupported => Dp.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAdd(Vector128<int> left, Vector128<int> right, Vector128<int> sum) => Dp.IsSupported
        ? Dp.DotProduct(sum, left.AsSByte(), right.AsSByte())
        : Portable(left, right, sum);

    /// <summary>The same by shifts, which reach each byte as a 32-bit integer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Portable(Vector128<int> left, Vector128<int> right, Vector128<int> sum)
    {
        for (int shift = 0; shift < 32; shift += 8)
        {
            sum += ((left << (24 - shift)) >> 24) * ((right << (24 - shift)) >> 24);
        }

        return sum;
    }
}
