namespace Resift;

/// <summary>Finds the sentences of a text in any language that writes like English, Chinese or Japanese.</summary>
internal static class SentenceSplitter
{
    private const string Terminators = ".!?…";
    private const string CjkTerminators = "。！？｡";
    private const string Closers = "\"')]}»”’」』）】〉》";
    private const string Bullets = "-*+•‣–";

    // In lower case, without their period. A sentence that ends with one of them merely stays together with the next.
    private static readonly HashSet<string> _abbreviations =
    [
        "al", "approx", "bzw", "ca", "capt", "cf", "col", "dept", "dr", "ed", "eds", "eq", "eqs", "est", "fig", "figs", "gen", "gov", "inc",
        "jr", "ltd", "mr", "mrs", "ms", "mt", "no", "nos", "nr", "pp", "prof", "ref", "refs", "rep", "rev", "sec", "sen", "sr", "st", "tab",
        "viz", "vol", "vs",
    ];

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _abbreviationsBySpan =
        _abbreviations.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Gets the sentences without white space around them: all other characters are in exactly one of them.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="end">Where to stop.</param>
    public static IEnumerable<(int Start, int End, Border Border)> Split(string text, int start, int end)
    {
        var border = Border.Paragraph;
        int position = SkipWhiteSpace(text, start, end);
        while (position < end)
        {
            int sentenceEnd = EndOfSentence(text, position, end);
            yield return (position, sentenceEnd, border);
            position = SkipWhiteSpace(text, sentenceEnd, end);
            border = IsBlankLine(text.AsSpan(sentenceEnd, position - sentenceEnd)) ? Border.Paragraph : Border.Sentence;
        }
    }

    public static int SkipWhiteSpace(string text, int start, int end)
    {
        while (start < end && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        return start;
    }

    private static int EndOfSentence(string text, int start, int end)
    {
        int i = start;
        while (i < end)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                int next = SkipWhiteSpace(text, i, end);
                var gap = text.AsSpan(i, next - i);
                if (next == end || IsBlankLine(gap) || (gap.ContainsAny('\n', '\r') && IsBullet(text, next, end)))
                {
                    return i;
                }

                i = next;
                continue;
            }

            bool cjk = CjkTerminators.Contains(text[i]);
            if (!cjk && !Terminators.Contains(text[i]))
            {
                i++;
                continue;
            }

            int stop = i;
            i = AfterClosers(text, i, end);
            if (cjk || (i < end && char.IsWhiteSpace(text[i]) && !GoesOn(text, start, stop, SkipWhiteSpace(text, i, end), end)))
            {
                return i;
            }
        }

        return end;
    }

    private static int AfterClosers(string text, int i, int end)
    {
        while (i < end && (Terminators.Contains(text[i]) || CjkTerminators.Contains(text[i]) || Closers.Contains(text[i])))
        {
            i++;
        }

        return i;
    }

    private static bool GoesOn(string text, int start, int stop, int next, int end)
    {
        if (next < end && char.IsLower(text[next]))
        {
            return true;
        }

        if (text[stop] != '.')
        {
            return false;
        }

        int wordStart = stop;
        while (wordStart > start && (char.IsLetter(text[wordStart - 1]) || text[wordStart - 1] == '.'))
        {
            wordStart--;
        }

        var word = text.AsSpan(wordStart, stop - wordStart);
        Span<char> lower = stackalloc char[8];
        return word.Length == 1 || word.Contains('.') ||
            (word.Length is > 1 and <= 8 && word.ToLowerInvariant(lower) is var length && _abbreviationsBySpan.Contains(lower[..length]));
    }

    private static bool IsBullet(string text, int position, int end) =>
        Bullets.Contains(text[position]) && position + 1 < end && char.IsWhiteSpace(text[position + 1]);

    // CR LF is one line break; two leave a line blank between them. A paragraph separator or a new page says it by itself.
    private static bool IsBlankLine(ReadOnlySpan<char> gap)
    {
        int breaks = gap.Count('\n') + gap.Count('\r') - gap.Count("\r\n");
        return breaks >= 2 || gap.ContainsAny('\u2029', '\f');
    }
}
