using System.Text;

namespace Resift.Local.Tokenization;

/// <summary>
/// The regular expressions by which byte-level tokenizers cut words, written out: .NET's own would not see letters above U+FFFF, and
/// these take one pass over a text. Every text is covered by matches without a gap.
/// </summary>
internal sealed class WordPattern : PiecePattern
{
    /// <summary>GPT-2's expression, which ByteLevel has built in.</summary>
    public const string Gpt2Expression = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private const byte Letter = 1;
    private const byte Number = 2;
    private const byte Space = 3;

    private static readonly Lazy<CodePointTable> _categories = new(() => new CodePointTable()
        .With(CategoryData.Letters, Letter).With(CategoryData.Numbers, Number).With(UnicodeData.WhiteSpace, Space));

    private readonly CodePointTable _table = _categories.Value;
    private readonly int? _longestNumber;

    /// <param name="longestNumber">How many digits stay together in cl100k's expression; null for GPT-2's.</param>
    private WordPattern(int? longestNumber) => _longestNumber = longestNumber;

    /// <summary>Gets the expressions that are supported, for messages.</summary>
    public static IReadOnlyList<string> Expressions { get; } = [Gpt2Expression, Cl100kExpression(""), Cl100kExpression("{1,3}")];

    /// <summary>Creates the pattern of an expression, or null where it is none of those that are known.</summary>
    public static WordPattern? Create(string expression) => expression switch
    {
        Gpt2Expression => new(null),
        _ when expression == Expressions[1] => new(1),
        _ when expression == Expressions[2] => new(3),
        _ => null,
    };

    public override bool TryFind(ReadOnlySpan<char> text, int from, out int start, out int end)
    {
        start = from;
        end = from == text.Length ? from : _longestNumber is { } longest ? EndOfCl100k(text, from, longest) : EndOfGpt2(text, from);
        return end > start;
    }

    /// <summary>Writes the expression of cl100k, Qwen (one digit) and Llama 3 (three).</summary>
    private static string Cl100kExpression(string digits) =>
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}" + digits
        + @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private int EndOfGpt2(ReadOnlySpan<char> text, int start)
    {
        if (EndOfContraction(text, start, ignoreCase: false) is > 0 and var contraction)
        {
            return contraction;
        }

        int word = text[start] == ' ' ? start + 1 : start;
        byte category = CategoryAt(text, word, out int length);
        return length == 0 || category == Space ? EndOfSpace(text, start) : EndOfRun(text, word, category, int.MaxValue);
    }

    private int EndOfCl100k(ReadOnlySpan<char> text, int start, int longestNumber)
    {
        if (EndOfContraction(text, start, ignoreCase: true) is > 0 and var contraction)
        {
            return contraction;
        }

        byte category = CategoryAt(text, start, out int length);
        byte next = CategoryAt(text, start + length, out int nextLength);
        if (category is Letter or Number)
        {
            return EndOfRun(text, start, category, category == Letter ? int.MaxValue : longestNumber);
        }

        if (next == Letter && text[start] is not ('\r' or '\n'))
        {
            return EndOfRun(text, start + length, Letter, int.MaxValue);
        }

        if (category != Space || (text[start] == ' ' && nextLength > 0 && next == 0))
        {
            int end = EndOfRun(text, category == Space ? start + 1 : start, 0, int.MaxValue);
            int line = text[end..].IndexOfAnyExcept('\r', '\n');
            return line < 0 ? text.Length : end + line;
        }

        int lastLine = text[start..EndOfRun(text, start, Space, int.MaxValue)].LastIndexOfAny('\r', '\n');
        return lastLine < 0 ? EndOfSpace(text, start) : start + lastLine + 1;
    }

    /// <summary>White space is one piece, but its last character goes with the word behind it.</summary>
    private int EndOfSpace(ReadOnlySpan<char> text, int start)
    {
        int end = EndOfRun(text, start, Space, int.MaxValue);
        return end == text.Length || end == start + 1 ? end : end - 1;
    }

    private int EndOfRun(ReadOnlySpan<char> text, int start, byte category, int most)
    {
        int end = start;
        for (int count = 0; count < most && CategoryAt(text, end, out int length) == category && length > 0; count++)
        {
            end += length;
        }

        return end;
    }

    /// <summary>Gets the category of a code point, 0 for none of those that count; with a length of 0 at the end of the text.</summary>
    private byte CategoryAt(ReadOnlySpan<char> text, int place, out int length)
    {
        if (place >= text.Length)
        {
            length = 0;
            return 0;
        }

        if (!char.IsSurrogate(text[place]))
        {
            length = 1;
            return _table[text[place]];
        }

        Rune.DecodeFromUtf16(text[place..], out Rune rune, out length);
        return _table[rune.Value];
    }

    private static int EndOfContraction(ReadOnlySpan<char> text, int start, bool ignoreCase)
    {
        if (text[start] != '\'' || start + 1 == text.Length)
        {
            return 0;
        }

        // Of these letters only s has a third form, U+017F.
        char first = Lower(text[start + 1], ignoreCase);
        char second = start + 2 < text.Length ? Lower(text[start + 2], ignoreCase) : '\0';
        return (first, second) switch
        {
            ('s' or 't' or 'm' or 'd', _) => start + 2,
            ('r', 'e') or ('v', 'e') or ('l', 'l') => start + 3,
            _ => 0,
        };
    }

    private static char Lower(char letter, bool ignoreCase) => !ignoreCase ? letter : letter switch
    {
        >= 'A' and <= 'Z' => (char)(letter | 0x20),
        '\u017F' => 's',
        _ => letter,
    };
}
