using System.Buffers;

namespace Resift.Retrieval;

/// <summary>
/// Cuts English words down to their stems by Porter's second algorithm, as Snowball 3.1 publishes it
/// (https://snowballstem.org/algorithms/english/stemmer.html). Words come in lower case and without apostrophes.
/// </summary>
internal ref struct EnglishStemmer
{
    // Of each table the longest suffix that the word has decides, also if nothing then happens; so the longest come first.
    private static readonly (string Suffix, string Replacement)[] _step2 =
    [
        ("ational", "ate"), ("fulness", "ful"), ("iveness", "ive"), ("ization", "ize"), ("ousness", "ous"),
        ("biliti", "ble"), ("lessli", "less"), ("tional", "tion"),
        ("alism", "al"), ("aliti", "al"), ("ation", "ate"), ("entli", "ent"), ("fulli", "ful"), ("iviti", "ive"), ("ogist", "og"),
        ("ousli", "ous"),
        ("abli", "able"), ("alli", "al"), ("anci", "ance"), ("ator", "ate"), ("enci", "ence"), ("izer", "ize"),
        ("bli", "ble"), ("ogi", "og"),
        ("li", ""),
    ];

    private static readonly (string Suffix, string Replacement)[] _step3 =
    [
        ("ational", "ate"), ("tional", "tion"), ("alize", "al"), ("ative", ""), ("icate", "ic"), ("iciti", "ic"), ("ical", "ic"),
        ("ness", ""), ("ful", ""),
    ];

    private static readonly (string Suffix, string Replacement)[] _step4 =
    [
        ("ement", ""), ("able", ""), ("ance", ""), ("ence", ""), ("ible", ""), ("ment", ""), ("ant", ""), ("ate", ""), ("ent", ""),
        ("ion", ""), ("ism", ""), ("iti", ""), ("ive", ""), ("ize", ""), ("ous", ""), ("al", ""), ("er", ""), ("ic", ""),
    ];

    // After these the algorithm lets the endings begin later than its rule would: "generic" is not "general".
    private static readonly string[] _wholePrefixes = ["gener", "commun", "arsen", "past", "univers", "later", "emerg", "organ", "inter"];

    private static readonly SearchValues<char> _vowels = SearchValues.Create("aeiouy");

    private readonly Span<char> _letters;
    private int _length;
    private int _region1;
    private int _region2;

    private EnglishStemmer(Span<char> word)
    {
        _letters = word;
        _length = word.Length;
    }

    private readonly ReadOnlySpan<char> Word => _letters[.._length];

    /// <summary>Writes the stem of a word over the word and returns the stem's length, which is never greater.</summary>
    public static int Stem(Span<char> word)
    {
        if (word.Length < 3)
        {
            return word.Length;
        }

        switch (word)
        {
            case "sky" or "news" or "howe" or "atlas" or "cosmos" or "bias" or "andes":
                return word.Length;
            case "skies":
                word[2] = 'y';
                return 3;
            case "skis":
                return 3;
            case "idly" or "gently" or "singly":
                return word.Length - 1;
            case "ugly" or "early" or "only":
                word[^1] = 'i';
                return word.Length;
        }

        var stemmer = new EnglishStemmer(word);
        stemmer.MarkConsonantY();
        stemmer.FindRegions();
        stemmer.DropPlural();
        stemmer.DropPastAndGerund();
        stemmer.TurnFinalY();
        stemmer.ApplyStep2();
        stemmer.ApplyStep3();
        stemmer.ApplyStep4();
        stemmer.ApplyStep5();
        word[..stemmer._length].Replace('Y', 'y');
        return stemmer._length;
    }

    private static bool IsVowel(char letter) => letter is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';

    private static bool HasVowel(ReadOnlySpan<char> letters) => letters.ContainsAny(_vowels);

    private readonly void MarkConsonantY()
    {
        for (int i = 0; i < _length; i++)
        {
            if (_letters[i] == 'y' && (i == 0 || IsVowel(_letters[i - 1])))
            {
                _letters[i] = 'Y';
            }
        }
    }

    private void FindRegions()
    {
        _region1 = AfterVowelAndConsonant(0);
        foreach (string prefix in _wholePrefixes)
        {
            if (Word.StartsWith(prefix))
            {
                _region1 = prefix.Length;
            }
        }

        _region2 = AfterVowelAndConsonant(_region1);
    }

    private readonly int AfterVowelAndConsonant(int start)
    {
        for (int i = start + 1; i < _length; i++)
        {
            if (IsVowel(_letters[i - 1]) && !IsVowel(_letters[i]))
            {
                return i + 1;
            }
        }

        return _length;
    }

    // Step 1a.
    private void DropPlural()
    {
        if (Ends("sses"))
        {
            _length -= 2;
        }
        else if (Ends("ied") || Ends("ies"))
        {
            _length -= _length > 4 ? 2 : 1;
        }
        else if (Ends("s") && !Ends("us") && !Ends("ss") && HasVowel(Word[..^2]))
        {
            _length--;
        }
    }

    // Step 1b.
    private void DropPastAndGerund()
    {
        if (Ends("eed") || Ends("eedly"))
        {
            int before = _length - (Ends("eed") ? 3 : 5);
            if (before >= _region1 && Word[..before] is not ("proc" or "exc" or "succ"))
            {
                _length = before + 2;
            }

            return;
        }

        int suffix = Ends("ingly") ? 5 : Ends("edly") ? 4 : Ends("ing") ? 3 : Ends("ed") ? 2 : 0;
        var stem = Word[..^suffix];
        if (suffix == 3 && stem is [_, 'y'] && !IsVowel(stem[0]))
        {
            _letters[1] = 'i';
            _letters[2] = 'e';
            _length = 3;
        }
        else if (suffix > 0 && HasVowel(stem) && !(suffix == 3 && stem is "inn" or "out" or "cann" or "herr" or "earr" or "even"))
        {
            _length -= suffix;
            RepairStem();
        }
    }

    // What "ed" and "ing" leave: "luxuriat" gets its e back, "hopp" loses a p, "hop" of "hoping" gets its e back.
    private void RepairStem()
    {
        if (Ends("at") || Ends("bl") || Ends("iz"))
        {
            _letters[_length++] = 'e';
        }
        else if (_length > 1 && _letters[_length - 1] == _letters[_length - 2] &&
            _letters[_length - 1] is 'b' or 'd' or 'f' or 'g' or 'm' or 'n' or 'p' or 'r' or 't')
        {
            _length -= _length == 3 && _letters[0] is 'a' or 'e' or 'o' ? 0 : 1;
        }
        else if (_length == _region1 && EndsInShortSyllable(_length))
        {
            _letters[_length++] = 'e';
        }
    }

    // Step 1c.
    private readonly void TurnFinalY()
    {
        if (_length > 2 && _letters[_length - 1] is 'y' or 'Y' && !IsVowel(_letters[_length - 2]))
        {
            _letters[_length - 1] = 'i';
        }
    }

    private void ApplyStep2()
    {
        var (suffix, replacement) = Find(_step2);
        int before = _length - suffix.Length;
        bool applies = before >= _region1 && suffix switch
        {
            "" => false,
            "li" => _letters[before - 1] is 'c' or 'd' or 'e' or 'g' or 'h' or 'k' or 'm' or 'n' or 'r' or 't',
            "ogi" => _letters[before - 1] == 'l',
            _ => true,
        };
        Replace(applies, before, replacement);
    }

    private void ApplyStep3()
    {
        var (suffix, replacement) = Find(_step3);
        int before = _length - suffix.Length;
        Replace(suffix is not "" && before >= (suffix is "ative" ? _region2 : _region1), before, replacement);
    }

    private void ApplyStep4()
    {
        var (suffix, replacement) = Find(_step4);
        int before = _length - suffix.Length;
        bool applies = suffix is not "" && before >= _region2 && (suffix is not "ion" || _letters[before - 1] is 's' or 't');
        Replace(applies, before, replacement);
    }

    private void ApplyStep5()
    {
        int before = _length - 1;
        bool drops = _letters[before] switch
        {
            'e' => before >= _region2 || (before >= _region1 && !EndsInShortSyllable(before)),
            'l' => before >= _region2 && _letters[before - 1] == 'l',
            _ => false,
        };
        _length -= drops ? 1 : 0;
    }

    private readonly bool EndsInShortSyllable(int end)
    {
        var part = _letters[..end];
        return part switch
        {
            [var vowel, var last] => IsVowel(vowel) && !IsVowel(last),
            [.., var first, var vowel, not ('w' or 'x' or 'Y') and var last] when !IsVowel(first) && IsVowel(vowel) && !IsVowel(last) =>
                true,
            _ => part.EndsWith("past"),
        };
    }

    private readonly bool Ends(string suffix) => Word.EndsWith(suffix);

    private readonly (string Suffix, string Replacement) Find((string Suffix, string Replacement)[] endings)
    {
        char last = _letters[_length - 1];
        foreach (var ending in endings)
        {
            // Most endings are told apart by their last letter, which is cheaper to ask than the whole.
            if (ending.Suffix[^1] == last && Ends(ending.Suffix))
            {
                return ending;
            }
        }

        return ("", "");
    }

    private void Replace(bool applies, int start, string replacement)
    {
        if (applies)
        {
            replacement.CopyTo(_letters[start..]);
            _length = start + replacement.Length;
        }
    }
}
