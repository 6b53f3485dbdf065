using System.Text;

namespace Resift.Local.Tokenization;

/// <summary>Replaces or drops code points one by one.</summary>
/// <param name="map">Gives what a code point becomes, or less than 0 where it is dropped.</param>
internal sealed class CodePointNormalizer(Func<int, int> map) : Normalizer
{
    /// <summary>
    /// Creates SentencePiece's <c>Nmt</c> without its compatibility forms: controls go, separators and the like are blanks.
    /// </summary>
    public static CodePointNormalizer Nmt() => new(codePoint => codePoint switch
    {
        (>= 0x01 and <= 0x08) or 0x0B or (>= 0x0E and <= 0x1F) or 0x7F or 0x8F or 0x9F => -1,
        0x09 or 0x0A or 0x0C or 0x0D or 0x1680 or (>= 0x200B and <= 0x200F) or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD => ' ',
        _ => codePoint,
    });

    /// <summary>Creates the normalizer that drops all marks, those of the text and those that an earlier step has decomposed.</summary>
    public static CodePointNormalizer StripAccents()
    {
        var marks = new CodePointTable().With(CategoryData.Marks, 1);
        return new(codePoint => marks[codePoint] == 0 ? codePoint : -1);
    }

    public override void Apply(ReadOnlySpan<char> text, TextBuffer output)
    {
        bool isFirst = true;
        foreach (Rune rune in text.EnumerateRunes())
        {
            int mapped = map(rune.Value);
            if (mapped >= 0)
            {
                output.Append(new Rune(mapped));
            }
            else if (isFirst)
            {
                output.LostStart = true;
            }

            isFirst = false;
        }
    }
}
