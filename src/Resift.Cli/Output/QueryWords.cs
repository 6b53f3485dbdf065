using System.Text.RegularExpressions;
using Spectre.Console;

namespace Resift.Cli;

/// <summary>Finds the words of a query in a text, to show the part where most of them are and to make them stand out.</summary>
internal sealed partial class QueryWords
{
    // Shorter words are mostly those that are in every text.
    private const int ShortestWord = 3;

    // What is shown before the first word that was found.
    private const int Lead = 40;

    private static readonly Style _found = new(Color.Yellow, decoration: Decoration.Bold);

    private readonly HashSet<string> _words;

    public QueryWords(string query) => _words =
    [
        .. Words().Matches(query).Where(word => word.Length >= ShortestWord).Select(word => Stem(word.ValueSpan)),
    ];

    /// <summary>Gets the part of a text that has the most different words of the query, in one line.</summary>
    /// <param name="text">The text.</param>
    /// <param name="shown">What stands above it already: headings with which the text begins are left out if they are there.</param>
    /// <param name="length">How long the part may be.</param>
    public string Excerpt(string text, string shown, int length)
    {
        string line = Snippet.Create(WithoutHeadings(text, LettersOf(shown)), int.MaxValue);
        if (line.Length <= length)
        {
            return line;
        }

        int[] starts = [.. Matches(line).Select(match => StartBefore(line, match.Start))];
        int best = 0, most = DistinctIn(line, 0, length);
        foreach (int start in starts)
        {
            int count = DistinctIn(line, start, length);
            if (count > most)
            {
                (best, most) = (start, count);
            }
        }

        return (best == 0 ? "" : "…") + Snippet.Create(line[best..], length);
    }

    /// <summary>Gets the text with the words of the query marked.</summary>
    public Paragraph Marked(string text)
    {
        var paragraph = new Paragraph();
        int end = 0;
        foreach (var (start, length) in Matches(text))
        {
            paragraph.Append(text[end..start]).Append(text.Substring(start, length), _found);
            end = start + length;
        }

        return paragraph.Append(text[end..]);
    }

    // A text of nothing else is shown as it is. In source code a line that begins with # is mostly no heading.
    private static string WithoutHeadings(string text, string shown)
    {
        var rest = text.AsSpan().TrimStart();
        while (rest.StartsWith("#", StringComparison.Ordinal))
        {
            int end = rest.IndexOf('\n');
            if (end < 0)
            {
                return text;
            }

            string heading = LettersOf(rest[..end]);
            if (heading.Length == 0 || !shown.Contains(heading, StringComparison.Ordinal))
            {
                break;
            }

            rest = rest[end..].TrimStart();
        }

        return rest.ToString();
    }

    private static string LettersOf(ReadOnlySpan<char> text)
    {
        var letters = new System.Text.StringBuilder(text.Length);
        foreach (char character in text)
        {
            if (char.IsLetterOrDigit(character))
            {
                letters.Append(character);
            }
        }

        return letters.ToString();
    }

    private List<(int Start, int Length)> Matches(string text)
    {
        var matches = new List<(int, int)>();
        foreach (var word in Words().EnumerateMatches(text))
        {
            if (word.Length >= ShortestWord && _words.Contains(Stem(text.AsSpan(word.Index, word.Length))))
            {
                matches.Add((word.Index, word.Length));
            }
        }

        return matches;
    }

    private int DistinctIn(string text, int start, int length)
    {
        string part = text.Substring(start, Math.Min(length, text.Length - start));
        return Matches(part).Select(match => Stem(part.AsSpan(match.Start, match.Length))).Distinct().Count();
    }

    private static int StartBefore(string line, int match)
    {
        int start = Math.Max(0, match - Lead);
        int space = start == 0 ? -1 : line.IndexOf(' ', start);
        return start == 0 ? 0 : space >= 0 && space < match ? space + 1 : match;
    }

    // A plural and its singular are the same to a reader.
    private static string Stem(ReadOnlySpan<char> word)
    {
        string lower = word.ToString().ToLowerInvariant();
        return lower.Length > ShortestWord && lower[^1] == 's' ? lower[..^1] : lower;
    }

    [GeneratedRegex(@"[\p{L}\p{N}]+")]
    private static partial Regex Words();
}
