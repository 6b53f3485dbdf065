using System.Runtime.Intrinsics;
using Resift.Local.Inference;
using Resift.Local.Models;

namespace Resift.Local.Tests.Inference;

[Trait("Engine", "Parity")]
public sealed unsafe class VectorMathTests
{
    public static TheoryData<int> Widths => new(EngineRun.Widths);

    [Theory]
    [MemberData(nameof(Widths))]
    public void Gelu_From12DownAndUp_IsExact(int bits)
    {
        float[] x = Steps(-12, 12, 48_000);

        float[] actual = Map(bits, x, gelu: true);

        Assert.All(x, (value, i) => Assert.InRange(
            Math.Abs(actual[i] - ReferenceMath.Activate(HiddenActivation.Gelu, value)), 0, 2e-6 * Math.Max(1, Math.Abs(value))));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Gelu_FarOut_IsZeroOrTheNumberItself(int bits)
    {
        float[] x = [-1e30f, -1e6f, 0, 1e6f, 1e30f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

        float[] actual = Map(bits, x, gelu: true);

        Assert.All(x, (value, i) => Assert.InRange(
            Math.Abs(actual[i] - Math.Max(value, 0)), 0, 2e-6 * Math.Max(1, Math.Abs(value))));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Exp2OfNegative_DownTo126_HasSixDigits(int bits)
    {
        float[] x = Steps(-126, 0, 48_000);

        float[] actual = Map(bits, x, gelu: false);

        Assert.All(x, (value, i) => Assert.InRange(Math.Abs((actual[i] / Math.Pow(2, value)) - 1), 0, 5e-7));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Exp2OfNegative_Beyond126_IsNothing(int bits)
    {
        float[] x = [.. Enumerable.Repeat(-1e30f, 15), float.NegativeInfinity];

        Assert.All(Map(bits, x, gelu: false), value => Assert.InRange(value, 0, 2e-38f));
    }

    private static float[] Steps(double first, double last, int count) =>
        [.. Enumerable.Range(0, count).Select(i => (float)(first + ((last - first) * i / (count - 1))))];

    private static float[] Map(int bits, float[] x, bool gelu) => bits switch
    {
        512 => Map<Simd512, Vector512<float>>(x, gelu),
        256 => Map<Simd256, Vector256<float>>(x, gelu),
        128 => Map<Simd128, Vector128<float>>(x, gelu),
        _ => Map<SimdScalar, float>(x, gelu),
    };

    private static float[] Map<TSimd, TVector>(float[] x, bool gelu)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        Assert.Equal(0, x.Length % TSimd.Width);
        float[] result = new float[x.Length];
        fixed (float* source = x, target = result)
        {
            for (int i = 0; i < x.Length; i += TSimd.Width)
            {
                var value = TSimd.Load(source + i);
                TSimd.Store(gelu ? VectorMath<TSimd, TVector>.Gelu(value) : VectorMath<TSimd, TVector>.Exp2OfNegative(value), target + i);
            }
        }

        return result;
    }
}
