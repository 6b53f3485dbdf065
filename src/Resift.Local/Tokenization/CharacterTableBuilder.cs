namespace Resift.Local.Tokenization;

/// <summary>Folds the character data into one table. The order of the steps is that of the original, backwards.</summary>
internal sealed class CharacterTableBuilder(BertNormalization normalization)
{
    private const int FirstHangul = 0xAC00;
    private const int LastHangul = 0xD7A3;

    private readonly Character[] _basic = new Character[char.MaxValue + 1];
    private readonly Dictionary<int, Character> _supplementary = [];
    private readonly List<int[]> _expansions = [];

    public (Character[] Basic, Dictionary<int, Character> Supplementary, int[][] Expansions) Build()
    {
        for (int i = 0; i < _basic.Length; i++)
        {
            _basic[i] = new Character(CharacterKind.Letter, i);
        }

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
        for (int i = 0; i < _basic.Length; i++)
        {
            if (CharacterTable.IsIdeograph(i) && _basic[i].Kind == CharacterKind.Letter)
            {
                _basic[i] = new Character(CharacterKind.Ideograph, _basic[i].CodePoint);
            }
        }

        foreach ((int codePoint, Character entry) in _supplementary)
        {
            if (CharacterTable.IsIdeograph(codePoint) && entry.Kind == CharacterKind.Letter)
            {
                _supplementary[codePoint] = new Character(CharacterKind.Ideograph, entry.CodePoint);
            }
        }
    }

    private void SetBlanks()
    {
        var reader = new UnicodeDataReader(UnicodeData.WhiteSpace);
        while (reader.TryReadRange(out int first, out int last))
        {
            _basic.AsSpan(first..(last + 1)).Fill(new Character(CharacterKind.Space, ' '));
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

    private Character Get(int codePoint) => codePoint <= char.MaxValue
        ? _basic[codePoint]
        : _supplementary.GetValueOrDefault(codePoint, new Character(CharacterKind.Letter, codePoint));

    private void Set(int codePoint, Character entry)
    {
        if (codePoint <= char.MaxValue)
        {
            _basic[codePoint] = entry;
        }
        else
        {
            _supplementary[codePoint] = entry;
        }
    }
}
