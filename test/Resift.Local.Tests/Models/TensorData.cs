using System.Runtime.InteropServices;

namespace Resift.Local.Tests.Models;

/// <summary>A tensor as it is written to a safetensors file.</summary>
internal sealed record TensorData(string Name, string Dtype, int[] Shape, byte[] Bytes)
{
    public static TensorData F32(string name, int[] shape, ReadOnlySpan<float> values) =>
        new(name, "F32", shape, MemoryMarshal.AsBytes(values).ToArray());

    public static TensorData F16(string name, int[] shape, float[] values) =>
        new(name, "F16", shape, MemoryMarshal.AsBytes<Half>(Array.ConvertAll(values, value => (Half)value)).ToArray());

    public static TensorData BF16(string name, int[] shape, float[] values) =>
        new(name, "BF16", shape, MemoryMarshal.AsBytes<ushort>(Array.ConvertAll(values, ToBFloat16)).ToArray());

    /// <summary>Rounds each row to int8 by its largest magnitude; gives the tensor and its scales.</summary>
    public static TensorData[] I8(string name, int[] shape, float[] values)
    {
        int columns = shape[1];
        sbyte[] rounded = new sbyte[values.Length];
        float[] scales = new float[shape[0]];
        for (int row = 0; row < scales.Length; row++)
        {
            scales[row] = values.Skip(row * columns).Take(columns).Max(Math.Abs) / 127;
            for (int i = row * columns; i < (row + 1) * columns; i++)
            {
                rounded[i] = scales[row] == 0 ? (sbyte)0 : (sbyte)Math.Round(values[i] / scales[row]);
            }
        }

        return [new(name, "I8", shape, MemoryMarshal.AsBytes<sbyte>(rounded).ToArray()), F32($"{name}.scale", [shape[0]], scales)];
    }

    private static ushort ToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
