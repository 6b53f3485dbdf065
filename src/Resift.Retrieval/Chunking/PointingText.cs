using System.Text.RegularExpressions;

namespace Resift.Retrieval;

/// <summary>
/// Distinguishes texts that only say where to read on, such as "See also: [Timeouts](timeouts.md)", from those that say something.
/// </summary>
internal static partial class PointingText
{
    private static readonly HashSet<string> _words = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "about", "above", "additional", "also", "an", "and", "at", "below", "chapter", "details", "docs", "documentation",
        "example", "examples", "following", "for", "from", "further", "guide", "here", "in", "information", "it", "learn", "link",
        "links", "more", "next", "of", "on", "or", "page", "pages", "please", "read", "reading", "refer", "reference",
        "references", "related", "resources", "section", "sections", "see", "steps", "that", "the", "these", "this", "to",
        "topics", "under", "visit", "with",
    };

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _wordsBySpan =
        _words.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Determines whether a text has no words but links, in whatever format, and those that lead to them.</summary>
    public static bool Is(string text)
    {
        var rest = Link().Replace(text, " ").AsSpan();
        foreach (var range in Word().EnumerateMatches(rest))
        {
            if (!_wordsBySpan.Contains(rest.Slice(range.Index, range.Length)))
            {
                return false;
            }
        }

        return true;
    }

    [GeneratedRegex("""
        !?\[[^\]\n]*\](?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\[[^\]\n]*\])
        |<?\b[a-z][a-z+.-]{1,20}://[^\s<>\[\]]+>?(?:\[[^\]\n]*\])?
        |<xref:[^<>\s]+>
        |:[\w:.+-]{1,40}:`[^`]+`|`[^`]+`__?
        |\b(?:link|xref):[^\s\[]+\[[^\]\n]*\]|<<[^<>\n]+>>
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Link();

    [GeneratedRegex(@"[\p{L}\p{N}\p{S}]+")]
    private static partial Regex Word();
}
