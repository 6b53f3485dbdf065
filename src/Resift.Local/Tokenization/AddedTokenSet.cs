using System.Buffers;
using System.Globalization;
using System.Text;

namespace Resift.Local.Tokenization;

/// <summary>Finds added tokens in a text: the leftmost first, and of several that begin there the longest.</summary>
internal sealed class AddedTokenSet
{
    private readonly AddedToken[] _sorted;
    private readonly SearchValues<char> _firstCharacters;

    public AddedTokenSet(IEnumerable<AddedToken> tokens)
    {
        _sorted = [.. tokens.Where(token => token.Content.Length > 0).DistinctBy(token => token.Content)
            .OrderBy(token => token.Content, StringComparer.Ordinal)];
        _firstCharacters = SearchValues.Create([.. _sorted.Select(token => token.Content[0]).Distinct()]);
    }

    public bool IsEmpty => _sorted.Length == 0;

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
            found = LongestAtStart(text[position..]);
            if (found is not null)
            {
                start = position;
                position += found.Content.Length;
                return true;
            }
        }

        start = position = text.Length;
        found = null;
        return false;
    }

    private AddedToken? LongestAtStart(ReadOnlySpan<char> text)
    {
        AddedToken? longest = null;
        ReadOnlySpan<AddedToken> candidates = _sorted;
        for (int i = 0; i < text.Length; i++)
        {
            candidates = candidates[CountBelow(candidates, i, text[i])..];
            candidates = candidates[..CountBelow(candidates, i, text[i] + 1)];
            if (candidates.IsEmpty)
            {
                break;
            }

            // Of tokens that share a beginning the one that ends there is sorted first.
            longest = candidates[0].Content.Length == i + 1 ? candidates[0] : longest;
        }

        return longest;
    }

    /// <summary>Counts the tokens, equal up to a place, that end there or have a character below the given one.</summary>
    private static int CountBelow(ReadOnlySpan<AddedToken> tokens, int place, int character)
    {
        int low = 0;
        int high = tokens.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            string content = tokens[middle].Content;
            if (place >= content.Length || content[place] < character)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
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
