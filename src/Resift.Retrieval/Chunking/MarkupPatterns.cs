using System.Text.RegularExpressions;

namespace Resift.Retrieval;

/// <summary>Finds markup by patterns; what their group <c>keep</c> has is text.</summary>
internal static class MarkupPatterns
{
    private const string Kept = "keep";

    // Patterns look ahead and back within a line. Longer ones, which nobody writes by hand, are not worth the square of their length.
    private const int LongestLine = 2000;

    /// <summary>Adds what the patterns find in the lines of a part of a text, each on its own.</summary>
    /// <param name="markup">What is added to.</param>
    /// <param name="text">The text.</param>
    /// <param name="start">Where the part begins.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="patterns">The patterns.</param>
    public static void AddLines(List<(int Start, int End)> markup, string text, int start, int end, params ReadOnlySpan<Regex> patterns)
    {
        foreach (var (from, to) in TextLines.Read(text, start, end))
        {
            if (to - from <= LongestLine)
            {
                AddPart(markup, text, from, to, patterns);
            }
        }
    }

    /// <summary>Adds what the patterns find in a part of a text as a whole.</summary>
    public static void AddPart(List<(int Start, int End)> markup, string text, int start, int end, params ReadOnlySpan<Regex> patterns)
    {
        foreach (var pattern in patterns)
        {
            string part = text[start..end];
            for (var match = pattern.Match(part); match.Success; match = match.NextMatch())
            {
                var keep = match.Groups[Kept];
                var (from, to) = (start + match.Index, start + match.Index + match.Length);
                markup.Add((from, keep.Success ? start + keep.Index : to));
                markup.Add((keep.Success ? start + keep.Index + keep.Length : to, to));
            }
        }
    }

    /// <summary>Gets a text without what the patterns find.</summary>
    public static string Without(string text, params ReadOnlySpan<Regex> patterns)
    {
        foreach (var pattern in patterns)
        {
            text = pattern.Replace(text, match => match.Groups[Kept].Value);
        }

        return text.Trim();
    }
}
