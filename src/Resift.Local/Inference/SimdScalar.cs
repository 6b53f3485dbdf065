using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Resift.Local.Inference;

/// <summary>One lane: the portable path, for hardware without vectors.</summary>
internal readonly unsafe struct SimdScalar : ISimd<float>
{
    public static int Width => 1;

    public static float Zero => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(float* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float value, float* destination) => *destination = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Broadcast(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Add(float left, float right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Subtract(float left, float right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Multiply(float left, float right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAdd(float left, float right, float sum) => (left * right) + sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(float left, float right) => left > right ? left : right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Min(float left, float right) => left < right ? left : right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Round(float value) => MathF.Round(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(float value, float exponent) => value * BitConverter.Int32BitsToSingle(((int)exponent + 127) << 23);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxAcross(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadIntegers(int* source, int addend) => *source + addend;

    public static void PairTile(int* a, nint lda, int* b, nint steps, int* zeros, int* sums) =>
        MicroKernel<DotScalar, int, int>.Tile(a, lda, b, steps, zeros, 0, sums, 2 * Width);

    public static void QuadTile(int* a, nint lda, int* b, nint steps, int* zeros, int* sums) =>
        throw new UnreachableException("No layer is packed so for this width.");
}
