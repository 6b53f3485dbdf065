using System.Text;

namespace Resift.Local.Tokenization;

/// <summary>Something that is looked for in a text. It may be used from any number of threads.</summary>
internal abstract class PiecePattern
{
    /// <summary>Finds the first match from a place on.</summary>
    /// <param name="text">The text, without halves of surrogate pairs.</param>
    /// <param name="from">Where to begin: a boundary of code points.</param>
    /// <param name="start">Where the match begins.</param>
    /// <param name="end">Where it ends; always behind <paramref name="start"/>.</param>
    public abstract bool TryFind(ReadOnlySpan<char> text, int from, out int start, out int end);
}

/// <summary>A text that is found as it stands.</summary>
internal sealed class LiteralPattern(string literal) : PiecePattern
{
    public override bool TryFind(ReadOnlySpan<char> text, int from, out int start, out int end)
    {
        int offset = text[from..].IndexOf(literal);
        start = from + offset;
        end = start + literal.Length;
        return offset >= 0;
    }
}

/// <summary>One code point of a kind.</summary>
internal sealed class CodePointPattern(Func<int, bool> matches) : PiecePattern
{
    /// <summary>Creates the pattern of white space.</summary>
    public static CodePointPattern WhiteSpace() => new(codePoint => codePoint <= char.MaxValue && char.IsWhiteSpace((char)codePoint));

    /// <summary>Creates the pattern of punctuation and ASCII symbols.</summary>
    public static CodePointPattern Punctuation() => In(new CodePointTable().With(UnicodeData.Punctuation, 1));

    /// <summary>Creates the pattern of digits and other numbers.</summary>
    public static CodePointPattern Digits() =>
        In(new CodePointTable().With(CategoryData.Numbers, 1).With(CategoryData.RecentNumbers, 1));

    public override bool TryFind(ReadOnlySpan<char> text, int from, out int start, out int end)
    {
        int length;
        for (start = from; start < text.Length; start += length)
        {
            Rune.DecodeFromUtf16(text[start..], out Rune rune, out length);
            if (matches(rune.Value))
            {
                end = start + length;
                return true;
            }
        }

        end = start;
        return false;
    }

    private static CodePointPattern In(CodePointTable table) => new(codePoint => table[codePoint] != 0);
}

/// <summary>As many characters of a kind as stand together, at least so many.</summary>
internal sealed class RunPattern(Func<char, bool> matches, int atLeast) : PiecePattern
{
    public override bool TryFind(ReadOnlySpan<char> text, int from, out int start, out int end)
    {
        for (start = from; start < text.Length; start = end + 1)
        {
            for (end = start; end < text.Length && matches(text[end]); end++)
            {
            }

            if (end - start >= atLeast)
            {
                return true;
            }
        }

        end = start;
        return false;
    }
}
