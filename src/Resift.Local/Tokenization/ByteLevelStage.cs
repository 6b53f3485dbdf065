using System.Buffers;
using System.Text;

namespace Resift.Local.Tokenization;

/// <summary>Writes the bytes of a piece's UTF-8 as the characters by which GPT-2's vocabulary shows them.</summary>
internal sealed class ByteLevelStage(PieceStage next) : PieceStage
{
    private const int BytesPerCharacter = 3;

    private static readonly char[] _shown = ShowBytes();

    public override void Take(ReadOnlySpan<char> piece, bool isFirst, ref TokenWriter tokens)
    {
        int room = piece.Length * BytesPerCharacter;
        byte[] bytes = ArrayPool<byte>.Shared.Rent(room);
        char[] shown = ArrayPool<char>.Shared.Rent(room);
        try
        {
            int count = Encoding.UTF8.GetBytes(piece, bytes);
            for (int i = 0; i < count; i++)
            {
                shown[i] = _shown[bytes[i]];
            }

            next.Take(shown.AsSpan(0, count), isFirst, ref tokens);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<char>.Shared.Return(shown);
        }
    }

    /// <summary>Bytes that Latin-1 can print show themselves; the others, in their order, the characters from U+0100 on.</summary>
    private static char[] ShowBytes()
    {
        int others = 0;
        return [.. Enumerable.Range(0, 256).Select(value =>
            value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE ? (char)value : (char)(0x100 + others++))];
    }
}

/// <summary>Puts a blank before pieces that do not begin with one.</summary>
internal sealed class PrefixSpaceStage(PieceStage next) : PieceStage
{
    public override void Take(ReadOnlySpan<char> piece, bool isFirst, ref TokenWriter tokens)
    {
        if (piece[0] == ' ')
        {
            next.Take(piece, isFirst, ref tokens);
            return;
        }

        using var longer = new TextBuffer();
        longer.Append(' ');
        longer.Append(piece);
        next.Take(longer.Text, isFirst, ref tokens);
    }
}
