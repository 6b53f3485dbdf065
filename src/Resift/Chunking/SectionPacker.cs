namespace Resift.Chunking;

/// <summary>Packs the sections of a Markdown document into chunks.</summary>
internal sealed class SectionPacker(string markdown, ChunkLimits limits)
{
    private readonly List<TextChunk> _chunks = [];

    public IReadOnlyList<TextChunk> Pack(MarkdownSection document)
    {
        Add(document, 0);
        return _chunks;
    }

    /// <summary>Adds a section.</summary>
    /// <param name="section">The section.</param>
    /// <param name="start">Where it begins, or the headings above it that have no text of their own.</param>
    private void Add(MarkdownSection section, int start)
    {
        bool hasOneSubsection = section.Subsections.Count == 1;
        if (!(section.IsOnlyHeading && hasOneSubsection) && limits.Count(markdown.AsSpan(start..section.End)) <= limits.MaxTokens)
        {
            AddWhole(start, section.End, section.Path ?? (hasOneSubsection ? section.Subsections[0].Path : null));
            return;
        }

        int next = start;
        if (!section.IsOnlyHeading || section.Subsections is [])
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
