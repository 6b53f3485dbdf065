using System.Globalization;
using System.Text;

namespace Resift;

/// <summary>The sets of word sequences by which texts are compared (Broder 1997).</summary>
internal static class WordShingles
{
    private const int Width = 3;

    /// <summary>Gets all runs of three words; the text itself if it has no word.</summary>
    public static HashSet<string> Create(string text)
    {
        var words = Words(text);
        var shingles = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i + Width <= words.Count; i++)
        {
            shingles.Add(string.Join(' ', words.Slice(i, Width)));
        }

        if (words.Count < Width)
        {
            shingles.Add(words.Count == 0 ? text : string.Join(' ', words));
        }

        return shingles;
    }

    /// <summary>Gets the share of what two sets have in common in all that they have; none of them is empty.</summary>
    public static double Jaccard(HashSet<string> set, HashSet<string> other)
    {
        int common = set.Count <= other.Count ? set.Count(other.Contains) : other.Count(set.Contains);
        return (double)common / (set.Count + other.Count - common);
    }

    private static List<string> Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        bool endsAlone = false;
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            bool isMark = category is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
            bool isAlone = category is UnicodeCategory.OtherLetter;
            bool isSeparator = !Rune.IsLetterOrDigit(rune) && !isMark;
            if (isAlone || isSeparator || (endsAlone && !isMark))
            {
                EndWord();
            }

            // A mark belongs to the letter before it.
            if (!isSeparator && (!isMark || word.Length > 0))
            {
                endsAlone = isAlone || (isMark && endsAlone);
                word.Append(Rune.ToLowerInvariant(rune).ToString());
            }
        }

        EndWord();
        return words;

        void EndWord()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
    }
}
