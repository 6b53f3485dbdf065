using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Resift.Local.Inference;

/// <summary>4 lanes: AVX, SSE or NEON.</summary>
internal readonly unsafe struct Simd128 : ISimd<Vector128<float>>
{
    public static int Width => 4;

    public static Vector128<float> Zero => Vector128<float>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> value, float* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> left, Vector128<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Subtract(Vector128<float> left, Vector128<float> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Multiply(Vector128<float> left, Vector128<float> right) => left * right;

    // Fused where the hardware can; a software emulation of the fused operation would be a hundred times slower.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> left, Vector128<float> right, Vector128<float> sum) =>
        Vector128.MultiplyAddEstimate(left, right, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Max(Vector128<float> left, Vector128<float> right) => Vector128.MaxNative(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Min(Vector128<float> left, Vector128<float> right) => Vector128.MinNative(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Round(Vector128<float> value) => Vector128.Round(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Scale(Vector128<float> value, Vector128<float> exponent) =>
        value * ((Vector128.ConvertToInt32Native(exponent) + Vector128.Create(127)) << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector128<float> value) => Vector128.Sum(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxAcross(Vector128<float> value)
    {
        value = Max(value, Vector128.Shuffle(value, Vector128.Create(2, 3, 0, 1)));
        value = Max(value, Vector128.Shuffle(value, Vector128.Create(1, 0, 3, 2)));
        return value.ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LoadIntegers(int* source, int addend) =>
        Vector128.ConvertToSingle(Vector128.Load(source) + Vector128.Create(addend));

    public static void PairTile(int* a, nint lda, int* b, nint steps, int* zeros, int* sums) =>
        MicroKernel<Dot128, int, Vector128<int>>.Tile(a, lda, b, steps, zeros, 0, sums, 2 * Width);

    public static void QuadTile(int* a, nint lda, int* b, nint steps, int* zeros, int* sums) =>
        MicroKernel<Quads128, int, Vector128<int>>.Tile(a, lda, b, steps, zeros, 0, sums, 2 * Width);
}
