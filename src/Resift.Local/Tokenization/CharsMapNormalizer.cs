using System.Globalization;
using System.Text;

namespace Resift.Local.Tokenization;

/// <summary>
/// SentencePiece's normalizer as the Hugging Face library does it, which differs from SentencePiece: a grapheme of less than six bytes is
/// looked up as a whole, and by its shortest beginning, so that it may lose marks; everything else code point by code point.
/// </summary>
internal sealed class CharsMapNormalizer(CharsMap map) : Normalizer
{
    // Below it are neither marks nor anything else that joins what is before it, but for the line feed behind a carriage return.
    private const char FirstMark = '\u0300';

    private const int BytesOfLongGrapheme = 6;

    private readonly bool[] _isPlain =
        [.. Enumerable.Range(0, 128).Select(character => character != '\r' && map.Find([(byte)character]) is null)];

    public override void Apply(ReadOnlySpan<char> text, TextBuffer output)
    {
        while (!text.IsEmpty)
        {
            int plain = CountPlain(text);
            output.Append(text[..plain]);
            text = text[plain..];
            if (!text.IsEmpty)
            {
                // The data of graphemes is .NET's own on every platform; versions of it differ in scripts whose graphemes are longer.
                int length = StringInfo.GetNextTextElementLength(text);
                AppendGrapheme(text[..length], output);
                text = text[length..];
            }
        }
    }

    private int CountPlain(ReadOnlySpan<char> text)
    {
        int i = 0;
        while (i < text.Length && text[i] < _isPlain.Length && _isPlain[text[i]] && (i + 1 == text.Length || text[i + 1] < FirstMark))
        {
            i++;
        }

        return i;
    }

    private void AppendGrapheme(ReadOnlySpan<char> grapheme, TextBuffer output)
    {
        Span<byte> utf8 = stackalloc byte[BytesOfLongGrapheme * 3];
        if (grapheme.Length < BytesOfLongGrapheme && Encoding.UTF8.GetBytes(grapheme, utf8) is < BytesOfLongGrapheme and var count
            && map.Find(utf8[..count]) is { } whole)
        {
            output.Append(whole);
            return;
        }

        foreach (Rune rune in grapheme.EnumerateRunes())
        {
            if (map.Find(utf8[..rune.EncodeToUtf8(utf8)]) is { } replacement)
            {
                output.Append(replacement);
            }
            else
            {
                output.Append(rune);
            }
        }
    }
}
