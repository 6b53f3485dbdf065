namespace Resift.Local.Tokenization;

/// <summary>
/// Folds the character data into one table. The original's last steps come first here: a code point that an earlier step replaces takes
/// over what the later ones have made of its replacement.
/// </summary>
internal sealed class CharacterTableBuilder(BertNormalization normalization)
{
    public const int PageBits = 8;
    public const int PageMask = (1 << PageBits) - 1;

    private const int FirstHangul = 0xAC00;
    private const int LastHangul = 0xD7A3;

    private readonly Character[] _basic = new Character[char.MaxValue + 1];
    private readonly List<int[]> _expansions = [];

    /// <summary>Pages for the code points above the basic ones; those without any data stay null.</summary>
    private readonly Character[]?[] _supplementary = new Character[0x110000 >> PageBits][];

    public (Character[] Basic, Character[]?[] Supplementary, int[][] Expansions) Build()
    {
        SetLetters(_basic, 0);
        SetRange(0xD800, 0xDFFF, CharacterKind.Surrogate);
        SetRanges(UnicodeData.WhiteSpace, CharacterKind.Space);
        SetRanges(UnicodeData.Punctuation, CharacterKind.Punctuation);
        if (normalization.Lowercase)
        {
            SetLowerCase();
        }

        if (normalization.StripAccents)
        {
            SetRanges(UnicodeData.Marks, CharacterKind.Drop);
            SetDecompositions();
            SetRange(FirstHangul, LastHangul, CharacterKind.Hangul);
        }

        if (normalization.HandleChineseChars)
        {
            SetIdeographs();
        }

        if (normalization.CleanText)
        {
            SetBlanks();
            SetRanges(UnicodeData.Dropped, CharacterKind.Drop);
        }

        return (_basic, _supplementary, _expansions.ToArray());
    }

    private void SetLowerCase()
    {
        var reader = new UnicodeDataReader(UnicodeData.LowerCase);
        while (reader.TryReadShift(out int first, out int last, out int step, out int target))
        {
            for (int i = first; i <= last; i += step)
            {
                Set(i, new Character(CharacterKind.Letter, target + i - first));
            }
        }

        SetExpansion(0x130, ['i', 0x307]);
    }

    private void SetDecompositions()
    {
        var reader = new UnicodeDataReader(UnicodeData.Decompositions);
        while (reader.TryReadDecomposition(out int source, out ReadOnlySpan<int> targets))
        {
            // Lower case and kind of the target hold for the source. A basic source of a supplementary target takes the long way.
            if (targets.Length == 1 && (targets[0] <= char.MaxValue || source > char.MaxValue))
            {
                Set(source, Get(targets[0]));
            }
            else
            {
                SetExpansion(source, targets.ToArray());
            }
        }
    }

    private void SetIdeographs()
    {
        SetIdeographs(0x3400, 0x9FFF);
        SetIdeographs(0xF900, 0xFAFF);
        SetIdeographs(0x2F800, 0x2FA1F);
    }

    /// <summary>Marks the ideographs of a range that have entries; the table knows the others.</summary>
    private void SetIdeographs(int first, int last)
    {
        for (int i = first; i <= last; i++)
        {
            Character entry = Get(i);
            if (CharacterTable.IsIdeograph(i) && entry.Kind == CharacterKind.Letter)
            {
                Set(i, new Character(CharacterKind.Ideograph, entry.CodePoint));
            }
        }
    }

    private void SetBlanks()
    {
        var reader = new UnicodeDataReader(UnicodeData.WhiteSpace);
        while (reader.TryReadRange(out int first, out int last))
        {
            for (int i = first; i <= last; i++)
            {
                Set(i, new Character(CharacterKind.Space, ' '));
            }
        }
    }

    private void SetRanges(ReadOnlySpan<byte> data, CharacterKind kind)
    {
        var reader = new UnicodeDataReader(data);
        while (reader.TryReadRange(out int first, out int last))
        {
            SetRange(first, last, kind);
        }
    }

    private void SetRange(int first, int last, CharacterKind kind)
    {
        // The two private use planes are not listed code point by code point: the table knows them.
        for (int i = first; i <= last && first < 0xF0000; i++)
        {
            Set(i, new Character(kind, i));
        }
    }

    private void SetExpansion(int codePoint, int[] targets)
    {
        Set(codePoint, new Character(CharacterKind.Expand, _expansions.Count));
        _expansions.Add(targets);
    }

    private Character Get(int codePoint)
    {
        if (codePoint <= char.MaxValue)
        {
            return _basic[codePoint];
        }

        return _supplementary[codePoint >> PageBits] is { } page
            ? page[codePoint & PageMask]
            : new Character(CharacterKind.Letter, codePoint);
    }

    private void Set(int codePoint, Character entry)
    {
        if (codePoint <= char.MaxValue)
        {
            _basic[codePoint] = entry;
            return;
        }

        ref Character[]? page = ref _supplementary[codePoint >> PageBits];
        if (page is null)
        {
            page = new Character[1 << PageBits];
            SetLetters(page, codePoint & ~PageMask);
        }

        page[codePoint & PageMask] = entry;
    }

    private static void SetLetters(Character[] entries, int first)
    {
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = new Character(CharacterKind.Letter, first + i);
        }
    }
}
