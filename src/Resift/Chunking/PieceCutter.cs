using System.Globalization;
using System.Text;

namespace Resift.Chunking;

/// <summary>Cuts a text into pieces, each as good a unit as the limit allows: sentences, else words, else characters.</summary>
internal sealed class PieceCutter(string text, ChunkLimits limits)
{
    private readonly List<TextPiece> _pieces = [];

    // Parts of a word are made so small that some of them fit into the overlap.
    private readonly int _maxPartTokens = limits.OverlapTokens > 0 ? limits.OverlapTokens : limits.MaxTokens;

    public List<TextPiece> Pieces => _pieces;

    /// <summary>Adds the sentences between two places.</summary>
    public void AddProse(int start, int end)
    {
        foreach (var (from, to, border) in SentenceSplitter.Split(text, start, end))
        {
            AddOrCut(from, to, border, AddWords);
        }
    }

    /// <summary>Adds what should stay whole, such as a block of code; if it is too long it is cut between lines.</summary>
    public void AddBlock(int start, int end)
    {
        start = SentenceSplitter.SkipWhiteSpace(text, start, end);
        while (end > start && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        if (start < end)
        {
            AddOrCut(start, end, Border.Paragraph, AddLines);
        }
    }

    private void AddOrCut(int start, int end, Border border, Action<int, int, Border> cut)
    {
        int tokens = limits.Count(text.AsSpan(start, end - start));
        if (tokens <= limits.MaxTokens)
        {
            Add(start, end, tokens, border);
        }
        else
        {
            cut(start, end, border);
        }
    }

    private void AddLines(int start, int end, Border border)
    {
        for (int position = start; position < end;)
        {
            int length = text.AsSpan(position, end - position).IndexOfAny('\n', '\r');
            int lineEnd = length < 0 ? end : position + length;
            if (!text.AsSpan(position, lineEnd - position).IsWhiteSpace())
            {
                AddOrCut(position, lineEnd, border, AddWords);
                border = Border.Sentence;
            }

            position = lineEnd + 1;
        }
    }

    private void AddWords(int start, int end, Border border)
    {
        int position = SentenceSplitter.SkipWhiteSpace(text, start, end);
        while (position < end)
        {
            int wordEnd = position;
            while (wordEnd < end && !char.IsWhiteSpace(text[wordEnd]))
            {
                wordEnd++;
            }

            AddOrCut(position, wordEnd, border, AddCharacters);
            border = Border.Word;
            position = SentenceSplitter.SkipWhiteSpace(text, wordEnd, end);
        }
    }

    private void AddCharacters(int start, int end, Border border)
    {
        List<int> starts = [];
        for (int position = start; position < end; position += StringInfo.GetNextTextElementLength(text.AsSpan(position, end - position)))
        {
            starts.Add(position);
        }

        starts.Add(end);
        AddHalves(starts, 0, starts.Count - 1, border);
    }

    private void AddHalves(List<int> starts, int first, int last, Border border)
    {
        var (start, end) = (starts[first], starts[last]);
        bool isOneCharacter = last - first == 1;
        int tokens = limits.Count(text.AsSpan(start, end - start));
        if (tokens <= (isOneCharacter ? limits.MaxTokens : _maxPartTokens))
        {
            Add(start, end, tokens, border);
        }
        else if (isOneCharacter)
        {
            AddCodePoints(start, end, border);
        }
        else
        {
            int middle = (first + last) / 2;
            AddHalves(starts, first, middle, border);
            AddHalves(starts, middle, last, Border.Character);
        }
    }

    private void AddCodePoints(int start, int end, Border border)
    {
        for (int length, position = start; position < end; position += length)
        {
            Rune.DecodeFromUtf16(text.AsSpan(position, end - position), out _, out length);
            Add(position, position + length, limits.Count(text.AsSpan(position, length)), border);
            border = Border.Character;
        }
    }

    // A part that counts for nothing still takes room in the estimates of the packer, which would otherwise try the whole text at once.
    private void Add(int start, int end, int tokens, Border border) => _pieces.Add(new(start, end, Math.Max(tokens, 1), border));
}
