using System.Text.RegularExpressions;

namespace Resift.Retrieval;

/// <summary>Reads the title and the description of YAML front matter, which are all of it that is text.</summary>
internal static partial class FrontMatter
{
    /// <summary>Reads front matter.</summary>
    /// <param name="text">The text that it stands in.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="end">Where it ends, its last line included.</param>
    /// <returns>The title, if it has one, and where in the text the values of title and description are.</returns>
    public static (string? Title, List<(int Start, int End)> TitleAt, List<(int Start, int End)> DescriptionAt) Read(
        string text, int start, int end)
    {
        List<(int Start, int End)> title = [];
        List<(int Start, int End)> description = [];
        List<(int Start, int End)>? value = null;
        foreach (var (from, to) in TextLines.Read(text, start, end))
        {
            var line = text.AsSpan(from..to);
            if (line is [' ' or '\t', ..])
            {
                Add(value, text, from, to);
                continue;
            }

            var key = Key().Match(text, from, to - from);
            value = !key.Success ? null : key.ValueSpan.StartsWith("title") ? title : description;

            // Of a key that comes twice, the last one counts.
            value?.Clear();
            if (key.Success && !BlockIndicator().IsMatch(text.AsSpan((from + key.Length)..to)))
            {
                Add(value, text, from + key.Length, to);
            }
        }

        return (Unquoted(text, title), title, description);
    }

    private static void Add(List<(int Start, int End)>? value, string text, int from, int to)
    {
        var line = text.AsSpan(from..to);
        from += line.Length - line.TrimStart().Length;
        to = from + text.AsSpan(from..to).TrimEnd().Length;
        if (from < to)
        {
            value?.Add((from, to));
        }
    }

    private static string? Unquoted(string text, List<(int Start, int End)> parts)
    {
        string value = string.Join(' ', parts.Select(part => text[part.Start..part.End]));
        var quoted = Quoted().Match(value);
        value = !quoted.Success ? Comment().Replace(value, "").Trim()
            : value[0] == '"' ? Escape().Replace(quoted.Groups["text"].Value, "$1")
            : quoted.Groups["text"].Value.Replace("''", "'", StringComparison.Ordinal);
        return value is "" or "null" or "~" ? null : value;
    }

    [GeneratedRegex(@"\G(?:title|description)[ \t]*:(?=[ \t\r\n]|$)")]
    private static partial Regex Key();

    // "|" keeps the line breaks of the indented lines that follow, ">" folds them.
    [GeneratedRegex(@"^[ \t]*[|>][-+0-9]*[ \t]*(?:#.*)?$")]
    private static partial Regex BlockIndicator();

    [GeneratedRegex("""^(?:"(?<text>(?:[^"\\]|\\.)*)"|'(?<text>(?:[^']|'')*)')[ \t]*(?:#.*)?$""")]
    private static partial Regex Quoted();

    [GeneratedRegex("""\\(["\\/])""")]
    private static partial Regex Escape();

    [GeneratedRegex(@"(?:^|[ \t])#.*")]
    private static partial Regex Comment();
}
