namespace Resift.Cli;

/// <summary>A class of bytes such as <c>[a-z]</c>, <c>[!0-9]</c> or <c>[[:alpha:]_]</c> in a pattern of Git.</summary>
internal sealed class ByteClass
{
    private readonly bool[] _members = new bool[256];

    private ByteClass()
    {
    }

    /// <summary>Gets the class of all bytes.</summary>
    public static ByteClass Any { get; } = Everything();

    public bool Contains(byte value) => _members[value];

    /// <summary>Reads a class.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="at">Where the class begins, and then where its last byte is.</param>
    /// <returns>Null if it has no end, or names something that there is not.</returns>
    public static ByteClass? Parse(ReadOnlySpan<byte> pattern, ref int at)
    {
        var members = new ByteClass();
        bool isNegated = ++at < pattern.Length && pattern[at] is (byte)'!' or (byte)'^';
        at += isNegated ? 1 : 0;
        byte? before = null;
        // What stands first is a member, also if it is the bracket that would end the class.
        for (bool isFirst = true; at < pattern.Length && (isFirst || pattern[at] != ']'); at++, isFirst = false)
        {
            byte value = pattern[at];
            if (value == '-' && before is { } from && at + 1 < pattern.Length && pattern[at + 1] != ']')
            {
                at++;
                if (Escaped(pattern, ref at) is not { } to)
                {
                    return null;
                }

                members.AddRange(from, to);
                before = null;
            }
            else if (value == '[' && NameAt(pattern, at) is { } name)
            {
                if (!members.AddNamed(name))
                {
                    return null;
                }

                // To the bracket behind "[:name:".
                at += name.Length + 3;
                before = null;
            }
            else if (Escaped(pattern, ref at) is { } member)
            {
                members._members[member] = true;
                before = member;
            }
            else
            {
                return null;
            }
        }

        if (at >= pattern.Length)
        {
            return null;
        }

        for (int i = 0; isNegated && i < members._members.Length; i++)
        {
            members._members[i] = !members._members[i];
        }

        return members;
    }

    private static ByteClass Everything()
    {
        var all = new ByteClass();
        Array.Fill(all._members, true);
        return all;
    }

    private static byte? Escaped(ReadOnlySpan<byte> pattern, ref int at) =>
        pattern[at] != '\\' ? pattern[at]
        : ++at < pattern.Length ? pattern[at]
        : null;

    // The name in "[:name:]"; null if this is no such thing. Without any end the class has none either.
    private static string? NameAt(ReadOnlySpan<byte> pattern, int at)
    {
        var rest = pattern[at..];
        int close = rest.StartsWith("[:"u8) ? rest.IndexOf((byte)']') : -1;
        return close >= 3 && rest[close - 1] == ':' ? System.Text.Encoding.Latin1.GetString(rest[2..(close - 1)]) : null;
    }

    private void AddRange(byte from, byte to)
    {
        for (int value = from; value <= to; value++)
        {
            _members[value] = true;
        }
    }

    private bool AddNamed(string name)
    {
        Func<char, bool>? isMember = name switch
        {
            "alnum" => char.IsAsciiLetterOrDigit,
            "alpha" => char.IsAsciiLetter,
            "blank" => static c => c is ' ' or '\t',
            "cntrl" => static c => c is < ' ' or '\x7F',
            "digit" => char.IsAsciiDigit,
            "graph" => static c => c is > ' ' and < '\x7F',
            "lower" => char.IsAsciiLetterLower,
            "print" => static c => c is >= ' ' and < '\x7F',
            "punct" => static c => c is > ' ' and < '\x7F' && !char.IsAsciiLetterOrDigit(c),
            "space" => static c => c is ' ' or '\t' or '\n' or '\r',
            "upper" => char.IsAsciiLetterUpper,
            "xdigit" => char.IsAsciiHexDigit,
            _ => null,
        };
        for (char c = '\0'; isMember is not null && c < 128; c++)
        {
            _members[c] |= isMember(c);
        }

        return isMember is not null;
    }
}
