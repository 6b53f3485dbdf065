using System.Collections.Frozen;

namespace Resift.Retrieval;

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
