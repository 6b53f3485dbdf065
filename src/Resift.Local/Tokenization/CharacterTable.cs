namespace Resift.Local.Tokenization;

/// <summary>
/// Holds for every code point what the normalizer and the pre-tokenizer make of it, all their steps folded into one lookup. They can
/// be folded because each of them looks at one code point at a time. The one exception is the canonical reordering of marks, which is
/// left out: once nonspacing marks are gone it could only matter to runs of rare ones, such as those younger than Unicode 8.
/// </summary>
internal sealed class CharacterTable
{
    private readonly BertNormalization _normalization;
    private readonly Character[] _basic;
    private readonly Character[]?[] _supplementary;
    private readonly int[][] _expansions;

    public CharacterTable(BertNormalization normalization)
    {
        _normalization = normalization;
        var builder = new CharacterTableBuilder(normalization);
        (_basic, _supplementary, _expansions) = builder.Build();
    }

    /// <summary>Gets the entry of a UTF-16 unit.</summary>
    public Character this[char unit] => _basic[unit];

    /// <summary>Gets the entry of a code point.</summary>
    public Character Get(int codePoint)
    {
        if (codePoint <= char.MaxValue)
        {
            return _basic[codePoint];
        }

        if (_supplementary[codePoint >> CharacterTableBuilder.PageBits] is { } page)
        {
            return page[codePoint & CharacterTableBuilder.PageMask];
        }

        if (_normalization.CleanText && codePoint >= 0xF0000 && (codePoint & 0xFFFF) <= 0xFFFD)
        {
            return new Character(CharacterKind.Drop, 0);
        }

        bool ideograph = _normalization.HandleChineseChars && IsIdeograph(codePoint);
        return new Character(ideograph ? CharacterKind.Ideograph : CharacterKind.Letter, codePoint);
    }

    /// <summary>Gets the code points that an entry of the kind <see cref="CharacterKind.Expand"/> stands for.</summary>
    public ReadOnlySpan<int> Expand(Character entry) => _expansions[entry.CodePoint];

    /// <summary>Decomposes a Hangul syllable (Unicode, section 3.12) and gives the number of its jamo: two or three.</summary>
    public static int DecomposeHangul(int syllable, Span<char> jamo)
    {
        const int Vowels = 21;
        const int Trailing = 28;
        int index = syllable - 0xAC00;
        jamo[0] = (char)(0x1100 + (index / (Vowels * Trailing)));
        jamo[1] = (char)(0x1161 + (index / Trailing % Vowels));
        jamo[2] = (char)(0x11A7 + (index % Trailing));
        return index % Trailing == 0 ? 2 : 3;
    }

    /// <summary>
    /// Determines whether BERT counts a code point as a Chinese character. The gap of U+2B820 to U+2B91F is in the original.
    /// </summary>
    public static bool IsIdeograph(int codePoint) => codePoint is
        (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x2A6DF)
        or (>= 0x2A700 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0x2F800 and <= 0x2FA1F);
}
