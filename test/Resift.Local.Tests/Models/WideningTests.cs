using Resift.Local.Models;

namespace Resift.Local.Tests.Models;

public sealed class WideningTests
{
    [Fact]
    public void FromFloat16_EveryFiniteNumber_IsExact()
    {
        ushort[] source = [.. Enumerable.Range(0, 1 << 16).Select(bits => (ushort)bits).Where(IsFinite)];
        float[] widened = new float[source.Length];

        Widening.FromFloat16(source, widened);

        for (int i = 0; i < source.Length; i++)
        {
            float expected = (float)BitConverter.UInt16BitsToHalf(source[i]);
            Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(widened[i]));
        }
    }

    [Fact]
    public void FromBFloat16_EveryNumber_IsTheUpperHalf()
    {
        ushort[] source = [.. Enumerable.Range(0, 1 << 16).Select(bits => (ushort)bits)];
        float[] widened = new float[source.Length];

        Widening.FromBFloat16(source, widened);

        Assert.All(source, (bits, i) => Assert.Equal(bits << 16, BitConverter.SingleToInt32Bits(widened[i])));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(127)]
    [InlineData(256)]
    public void Widen_AnyLength_TreatsEveryElementAlike(int length)
    {
        const float Scale = 0.0123f;
        sbyte[] numbers = [.. Enumerable.Range(0, length).Select(i => (sbyte)(i - 128))];
        ushort[] halves = [.. numbers.Select(number => BitConverter.HalfToUInt16Bits((Half)number))];
        ushort[] brains = [.. numbers.Select(number => (ushort)(BitConverter.SingleToUInt32Bits(number) >> 16))];
        float[] destination = new float[length];

        Widening.FromInt8(numbers, Scale, destination);
        Assert.Equal(numbers.Select(number => number * Scale), destination);

        Widening.FromFloat16(halves, destination);
        Assert.Equal(numbers.Select(number => (float)number), destination);

        Widening.FromBFloat16(brains, destination);
        Assert.Equal(numbers.Select(number => (float)number), destination);
    }

    private static bool IsFinite(ushort bits) => Half.IsFinite(BitConverter.UInt16BitsToHalf(bits));
}
