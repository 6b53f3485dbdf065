namespace Resift.Retrieval;

/// <summary>Finds the code in Markdown as CommonMark has it: fenced blocks, and spans between equally long runs of backticks.</summary>
internal static class MarkdownCode
{
    private const int MinFence = 3;
    private const int MaxIndent = 3;

    /// <summary>Creates the same text with spaces in the place of code, so that positions stay as they are.</summary>
    public static string Blank(string markdown) => string.Create(markdown.Length, markdown, static (text, source) =>
    {
        source.CopyTo(text);
        int paragraph = 0;
        int start = 0;
        (char Mark, int Length) fence = default;
        while (start < text.Length)
        {
            int length = text[start..].IndexOf('\n') is >= 0 and var lineEnd ? lineEnd + 1 : text.Length - start;
            var line = text.Slice(start, length);
            var mark = Fence(line);
            if (fence.Length > 0)
            {
                bool closes = mark.Mark == fence.Mark && mark.Length >= fence.Length && mark.IsBare;
                fence = closes ? default : fence;
                line.Fill(' ');
                paragraph = start + length;
            }
            else if (mark.Length >= MinFence)
            {
                BlankSpans(text[paragraph..start]);
                fence = (mark.Mark, mark.Length);
                line.Fill(' ');
            }
            else if (line.IsWhiteSpace())
            {
                // A span of code ends within its paragraph.
                BlankSpans(text[paragraph..start]);
                paragraph = start + length;
            }

            start += length;
        }

        BlankSpans(text[paragraph..]);
    });

    // The run of backticks or tildes that a line begins with; bare if nothing follows it.
    private static (char Mark, int Length, bool IsBare) Fence(ReadOnlySpan<char> line)
    {
        var run = line.TrimStart(' ');
        if (line.Length - run.Length > MaxIndent || run is not ['`' or '~', ..])
        {
            return default;
        }

        char mark = run[0];
        int length = RunLength(run, mark);
        bool isSpan = mark == '`' && run[length..].Contains('`');
        return isSpan ? default : (mark, length, run[length..].IsWhiteSpace());
    }

    private static void BlankSpans(Span<char> paragraph)
    {
        // How long runs without a partner are is remembered, so that a text full of them does not take a search each.
        HashSet<int> alone = [];
        int position = 0;
        while (paragraph[position..].IndexOf('`') is >= 0 and var next)
        {
            int start = position + next;
            int length = RunLength(paragraph[start..], '`');
            int end = alone.Contains(length) ? -1 : ClosingRun(paragraph, start + length, length);
            if (end < 0)
            {
                alone.Add(length);
                position = start + length;
            }
            else
            {
                paragraph[start..end].Fill(' ');
                position = end;
            }
        }
    }

    // The end of the next run of exactly this length, or -1.
    private static int ClosingRun(ReadOnlySpan<char> text, int position, int length)
    {
        while (text[position..].IndexOf('`') is >= 0 and var next)
        {
            int run = RunLength(text[(position + next)..], '`');
            position += next + run;
            if (run == length)
            {
                return position;
            }
        }

        return -1;
    }

    private static int RunLength(ReadOnlySpan<char> text, char mark) =>
        text.IndexOfAnyExcept(mark) is >= 0 and var length ? length : text.Length;
}
