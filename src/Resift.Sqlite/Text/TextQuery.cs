using System.Globalization;
using System.Text;

namespace Resift.Sqlite.Text;

/// <summary>
/// Turns what a user asks into a query of FTS5: its words as quoted strings joined by OR. Inside quotes nothing has a meaning but the
/// quote, and only letters, digits and marks get there, so that no text can be a syntax error, an operator or a column.
/// </summary>
internal static class TextQuery
{
    /// <summary>
    /// How many different words of a query are looked for. A pasted page stays affordable, and its first words tell its subject.
    /// </summary>
    public const int MaxTerms = 64;

    /// <summary>Gives the query, or null if the text has no word in it.</summary>
    public static string? Of(string text)
    {
        var terms = new List<string>();
        var stopWords = new List<string>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (string word in Words(text))
        {
            var list = StopWords.Contains(word) ? stopWords : terms;
            if (list.Count < MaxTerms && seen.Add(word))
            {
                list.Add(word);
            }

            if (terms.Count == MaxTerms)
            {
                break;
            }
        }

        var chosen = terms.Count > 0 ? terms : stopWords;
        return chosen.Count > 0 ? string.Join(" OR ", chosen.Select(term => $"\"{term}\"")) : null;
    }

    /// <summary>
    /// Splits where FTS5's unicode61 does: a word is a run of letters (L*), numbers (N*) and private characters (Co), in which a combining
    /// accent may stand. A border too many would make a word that is nowhere in the index; a border too few only makes a phrase.
    /// </summary>
    private static IEnumerable<string> Words(string text)
    {
        int start = -1;
        int position = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (start < 0 ? IsWordCharacter(rune) : IsWordCharacter(rune) || IsMark(rune))
            {
                start = start < 0 ? position : start;
            }
            else if (start >= 0)
            {
                yield return text[start..position];
                start = -1;
            }

            // Half a surrogate pair comes as the replacement character, which is as long.
            position += rune.Utf16SequenceLength;
        }

        if (start >= 0)
        {
            yield return text[start..];
        }
    }

    private static bool IsWordCharacter(Rune rune) => Rune.IsLetter(rune) || Rune.IsNumber(rune) ||
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.PrivateUse;

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark;
}
