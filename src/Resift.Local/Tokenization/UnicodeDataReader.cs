using System.Buffers.Text;

namespace Resift.Local.Tokenization;

/// <summary>Reads the lists of <see cref="UnicodeData"/>, item by item.</summary>
internal ref struct UnicodeDataReader(ReadOnlySpan<byte> data)
{
    // The longest decomposition is that of U+FDFA under NFKD.
    private readonly int[] _targets = new int[18];
    private ReadOnlySpan<byte> _rest = data;
    private int _source;
    private int _count;
    private int _repeats;

    /// <summary>Reads <c>first[-last]</c>.</summary>
    public bool TryReadRange(out int first, out int last)
    {
        first = last = 0;
        if (!SkipSeparators())
        {
            return false;
        }

        first = ReadNumber();
        last = TrySkip('-') ? ReadNumber() : first;
        return true;
    }

    /// <summary>Reads <c>first[-last][/step]=target of first</c>.</summary>
    public bool TryReadShift(out int first, out int last, out int step, out int target)
    {
        step = 1;
        target = 0;
        if (!TryReadRange(out first, out last))
        {
            return false;
        }

        step = TrySkip('/') ? ReadNumber() : 1;
        TrySkip('=');
        target = ReadNumber();
        return true;
    }

    /// <summary>Reads <c>[code point=]target[+target...][*repeats]</c>; the targets are valid until the next call.</summary>
    public bool TryReadDecomposition(out int source, out ReadOnlySpan<int> targets)
    {
        if (_repeats > 0)
        {
            _repeats--;
            _source++;
        }
        else if (!TryReadTargets())
        {
            source = 0;
            targets = [];
            return false;
        }

        source = _source;
        targets = _targets.AsSpan(0, _count);
        return true;
    }

    private bool TryReadTargets()
    {
        if (!SkipSeparators())
        {
            return false;
        }

        _source++;
        int number = ReadNumber();
        if (TrySkip('='))
        {
            _source = number;
            number = ReadNumber();
        }

        _targets[0] = number;
        for (_count = 1; TrySkip('+'); _count++)
        {
            _targets[_count] = ReadNumber();
        }

        _repeats = TrySkip('*') ? ReadNumber() - 1 : 0;
        return true;
    }

    private bool SkipSeparators()
    {
        _rest = _rest.TrimStart(" \n"u8);
        return !_rest.IsEmpty;
    }

    private bool TrySkip(char separator)
    {
        if (_rest.IsEmpty || _rest[0] != separator)
        {
            return false;
        }

        _rest = _rest[1..];
        return true;
    }

    private int ReadNumber()
    {
        if (!Utf8Parser.TryParse(_rest, out int number, out int length, 'X'))
        {
            throw new InvalidOperationException("The character data of the tokenizer is damaged.");
        }

        _rest = _rest[length..];
        return number;
    }
}
