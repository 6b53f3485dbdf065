namespace Resift.Local.Tokenization;

/// <summary>Cuts pieces where a pattern matches.</summary>
/// <param name="pattern">The pattern.</param>
/// <param name="behavior">What becomes of matches.</param>
/// <param name="isInverted">Whether what lies between matches counts as matching instead.</param>
/// <param name="next">The next step.</param>
internal sealed class SplitStage(PiecePattern pattern, SplitBehavior behavior, bool isInverted, PieceStage next) : PieceStage
{
    public override void Take(ReadOnlySpan<char> piece, bool isFirst, ref TokenWriter tokens)
    {
        var cut = new Cut();
        int position = 0;
        while (pattern.TryFind(piece, position, out int start, out int end))
        {
            if (start > position)
            {
                Add(piece, position, start, isInverted, ref cut, isFirst, ref tokens);
            }

            Add(piece, start, end, !isInverted, ref cut, isFirst, ref tokens);
            position = end;
        }

        if (position < piece.Length)
        {
            Add(piece, position, piece.Length, isInverted, ref cut, isFirst, ref tokens);
        }

        Flush(piece, cut, isFirst, ref tokens);
    }

    private void Add(ReadOnlySpan<char> piece, int start, int end, bool isMatch, ref Cut cut, bool isFirst, ref TokenWriter tokens)
    {
        bool joins = cut.End > cut.Start && behavior switch
        {
            SplitBehavior.Contiguous => isMatch == cut.IsMatch,
            SplitBehavior.MergedWithPrevious => isMatch && !cut.IsMatch,
            SplitBehavior.MergedWithNext => !isMatch && cut.IsMatch,
            _ => false,
        };
        if (joins)
        {
            cut = new Cut(cut.Start, end, isMatch);
            return;
        }

        Flush(piece, cut, isFirst, ref tokens);
        cut = behavior == SplitBehavior.Removed && isMatch ? default : new Cut(start, end, isMatch);
    }

    private void Flush(ReadOnlySpan<char> piece, Cut cut, bool isFirst, ref TokenWriter tokens)
    {
        if (cut.End > cut.Start)
        {
            next.Take(piece[cut.Start..cut.End], isFirst && cut.Start == 0, ref tokens);
        }
    }

    /// <summary>What is not passed on yet, because what follows may belong to it.</summary>
    private readonly record struct Cut(int Start, int End, bool IsMatch);
}

/// <summary>What becomes of the matches of a pattern, as the Hugging Face library names it.</summary>
internal enum SplitBehavior
{
    /// <summary>Each match is a piece.</summary>
    Isolated,

    /// <summary>Matches are dropped.</summary>
    Removed,

    /// <summary>Matches that touch are one piece.</summary>
    Contiguous,

    /// <summary>A match belongs to what is before it.</summary>
    MergedWithPrevious,

    /// <summary>A match belongs to what is behind it.</summary>
    MergedWithNext,
}
