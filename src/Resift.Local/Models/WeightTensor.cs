using System.Runtime.InteropServices;

namespace Resift.Local.Models;

/// <summary>A tensor of finite numbers, read as <see cref="float"/> whatever it is stored as.</summary>
/// <remarks>Reads from its store's mapping, which must be alive. Safe for concurrent use.</remarks>
internal sealed class WeightTensor
{
    private readonly StoredTensor _stored;
    private readonly Format _format;
    private readonly float[] _scales;
    private readonly int[] _shape;

    private WeightTensor(StoredTensor stored, float[] scales)
    {
        _stored = stored;
        _scales = scales;
        _format = Enum.Parse<Format>(stored.Entry.Dtype);
        _shape = [.. stored.Entry.Shape.Select(size => checked((int)size))];
        Columns = _shape is [.., var last] ? last : 1;
        Rows = _shape.Take(_shape.Length - 1).Aggregate(1, (product, size) => checked(product * size));
    }

    private enum Format
    {
        F32,
        F16,
        BF16,
        I8,
    }

    /// <summary>Gets what its numbers are stored as.</summary>
    public LocalWeightType Type => _format switch
    {
        Format.F32 => LocalWeightType.Single,
        Format.F16 => LocalWeightType.Half,
        Format.BF16 => LocalWeightType.BFloat16,
        _ => LocalWeightType.Int8,
    };

    /// <summary>Gets its file and name, for errors.</summary>
    public string Label => _stored.Label;

    /// <summary>Gets the dimensions, outermost first.</summary>
    public ReadOnlySpan<int> Shape => _shape;

    /// <summary>Gets the number of rows: 1 for a vector.</summary>
    public int Rows { get; }

    /// <summary>Gets the length of a row.</summary>
    public int Columns { get; }

    /// <summary>Wraps a stored tensor once its values are known to be finite.</summary>
    public static WeightTensor Create(StoredTensor stored, StoredTensor? scales)
    {
        // An int8 value is always finite; its scale need not be, nor their product.
        FiniteCheck.ThrowIfNotFinite(scales ?? stored);
        float[] factors = scales is null ? [] : new WeightTensor(scales, []).ToArray();
        int row = Array.FindIndex(factors, factor => !float.IsFinite(factor * sbyte.MinValue));
        return row < 0 ? new(stored, factors) : throw new InvalidDataException(
            $"{scales!.Label} is {factors[row]} for row {row}, which times an int8 can be infinite; expected at most " +
            $"{float.MaxValue / -sbyte.MinValue}. The file is damaged, or what wrote it failed.");
    }

    /// <summary>Reads a row.</summary>
    /// <param name="row">Its index.</param>
    /// <param name="destination">Gets <see cref="Columns"/> numbers.</param>
    public void ReadRow(int row, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        destination = destination[..Columns];
        switch (_format)
        {
            case Format.F32:
                MemoryMarshal.Cast<byte, float>(Row(row, sizeof(float))).CopyTo(destination);
                break;
            case Format.F16:
                Widening.FromFloat16(MemoryMarshal.Cast<byte, ushort>(Row(row, sizeof(ushort))), destination);
                break;
            case Format.BF16:
                Widening.FromBFloat16(MemoryMarshal.Cast<byte, ushort>(Row(row, sizeof(ushort))), destination);
                break;
            default:
                Widening.FromInt8(MemoryMarshal.Cast<byte, sbyte>(Row(row, sizeof(sbyte))), _scales[row], destination);
                break;
        }
    }

    /// <summary>Reads a row as int8: as it is stored, or rounded.</summary>
    /// <param name="row">Its index.</param>
    /// <param name="destination">Gets <see cref="Columns"/> numbers.</param>
    /// <returns>What a step stands for.</returns>
    public float ReadInt8Row(int row, Span<sbyte> destination)
    {
        if (_format == Format.I8)
        {
            MemoryMarshal.Cast<byte, sbyte>(Row(row, sizeof(sbyte))).CopyTo(destination);
            return _scales[row];
        }

        float[] values = new float[Columns];
        ReadRow(row, values);
        return Narrowing.ToInt8(values, destination);
    }

    /// <summary>Reads all rows into one array.</summary>
    public float[] ToArray()
    {
        float[] values = new float[checked(Rows * Columns)];
        for (int row = 0; row < Rows; row++)
        {
            ReadRow(row, values.AsSpan(row * Columns, Columns));
        }

        return values;
    }

    private ReadOnlySpan<byte> Row(int row, int elementSize) =>
        _stored.File.Bytes(_stored.Entry, (long)row * Columns * elementSize, checked(Columns * elementSize));
}
