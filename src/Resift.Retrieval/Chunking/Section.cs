namespace Resift.Retrieval;

/// <summary>A heading with what stands under it; or, with no heading, the whole document.</summary>
internal sealed class Section
{
    private const string Separator = " > ";

    // What is longer is hardly a heading, and would be repeated with each of its chunks.
    private const int LongestHeading = 300;

    private readonly int _level;
    private readonly string _heading;

    private Section(int level, string heading, string? path, int start)
    {
        (_level, _heading, Path, Start) = (level, heading, path, start);
    }

    /// <summary>Gets the headings down to its own; null for the document.</summary>
    public string? Path { get; }

    /// <summary>Gets where its heading begins.</summary>
    public int Start { get; }

    /// <summary>Gets where its last subsection ends.</summary>
    public int End { get; private set; }

    /// <summary>Gets its own text without that of its subsections: first its heading, then block by block.</summary>
    public List<(int Start, int End, bool StaysWhole)> Blocks { get; } = [];

    public List<Section> Subsections { get; } = [];

    /// <summary>Gets a value indicating whether nothing stands between its heading and its first subsection.</summary>
    public bool IsOnlyHeading => Blocks.Count <= (_level == 0 ? 0 : 1);

    /// <summary>Creates the sections of a document.</summary>
    /// <param name="blocks">Its blocks.</param>
    /// <param name="length">How long it is.</param>
    public static Section Read(IReadOnlyList<OutlineBlock> blocks, int length)
    {
        var open = new Stack<Section>([new Section(0, "", null, 0)]);
        for (int i = 0, start = 0; i < blocks.Count; i++)
        {
            // What lies between blocks, such as the target of a link, belongs to the block before it.
            int end = i + 1 < blocks.Count ? Math.Clamp(blocks[i + 1].Start, start, length) : length;
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
            document.Blocks.Add((0, length, false));
            document.End = length;
        }

        return document;
    }

    private static void Open(Stack<Section> open, OutlineBlock block, int start)
    {
        while (open.Peek()._level >= block.Level)
        {
            open.Pop();
        }

        var parent = open.Peek();
        string heading = Shortened(block.Heading);
        bool saysNothingNew = heading.Length == 0 || heading == parent._heading;
        string? path = saysNothingNew ? parent.Path : parent.Path is null ? heading : parent.Path + Separator + heading;
        var section = new Section(block.Level, saysNothingNew ? parent._heading : heading, path, start);
        parent.Subsections.Add(section);
        open.Push(section);
    }

    private static string Shortened(string heading)
    {
        if (heading.Length <= LongestHeading)
        {
            return heading;
        }

        int end = char.IsHighSurrogate(heading[LongestHeading - 1]) ? LongestHeading - 1 : LongestHeading;
        return heading[..end] + "…";
    }
}
