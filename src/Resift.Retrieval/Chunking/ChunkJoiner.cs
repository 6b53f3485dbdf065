using System.Text;

namespace Resift.Retrieval;

/// <summary>Joins chunks without substance with their neighbours: markup alone, a heading with nothing under it, "See below."</summary>
internal sealed class ChunkJoiner
{
    private readonly ChunkSource _source;
    private readonly List<(int Start, int End)> _headings = [];

    public ChunkJoiner(ChunkSource source, DocumentOutline outline)
    {
        _source = source;
        for (int i = 0; i < outline.Blocks.Count; i++)
        {
            if (outline.Blocks[i].Level > 0)
            {
                _headings.Add((outline.Blocks[i].Start, i + 1 < outline.Blocks.Count ? outline.Blocks[i + 1].Start : source.Text.Length));
            }
        }
    }

    /// <summary>
    /// Joins them with the next of the same section, else with the previous one, else with the next, if both fit into one.
    /// </summary>
    /// <param name="chunks">The chunks in the order of the text; it is changed.</param>
    /// <returns>What is left; markup that goes with none of them is left out.</returns>
    public List<ChunkRange> Join(List<ChunkRange> chunks)
    {
        List<ChunkRange> joined = [];
        for (int i = 0; i < chunks.Count; i++)
        {
            var chunk = chunks[i];
            bool isMarkup = _source.IsOnlyMarkup(chunk.Start, chunk.End);
            if (isMarkup || !HasSubstance(chunk))
            {
                bool fitsLast = joined.Count > 0 && Fits(joined[^1], chunk);
                if (i + 1 < chunks.Count && (!fitsLast || chunks[i + 1].Heading == chunk.Heading) && Fits(chunk, chunks[i + 1]))
                {
                    chunks[i + 1] = chunks[i + 1] with { Start = chunk.Start };
                    continue;
                }

                if (fitsLast)
                {
                    joined[^1] = joined[^1] with { End = chunk.End };
                    continue;
                }
            }

            if (!isMarkup)
            {
                joined.Add(chunk);
            }
        }

        return joined;
    }

    private bool Fits(ChunkRange first, ChunkRange second) =>
        _source.Count(first.Start, second.End) <= _source.Under(second.Heading).MaxTokens;

    private bool HasSubstance(ChunkRange chunk)
    {
        // Links are seen by their markup, comments are not seen.
        var (shown, searched) = WithoutHeadings(chunk.Start, chunk.End);
        return !(PointingText.Is(shown) || PointingText.Is(searched)) ||
            _source.CountAlone(searched) > _source.MaxTokens / SectionPacker.ShortShare;
    }

    private (string Shown, string Searched) WithoutHeadings(int start, int end)
    {
        int next = _headings.BinarySearch((start, start));
        next = next < 0 ? ~next : next;
        var shown = new StringBuilder();
        var searched = new StringBuilder();
        for (; next < _headings.Count && _headings[next].Start < end; next++)
        {
            Append(start, _headings[next].Start);
            start = Math.Min(end, _headings[next].End);
        }

        Append(start, end);
        return (shown.ToString(), searched.ToString());

        void Append(int from, int to)
        {
            if (from >= to)
            {
                return;
            }

            shown.Append(_source.Text, from, to - from).Append('\n');
            searched.Append(_source.SearchedText(from, to) ?? _source.Text[from..to]).Append('\n');
        }
    }
}
