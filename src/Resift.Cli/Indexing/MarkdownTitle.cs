namespace Resift.Cli;

/// <summary>Finds the title of a Markdown text.</summary>
internal static class MarkdownTitle
{
    private const string TitleOfFrontMatter = "title:";

    /// <summary>Gives the title in the front matter, or else the first heading of the first level; null if there is neither.</summary>
    public static string? Of(string markdown)
    {
        bool inFrontMatter = false;
        string? fence = null;
        int number = 0;
        foreach (var line in markdown.AsSpan().EnumerateLines())
        {
            number++;
            var text = line.Trim();
            if (number == 1 && text is "---")
            {
                inFrontMatter = true;
            }
            else if (inFrontMatter)
            {
                inFrontMatter = text is not ("---" or "...");
                if (text.StartsWith(TitleOfFrontMatter, StringComparison.Ordinal))
                {
                    return NullIfEmpty(text[TitleOfFrontMatter.Length..].Trim().Trim("\"'"));
                }
            }
            else if (fence is not null)
            {
                fence = text.StartsWith(fence, StringComparison.Ordinal) ? null : fence;
            }
            else if (text.StartsWith("```", StringComparison.Ordinal) || text.StartsWith("~~~", StringComparison.Ordinal))
            {
                fence = text[..3].ToString();
            }
            else if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                return NullIfEmpty(text[1..].Trim().TrimEnd('#').TrimEnd());
            }
        }

        return null;
    }

    private static string? NullIfEmpty(ReadOnlySpan<char> text) => text.IsEmpty ? null : text.ToString();
}
