using System.Collections.Frozen;

namespace Resift.Sqlite.Text;

/// <summary>
/// English words that tell nothing about what a text is about: the list that Lucene's EnglishAnalyzer uses. They are indexed all the same,
/// so that a query of nothing else still finds something.
/// </summary>
internal static class StopWords
{
    private static readonly FrozenSet<string> _words = FrozenSet.ToFrozenSet(
        [
            "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it", "no", "not", "of", "on", "or",
            "such", "that", "the", "their", "then", "there", "these", "they", "this", "to", "was", "will", "with",
        ],
        StringComparer.OrdinalIgnoreCase);

    public static bool Contains(string word) => _words.Contains(word);
}
