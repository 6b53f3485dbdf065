namespace Resift.Local.Tokenization;

/// <summary>Holds a small number for each code point, 0 where nothing was set.</summary>
internal sealed class CodePointTable
{
    private const int PageBits = 12;

    private readonly byte[] _basic = new byte[char.MaxValue + 1];
    private readonly byte[]?[] _pages = new byte[0x110000 >> PageBits][];

    /// <summary>Gets the number of a code point.</summary>
    public byte this[int codePoint] => codePoint <= char.MaxValue
        ? _basic[codePoint]
        : _pages[codePoint >> PageBits] is { } page ? page[codePoint & ((1 << PageBits) - 1)] : (byte)0;

    /// <summary>Sets the number of all code points of a list of ranges.</summary>
    public CodePointTable With(ReadOnlySpan<byte> ranges, byte number)
    {
        var reader = new UnicodeDataReader(ranges);
        while (reader.TryReadRange(out int first, out int last))
        {
            for (int i = first; i <= last; i++)
            {
                Set(i, number);
            }
        }

        return this;
    }

    /// <summary>Sets the numbers that a list of ranges names itself, as <c>first[-last]=number</c>.</summary>
    public CodePointTable With(ReadOnlySpan<byte> numberedRanges)
    {
        var reader = new UnicodeDataReader(numberedRanges);
        while (reader.TryReadShift(out int first, out int last, out _, out int number))
        {
            for (int i = first; i <= last; i++)
            {
                Set(i, (byte)number);
            }
        }

        return this;
    }

    private void Set(int codePoint, byte number)
    {
        if (codePoint <= char.MaxValue)
        {
            _basic[codePoint] = number;
            return;
        }

        (_pages[codePoint >> PageBits] ??= new byte[1 << PageBits])[codePoint & ((1 << PageBits) - 1)] = number;
    }
}
