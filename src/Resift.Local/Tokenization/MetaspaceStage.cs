using System.Buffers;

namespace Resift.Local.Tokenization;

/// <summary>Replaces blanks by a visible mark as SentencePiece does, puts one before words that have none, and cuts before each.</summary>
internal sealed class MetaspaceStage : PieceStage
{
    private readonly char _mark;
    private readonly PrependScheme _scheme;
    private readonly PieceStage _next;

    /// <param name="mark">What stands for a blank.</param>
    /// <param name="scheme">Before which pieces a mark is put.</param>
    /// <param name="splits">Whether to cut before each mark.</param>
    /// <param name="next">The next step.</param>
    public MetaspaceStage(char mark, PrependScheme scheme, bool splits, PieceStage next)
    {
        _mark = mark;
        _scheme = scheme;
        _next = splits
            ? new SplitStage(new LiteralPattern(mark.ToString()), SplitBehavior.MergedWithNext, isInverted: false, next)
            : next;
    }

    public override void Take(ReadOnlySpan<char> piece, bool isFirst, ref TokenWriter tokens)
    {
        char[] room = ArrayPool<char>.Shared.Rent(piece.Length + 1);
        try
        {
            room[0] = _mark;
            Span<char> marked = room.AsSpan(1, piece.Length);
            piece.Replace(marked, ' ', _mark);
            bool prepends = marked[0] != _mark && (_scheme == PrependScheme.Always || (_scheme == PrependScheme.First && isFirst));
            _next.Take(room.AsSpan(prepends ? 0 : 1, piece.Length + (prepends ? 1 : 0)), isFirst, ref tokens);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(room);
        }
    }
}

/// <summary>Which pieces get a mark at their beginning.</summary>
internal enum PrependScheme
{
    /// <summary>All of them.</summary>
    Always,

    /// <summary>The one that the text begins with.</summary>
    First,

    /// <summary>None.</summary>
    Never,
}
