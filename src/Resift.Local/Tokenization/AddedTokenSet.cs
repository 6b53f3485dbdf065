using System.Buffers;
using System.Globalization;
using System.Text;

namespace Resift.Local.Tokenization;

/// <summary>Finds added tokens in a text: the leftmost first, and of several that begin there the longest.</summary>
internal sealed class AddedTokenSet
{
    private readonly AddedToken[] _longestFirst;
    private readonly SearchValues<char> _firstCharacters;

    public AddedTokenSet(IEnumerable<AddedToken> tokens)
    {
        _longestFirst = [.. tokens.Where(token => token.Content.Length > 0).OrderByDescending(token => token.Content.Length)];
        _firstCharacters = SearchValues.Create(string.Concat(_longestFirst.Select(token => token.Content[..1])));
    }

    public bool IsEmpty => _longestFirst.Length == 0;

    /// <summary>Finds the next added token.</summary>
    /// <param name="text">The text.</param>
    /// <param name="taken">How much of the text belongs to tokens found before, white space that they took included.</param>
    /// <param name="position">Where the search goes on; moved behind what was found.</param>
    /// <param name="match">The place of the token with the white space that it takes, and its id.</param>
    public bool TryFind(ReadOnlySpan<char> text, int taken, ref int position, out (int Start, int End, int Id) match)
    {
        while (TryFindLongest(text, ref position, out int start, out AddedToken? token))
        {
            int end = position;
            if (token.SingleWord && (EndsWithWord(text[..start]) || StartsWithWord(text[end..])))
            {
                continue;
            }

            while (token.LeftStrip && start > taken && char.IsWhiteSpace(text[start - 1]))
            {
                start--;
            }

            while (token.RightStrip && end < text.Length && char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            match = (start, end, token.Id);
            return true;
        }

        match = default;
        return false;
    }

    private bool TryFindLongest(
        ReadOnlySpan<char> text,
        ref int position,
        out int start,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out AddedToken? found)
    {
        for (; position < text.Length; position++)
        {
            int offset = text[position..].IndexOfAny(_firstCharacters);
            if (offset < 0)
            {
                break;
            }

            position += offset;
            foreach (AddedToken token in _longestFirst)
            {
                if (text[position..].StartsWith(token.Content))
                {
                    start = position;
                    found = token;
                    position += token.Content.Length;
                    return true;
                }
            }
        }

        start = position = text.Length;
        found = null;
        return false;
    }

    private static bool EndsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out Rune last, out _) == OperationStatus.Done && IsWord(last);

    private static bool StartsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out Rune first, out _) == OperationStatus.Done && IsWord(first);

    /// <summary>What <c>\w</c> is in Unicode's own definition (UTS #18): alphabetic, mark, digit, connector, join control.</summary>
    private static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.LetterNumber or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation => true,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => true,
        UnicodeCategory.OtherSymbol => rune.Value is (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149)
            or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189),
        UnicodeCategory.Format => rune.Value is 0x200C or 0x200D,
        _ => Rune.IsLetter(rune),
    };
}
