namespace Resift.Retrieval;

/// <summary>Packs the sections of a document into chunks.</summary>
internal sealed class SectionPacker(ChunkSource source)
{
    /// <summary>Below this part of the limit a text is too little to be found by.</summary>
    public const int ShortShare = 10;

    private readonly List<ChunkRange> _chunks = [];

    public List<ChunkRange> Pack(Section document)
    {
        Add(document, 0);
        return _chunks;
    }

    /// <summary>Adds a section.</summary>
    /// <param name="section">The section.</param>
    /// <param name="start">Where it begins, or the headings above it that have no or hardly any text of their own.</param>
    private void Add(Section section, int start)
    {
        bool hasOneSubsection = section.Subsections.Count == 1;
        var (from, to) = Trimmed(start, section.End);
        if (from == to)
        {
            return;
        }

        string? path = section.Path ?? (hasOneSubsection ? section.Subsections[0].Path : null);
        if (!(section.IsOnlyHeading && hasOneSubsection) && source.Count(from, to) <= source.Under(path).MaxTokens)
        {
            _chunks.Add(new(from, to, path));
            return;
        }

        int next = start;
        if (!GoesWithFirstSubsection(section, start))
        {
            var own = source.Under(section.Path);
            var pieces = new PieceCutter(own);
            pieces.AddProse(start, section.Start);
            foreach (var (blockStart, blockEnd, staysWhole) in section.Blocks)
            {
                if (staysWhole)
                {
                    pieces.AddBlock(blockStart, blockEnd);
                }
                else
                {
                    pieces.AddProse(blockStart, blockEnd);
                }
            }

            _chunks.AddRange(new PiecePacker(own).Pack(pieces.Pieces, section.Path));
            next = -1;
        }

        foreach (var subsection in section.Subsections)
        {
            Add(subsection, next >= 0 ? next : subsection.Start);
            next = -1;
        }
    }

    private bool GoesWithFirstSubsection(Section section, int start) => section.Subsections is [var first, ..] &&
        (section.IsOnlyHeading || source.Count(start, first.Start) <= source.MaxTokens / ShortShare);

    private (int Start, int End) Trimmed(int start, int end)
    {
        var part = source.Text.AsSpan(start..end);
        int blank = part.Length - part.TrimStart().Length;
        return blank == part.Length ? (start, start) : (start + blank, start + part.TrimEnd().Length);
    }
}
