using System.Globalization;
using System.Text;

namespace Resift;

/// <summary>Cuts a text into pieces, each as good a unit as the limit allows: sentences, else words, else characters.</summary>
internal sealed class PieceCutter(ChunkSource source)
{
    private readonly string _text = source.Text;
    private readonly List<TextPiece> _pieces = [];

    // Parts of a word are made so small that some of them fit into the overlap.
    private readonly int _maxPartTokens = source.OverlapTokens > 0 ? source.OverlapTokens : source.MaxTokens;

    public List<TextPiece> Pieces => _pieces;

    /// <summary>Adds the sentences between two places.</summary>
    public void AddProse(int start, int end)
    {
        foreach (var (from, to, border) in SentenceSplitter.Split(_text, start, end))
        {
            AddOrCut(from, to, border, AddWords);
        }
    }

    /// <summary>Adds what should stay whole, such as a block of code; if it is too long it is cut between lines.</summary>
    public void AddBlock(int start, int end)
    {
        start = SentenceSplitter.SkipWhiteSpace(_text, start, end);
        while (end > start && char.IsWhiteSpace(_text[end - 1]))
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
        int tokens = source.Count(start, end);
        if (tokens <= source.MaxTokens)
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
            int length = _text.AsSpan(position, end - position).IndexOfAny('\n', '\r');
            int lineEnd = length < 0 ? end : position + length;
            if (!_text.AsSpan(position, lineEnd - position).IsWhiteSpace())
            {
                AddOrCut(position, lineEnd, border, AddWords);
                border = Border.Sentence;
            }

            position = lineEnd + 1;
        }
    }

    private void AddWords(int start, int end, Border border)
    {
        int position = SentenceSplitter.SkipWhiteSpace(_text, start, end);
        while (position < end)
        {
            int wordEnd = position;
            while (wordEnd < end && !char.IsWhiteSpace(_text[wordEnd]))
            {
                wordEnd++;
            }

            AddOrCut(position, wordEnd, border, AddCharacters);
            border = Border.Word;
            position = SentenceSplitter.SkipWhiteSpace(_text, wordEnd, end);
        }
    }

    private void AddCharacters(int start, int end, Border border)
    {
        List<int> starts = [];
        for (int position = start; position < end; position += StringInfo.GetNextTextElementLength(_text.AsSpan(position, end - position)))
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
        int tokens = source.Count(start, end);
        if (tokens <= (isOneCharacter ? source.MaxTokens : _maxPartTokens))
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
            Rune.DecodeFromUtf16(_text.AsSpan(position, end - position), out _, out length);
            Add(position, position + length, source.Count(position, position + length), border);
            border = Border.Character;
        }
    }

    // A part that counts for nothing still takes room in the estimates of the packer, which would otherwise try the whole text at once.
    private void Add(int start, int end, int tokens, Border border) => _pieces.Add(new(start, end, Math.Max(tokens, 1), border));
}
