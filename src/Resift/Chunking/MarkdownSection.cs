namespace Resift.Chunking;

/// <summary>A heading with what stands under it; or, with no heading, the whole document.</summary>
internal sealed class MarkdownSection
{
    private readonly int _level;

    private MarkdownSection(int level, string? path, int start)
    {
        (_level, Path, Start) = (level, path, start);
    }

    /// <summary>Gets the headings down to its own; null for the document.</summary>
    public string? Path { get; }

    /// <summary>Gets where its heading begins.</summary>
    public int Start { get; }

    /// <summary>Gets where its last subsection ends.</summary>
    public int End { get; private set; }

    /// <summary>Gets its own text without that of its subsections: first its heading, then block by block.</summary>
    public List<(int Start, int End, bool StaysWhole)> Blocks { get; } = [];

    public List<MarkdownSection> Subsections { get; } = [];

    /// <summary>Gets a value indicating whether nothing stands between its heading and its first subsection.</summary>
    public bool IsOnlyHeading => Blocks.Count <= (_level == 0 ? 0 : 1);

    /// <summary>Reads a document.</summary>
    public static MarkdownSection Read(string markdown)
    {
        var blocks = MarkdownBlock.Read(markdown);
        var open = new Stack<MarkdownSection>([new MarkdownSection(0, null, 0)]);
        for (int i = 0, start = 0; i < blocks.Count; i++)
        {
            // What lies between blocks, such as the target of a link, belongs to the block before it.
            int end = i + 1 < blocks.Count ? Math.Max(start, blocks[i + 1].Start) : markdown.Length;
            if (blocks[i].Level > 0)
            {
                Open(open, blocks[i], start);
            }

            open.Peek().Blocks.Add((start, end, blocks[i].StaysWhole));
            foreach (var section in open)
            {
                section.End = end;
            }

            start = end;
        }

        var document = open.Last();
        if (blocks.Count == 0)
        {
            document.Blocks.Add((0, markdown.Length, false));
            document.End = markdown.Length;
        }

        return document;
    }

    private static void Open(Stack<MarkdownSection> open, MarkdownBlock heading, int start)
    {
        while (open.Peek()._level >= heading.Level)
        {
            open.Pop();
        }

        var parent = open.Peek();
        var section = new MarkdownSection(heading.Level, parent.Path is null ? heading.Heading : $"{parent.Path} > {heading.Heading}", start);
        parent.Subsections.Add(section);
        open.Push(section);
    }
}
