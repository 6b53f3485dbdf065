using System.Collections.Frozen;

namespace Resift.Retrieval;

/// <summary>Cuts a text into terms as <c>TextAnalyzers.English</c> promises; one object for one text.</summary>
internal sealed class EnglishTerms
{
    // A longer run of letters and digits is no word (base64, for one); it is cut, so that no term is long.
    private const int MaxLength = 255;

    private readonly string _text;
    private readonly List<string> _terms = [];
    private readonly List<string> _stopWords = [];

    // One more, as the last character of a word may be a surrogate pair.
    private readonly char[] _term = new char[MaxLength + 1];

    private EnglishTerms(string text) => _text = FoldedText.Fold(text);

    /// <summary>Returns the terms of a text in their order; its stop words if it has nothing else.</summary>
    public static List<string> Read(string text)
    {
        var terms = new EnglishTerms(text);
        for (int i = 0; i < terms._text.Length;)
        {
            i = CharacterKinds.At(terms._text, i, out int length) switch
            {
                CharacterKind.Letter or CharacterKind.Number => terms.AddWord(i),
                CharacterKind.Unspaced => terms.AddBigrams(i),
                _ => i + length,
            };
        }

        return terms._terms.Count > 0 ? terms._terms : terms._stopWords;
    }

    // Each of these adds what begins at a place, and returns where to read on.
    private int AddWord(int start)
    {
        int end = start;
        while (end < _text.Length && end - start < MaxLength &&
            CharacterKinds.At(_text, end, out int length) is CharacterKind.Letter or CharacterKind.Number or CharacterKind.Mark)
        {
            end += length;
        }

        AddWordAndParts(_text.AsSpan(start, end - start));
        return end + LengthOfContraction(end);
    }

    private int AddBigrams(int start)
    {
        int before = -1;
        int end = start;
        while (EndOfUnspaced(end) is var next && next > end)
        {
            if (before >= 0)
            {
                _terms.Add(_text[before..next]);
            }

            before = end;
            end = next;
        }

        if (before == start)
        {
            _terms.Add(_text[start..end]);
        }

        return end;
    }

    // With its marks: a vowel or tone written above a Thai letter is no character of its own to a reader.
    private int EndOfUnspaced(int start)
    {
        int end = start;
        if (end < _text.Length && CharacterKinds.At(_text, end, out int length) is CharacterKind.Unspaced)
        {
            end += length;
            while (end < _text.Length && CharacterKinds.At(_text, end, out length) is CharacterKind.Mark)
            {
                end += length;
            }
        }

        return end;
    }

    /// <summary>
    /// An identifier gives itself and its parts, so that <c>AddRetry</c> is found by "add a retry" and "addretry", and <c>p53</c> is more
    /// than a p and a 53 somewhere.
    /// </summary>
    private void AddWordAndParts(ReadOnlySpan<char> word)
    {
        int start = 0;
        for (int i = 1; i < word.Length; i++)
        {
            int cut = CutAt(word, i);
            if (cut > start)
            {
                if (start == 0)
                {
                    AddTerm(word);
                }

                AddTerm(word[start..cut]);
                start = cut;
            }
        }

        AddTerm(word[start..]);
    }

    // Where a character says that a new part has begun: at itself (camelCase, sha256), one before it (the e of HTTPResponse), or
    // nowhere (0).
    private static int CutAt(ReadOnlySpan<char> word, int index)
    {
        char before = word[index - 1];
        char here = word[index];
        if (char.IsAsciiLetterLower(here) && char.IsAsciiLetterLower(before))
        {
            return 0;
        }

        if (char.IsNumber(here) != char.IsNumber(before) || (char.IsUpper(here) && !char.IsUpper(before)))
        {
            return index;
        }

        bool isPlural = here == 's' && (index + 1 == word.Length || !char.IsLower(word[index + 1]));
        return char.IsLower(here) && char.IsUpper(before) && !isPlural ? index - 1 : 0;
    }

    // The 's of a possessive and what is left of a verb or a "not" after an apostrophe tell nothing, and would be found in every text.
    private int LengthOfContraction(int start)
    {
        if (start >= _text.Length || _text[start] is not ('\'' or '’'))
        {
            return 0;
        }

        int end = start + 1;
        while (end < _text.Length && end - start < 4 && char.IsAsciiLetter(_text[end]))
        {
            end++;
        }

        if (end < _text.Length && CharacterKinds.At(_text, end, out _) is not CharacterKind.Separator)
        {
            return 0;
        }

        int length = _text.AsSpan((start + 1)..end).ToLowerInvariant(_term);
        return _term.AsSpan(0, length) is "s" or "t" or "d" or "m" or "re" or "ve" or "ll" ? end - start : 0;
    }

    private void AddTerm(ReadOnlySpan<char> word)
    {
        // The plural of an acronym: a stemmer that sees no case leaves the s of "SNPs", which has no vowel.
        if (word is [_, .., var before, 's'] && char.IsUpper(before))
        {
            word = word[..^1];
        }

        var term = _term.AsSpan(0, word.ToLowerInvariant(_term));
        if (!EnglishStopWords.Contains(term))
        {
            _terms.Add(term[..EnglishStemmer.Stem(term)].ToString());
        }
        else if (_terms.Count == 0)
        {
            _stopWords.Add(term.ToString());
        }
    }
}

/// <summary>English words that tell nothing about what a text is about: the 33 of Lucene's EnglishAnalyzer.</summary>
internal static class EnglishStopWords
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _words = FrozenSet.ToFrozenSet(
        [
            "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it", "no", "not", "of", "on", "or",
            "such", "that", "the", "their", "then", "there", "these", "they", "this", "to", "was", "will", "with",
        ],
        StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Determines whether a word in lower case is one of them.</summary>
    public static bool Contains(ReadOnlySpan<char> word) => _words.Contains(word);
}
