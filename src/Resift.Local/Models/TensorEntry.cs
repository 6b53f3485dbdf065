namespace Resift.Local.Models;

/// <summary>A tensor as the header of a safetensors file describes it.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Dtype">Its element type, by the name the format gives it.</param>
/// <param name="Shape">Its dimensions, outermost first; empty for a scalar.</param>
/// <param name="Begin">Where its bytes begin, from the start of the data section.</param>
/// <param name="End">Where they end.</param>
internal sealed record TensorEntry(string Name, string Dtype, IReadOnlyList<long> Shape, long Begin, long End)
{
    public string ShownShape => $"[{string.Join(", ", Shape)}]";

    /// <summary>Gets the number of elements; small enough to count, since <see cref="Validate"/> has compared it with the bytes.</summary>
    public long Elements => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Checks that the numbers fit each other and the data section.</summary>
    public void Validate(string file, long dataLength)
    {
        int bits = Bits(Dtype) ?? throw new NotSupportedException($"{file}: tensor '{Name}' has the unknown dtype '{Dtype}'; supported: " +
            "F32, F16, BF16, and I8 with scales.");
        if (Shape.Any(size => size < 0))
        {
            throw new InvalidDataException($"{file}: tensor '{Name}' has a negative dimension in its shape {ShownShape}.");
        }

        if (Begin < 0)
        {
            throw new InvalidDataException($"{file}: tensor '{Name}' has the negative offset {Begin}.");
        }

        if (Begin > End)
        {
            throw new InvalidDataException($"{file}: tensor '{Name}' has offsets [{Begin}, {End}], which end before they begin.");
        }

        long bitsNeeded = BitsNeeded(file, bits);
        if (bitsNeeded % 8 != 0 || bitsNeeded / 8 != End - Begin)
        {
            throw new InvalidDataException($"{file}: tensor '{Name}': shape {ShownShape} of {Dtype} needs {bitsNeeded / 8} bytes, " +
                $"but its offsets span {End - Begin}.");
        }

        if (End > dataLength)
        {
            throw new InvalidDataException($"{file}: tensor '{Name}' ends at byte {End}, but the data section has {dataLength} bytes: " +
                "an incomplete download? Fetch the file again.");
        }
    }

    private long BitsNeeded(string file, int bits)
    {
        try
        {
            return Shape.Aggregate((long)bits, (product, size) => checked(product * size));
        }
        catch (OverflowException e)
        {
            throw new InvalidDataException($"{file}: the shape {ShownShape} of tensor '{Name}' overflows a 64-bit size.", e);
        }
    }

    private static int? Bits(string dtype) => dtype switch
    {
        "F4" => 4,
        "F6_E2M3" or "F6_E3M2" => 6,
        "BOOL" or "I8" or "U8" or "F8_E4M3" or "F8_E5M2" or "F8_E8M0" or "F8_E4M3FNUZ" or "F8_E5M2FNUZ" => 8,
        "I16" or "U16" or "F16" or "BF16" => 16,
        "I32" or "U32" or "F32" => 32,
        "I64" or "U64" or "F64" or "C64" => 64,
        _ => null,
    };
}
