namespace Resift.Chunking;

/// <summary>Packs the sections of a Markdown document into chunks.</summary>
internal sealed class SectionPacker(string markdown, ChunkLimits limits)
{
    // Below this part of the limit, what stands before the first subsection is too little to be found by: it goes with that subsection.
    private const int ShortIntroduction = 10;

    private readonly List<TextChunk> _chunks = [];

    public IReadOnlyList<TextChunk> Pack(MarkdownSection document)
    {
        Add(document, 0);
        return _chunks;
    }

    /// <summary>Adds a section.</summary>
    /// <param name="section">The section.</param>
    /// <param name="start">Where it begins, or the headings above it that have no or hardly any text of their own.</param>
    private void Add(MarkdownSection section, int start)
    {
        bool hasOneSubsection = section.Subsections.Count == 1;
        if (!(section.IsOnlyHeading && hasOneSubsection) && limits.Count(markdown.AsSpan(start..section.End)) <= limits.MaxTokens)
        {
            AddWhole(start, section.End, section.Path ?? (hasOneSubsection ? section.Subsections[0].Path : null));
            return;
        }

        int next = start;
        if (!GoesWithFirstSubsection(section, start))
        {
            var pieces = new PieceCutter(markdown, limits);
            pieces.AddProse(start, section.Start);
            foreach (var (from, to, staysWhole) in section.Blocks)
            {
                if (staysWhole)
                {
                    pieces.AddBlock(from, to);
                }
                else
                {
                    pieces.AddProse(from, to);
                }
            }

            _chunks.AddRange(new PiecePacker(markdown, limits).Pack(pieces.Pieces, section.Path));
            next = -1;
        }

        foreach (var subsection in section.Subsections)
        {
            Add(subsection, next >= 0 ? next : subsection.Start);
            next = -1;
        }
    }

    private bool GoesWithFirstSubsection(MarkdownSection section, int start) => section.Subsections is [var first, ..] &&
        (section.IsOnlyHeading || limits.Count(markdown.AsSpan(start..first.Start)) <= limits.MaxTokens / ShortIntroduction);

    private void AddWhole(int start, int end, string? heading)
    {
        string text = markdown[start..end];
        int blank = text.Length - text.TrimStart().Length;
        if (blank < text.Length)
        {
            _chunks.Add(new(text.Trim(), start + blank) { Heading = heading });
        }
    }
}
