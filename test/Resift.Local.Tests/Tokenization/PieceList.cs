using Resift.Local.Tokenization;

namespace Resift.Local.Tests.Tokenization;

/// <summary>Remembers the pieces that reach the end of some steps; the first of the text is marked by a caret.</summary>
internal sealed class PieceList : PieceStage
{
    private readonly List<string> _pieces = [];

    /// <summary>Gives a piece to steps and joins what comes of it by bars.</summary>
    public static string Cut(Func<PieceStage, PieceStage> create, string piece, bool isFirst = false)
    {
        var list = new PieceList();
        var tokens = new TokenWriter([]);
        create(list).Take(piece, isFirst, ref tokens);
        return string.Join('|', list._pieces);
    }

    public override void Take(ReadOnlySpan<char> piece, bool isFirst, ref TokenWriter tokens) =>
        _pieces.Add($"{(isFirst ? "^" : "")}{piece}");
}
