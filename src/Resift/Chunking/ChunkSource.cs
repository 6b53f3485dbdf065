using System.Buffers;
using System.Text;

namespace Resift;

/// <summary>A text that is cut, with the count of tokens of any part of it.</summary>
/// <param name="text">The text.</param>
/// <param name="limits">How long its chunks may be.</param>
/// <param name="markup">Where its markup stands, in order; null for plain text.</param>
/// <param name="reserved">How many tokens of a chunk under a heading something else takes; null for none.</param>
internal sealed class ChunkSource(
    string text, ChunkLimits limits, IReadOnlyList<(int Start, int End)>? markup = null, Func<string?, int>? reserved = null)
{
    // How many times the limit a chunk may have with its markup, so that nothing to search does not mean no end.
    private const int MaxShare = 2;

    private static readonly SearchValues<char> _signs = SearchValues.Create(" \t\r\n>-*+|");

    private readonly IReadOnlyList<(int Start, int End)> _markup = markup ?? [];

    public string Text => text;

    public int MaxTokens => limits.MaxTokens;

    public int OverlapTokens => limits.OverlapTokens;

    /// <summary>Gets the same text with the limits of chunks that stand under a heading.</summary>
    public ChunkSource Under(string? heading) =>
        reserved is null ? this : new(text, limits.Less(reserved(heading)), markup);

    /// <summary>Counts what a part takes of the limit: its searched text, but at least half of what it is with its markup.</summary>
    public int Count(int start, int end)
    {
        int shown = limits.Count(text.AsSpan(start..end));
        return SearchedText(start, end) is { } searched
            ? Math.Max(limits.Count(searched), (shown + MaxShare - 1) / MaxShare)
            : shown;
    }

    /// <summary>Counts the tokens of a text of its own.</summary>
    public int CountAlone(string part) => limits.Count(part);

    /// <summary>Gets a part without its markup; null if that is the part itself.</summary>
    /// <remarks>White space is made tidy whether there is markup near it or not, so that more text never counts for less.</remarks>
    public string? SearchedText(int start, int end)
    {
        if (_markup.Count == 0)
        {
            return null;
        }

        int next = FirstMarkupAfter(start);
        var kept = new StringBuilder();
        int position = start;
        for (; next < _markup.Count && _markup[next].Start < end; next++)
        {
            kept.Append(text, position, Math.Max(0, _markup[next].Start - position));
            position = Math.Min(end, _markup[next].End);
        }

        string tidy = Tidy(kept.Append(text, position, end - position).ToString());
        return text.AsSpan(start..end).SequenceEqual(tidy) ? null : tidy;
    }

    /// <summary>Determines whether nothing but markup, and the signs of lists, quotes and tables, is in a part.</summary>
    public bool IsOnlyMarkup(int start, int end) =>
        SearchedText(start, end) is { } searched && !searched.AsSpan().ContainsAnyExcept(_signs);

    public TextChunk ToTextChunk(ChunkRange chunk) =>
        new(text[chunk.Start..chunk.End], chunk.Start) { Heading = chunk.Heading, SearchedText = SearchedText(chunk.Start, chunk.End) };

    private int FirstMarkupAfter(int start)
    {
        int low = 0;
        int high = _markup.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _markup[middle].End <= start ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    // Where markup was, lines end with white space and blank ones follow each other.
    private static string Tidy(string kept)
    {
        var tidy = new StringBuilder(kept.Length);
        bool wasBlank = true;
        foreach (var line in kept.AsSpan().EnumerateLines())
        {
            var trimmed = line.TrimEnd();
            if (!trimmed.IsEmpty || !wasBlank)
            {
                tidy.Append(trimmed).Append('\n');
            }

            wasBlank = trimmed.IsEmpty;
        }

        return tidy.ToString().Trim();
    }
}

/// <summary>Where a chunk stands, without white space around it, and under which headings.</summary>
internal readonly record struct ChunkRange(int Start, int End, string? Heading);
