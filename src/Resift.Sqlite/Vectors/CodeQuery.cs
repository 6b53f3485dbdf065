using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Resift.Sqlite;

/// <summary>A query in one byte for each dimension, to be multiplied with codes of four bits.</summary>
internal sealed class CodeQuery
{
    /// <summary>How many bytes of a code are read at once.</summary>
    public const int Step = 32;

    private readonly sbyte[] _low;
    private readonly sbyte[] _high;

    // What the codes' zero, which is not 0, adds to every product.
    private readonly int _offset;

    public CodeQuery(ReadOnlySpan<float> query)
    {
        int half = VectorCode.Half(query.Length);
        _low = new sbyte[half];
        _high = new sbyte[half];
        double largest = Math.Abs(TensorPrimitives.MaxMagnitude(query));
        for (int i = 0; i < query.Length && largest > 0; i++)
        {
            sbyte value = (sbyte)Math.Round(query[i] / largest * sbyte.MaxValue);
            (i < half ? _low : _high)[i % half] = value;
            _offset += VectorCode.Zero * value;
        }
    }

    /// <summary>Gets the number of bytes of a code.</summary>
    public int CodeSize => _low.Length + sizeof(float);

    /// <summary>Gets what grows with the cosine between the query and the vector of a code.</summary>
    public float Score(ReadOnlySpan<byte> code) =>
        (Dot(code) - _offset) * BinaryPrimitives.ReadSingleLittleEndian(code[_low.Length..]);

    internal int Dot(ReadOnlySpan<byte> code) => Avx2.IsSupported ? DotAvx2(code) : DotPortable(code);

    private int DotAvx2(ReadOnlySpan<byte> code)
    {
        ref byte codes = ref MemoryMarshal.GetReference(code[.._low.Length]);
        ref sbyte low = ref MemoryMarshal.GetArrayDataReference(_low);
        ref sbyte high = ref MemoryMarshal.GetArrayDataReference(_high);
        var mask = Vector256.Create((byte)0x0F);
        var sum = Vector256<int>.Zero;
        for (nuint i = 0; i < (nuint)_low.Length; i += Step)
        {
            var pair = Vector256.LoadUnsafe(ref codes, i);

            // A sum of two products is at most 2 · 15 · 127, so that four of them fit into 16 bits.
            var products = Avx2.MultiplyAddAdjacent(pair & mask, Vector256.LoadUnsafe(ref low, i)) +
                Avx2.MultiplyAddAdjacent((pair.AsUInt16() >>> 4).AsByte() & mask, Vector256.LoadUnsafe(ref high, i));
            sum += Avx2.MultiplyAddAdjacent(products, Vector256<short>.One);
        }

        return Vector256.Sum(sum);
    }

    /// <summary>The same for every processor.</summary>
    internal int DotPortable(ReadOnlySpan<byte> code)
    {
        var mask = Vector256.Create((byte)0x0F);
        var sum = Vector256<int>.Zero;
        for (int i = 0; i < _low.Length; i += Step)
        {
            var pair = Vector256.Create(code.Slice(i, Step));
            var low = Vector256.Create<sbyte>(_low.AsSpan(i, Step));
            var high = Vector256.Create<sbyte>(_high.AsSpan(i, Step));
            var first = (pair & mask).AsSByte();
            var second = (pair >>> 4).AsSByte();
            var products = Products(first, low) + Products(second, high);
            sum += Vector256.WidenLower(products) + Vector256.WidenUpper(products);
        }

        return Vector256.Sum(sum);
    }

    private static Vector256<short> Products(Vector256<sbyte> code, Vector256<sbyte> query) =>
        Vector256.WidenLower(code) * Vector256.WidenLower(query) + Vector256.WidenUpper(code) * Vector256.WidenUpper(query);
}
