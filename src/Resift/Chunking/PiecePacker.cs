using System.Runtime.InteropServices;

namespace Resift;

/// <summary>Packs pieces into chunks.</summary>
/// <remarks>
/// Tokens do not always add up: a tokenizer may join what stands at the end of one piece and the beginning of the next. So the sum is a
/// guess, and what is counted in the end is the text of the chunk itself.
/// </remarks>
internal sealed class PiecePacker(ChunkSource source)
{
    /// <summary>Packs successive pieces.</summary>
    /// <param name="pieces">The pieces.</param>
    /// <param name="heading">What the chunks carry as their heading.</param>
    public IEnumerable<ChunkRange> Pack(List<TextPiece> pieces, string? heading)
    {
        int first = 0;
        int next = 0;
        while (next < pieces.Count)
        {
            int end = BestEnd(pieces, next, LongestEnd(pieces, first, next + 1));
            yield return new(pieces[first].Start, pieces[end - 1].End, heading);
            first = end < pieces.Count ? StartOfOverlap(pieces, first, end) : end;
            next = end;
        }
    }

    /// <summary>Finds the last end of a chunk that begins at a piece, given an end that fits or is the only one.</summary>
    private int LongestEnd(List<TextPiece> pieces, int first, int end)
    {
        int used = Count(pieces, first, end);
        while (true)
        {
            int guess = end;
            for (long sum = used; guess < pieces.Count && (sum += pieces[guess].Tokens) <= source.MaxTokens;)
            {
                guess++;
            }

            if (guess == end)
            {
                return end;
            }

            int tokens = Count(pieces, first, guess);
            if (tokens > source.MaxTokens)
            {
                return Bisect(pieces, first, end, guess);
            }

            (end, used) = (guess, tokens);
        }
    }

    private int Bisect(List<TextPiece> pieces, int first, int fits, int tooLong)
    {
        while (tooLong - fits > 1)
        {
            int middle = fits + ((tooLong - fits) / 2);
            if (Count(pieces, first, middle) <= source.MaxTokens)
            {
                fits = middle;
            }
            else
            {
                tooLong = middle;
            }
        }

        return fits;
    }

    /// <summary>Finds the best border in the second half of what is new in a chunk; of equal ones the last.</summary>
    private static int BestEnd(List<TextPiece> pieces, int next, int longest)
    {
        if (longest == pieces.Count)
        {
            return longest;
        }

        var added = CollectionsMarshal.AsSpan(pieces)[next..longest];
        long all = 0;
        foreach (var piece in added)
        {
            all += piece.Tokens;
        }

        int best = longest;
        long kept = all;
        for (int end = longest - 1; end > next && (kept -= pieces[end].Tokens) * 2 >= all; end--)
        {
            best = pieces[end].Border > pieces[best].Border ? end : best;
        }

        return best;
    }

    /// <summary>Finds the piece that the next chunk begins with, such that it has room for something new.</summary>
    private int StartOfOverlap(List<TextPiece> pieces, int first, int end)
    {
        int start = end;
        long sum = 0;
        while (start - 1 > first && (sum += pieces[start - 1].Tokens) <= source.OverlapTokens)
        {
            start--;
        }

        while (start < end && (Count(pieces, start, end) > source.OverlapTokens || Count(pieces, start, end + 1) > source.MaxTokens))
        {
            start++;
        }

        return start;
    }

    private int Count(List<TextPiece> pieces, int first, int end) => source.Count(pieces[first].Start, pieces[end - 1].End);
}
