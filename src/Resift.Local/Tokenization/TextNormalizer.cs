using System.Text;

namespace Resift.Local.Tokenization;

/// <summary>
/// Writes out the normalized text, which is needed only where added tokens are looked for in it: words alone are normalized on the way.
/// </summary>
internal static class TextNormalizer
{
    /// <summary>Normalizes a text.</summary>
    public static string Normalize(CharacterTable table, ReadOnlySpan<char> text)
    {
        var normalized = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            Append(normalized, table, rune.Value);
        }

        return normalized.ToString();
    }

    private static void Append(StringBuilder normalized, CharacterTable table, int codePoint)
    {
        Character entry = table.Get(codePoint);
        switch (entry.Kind)
        {
            case CharacterKind.Drop:
                break;
            case CharacterKind.Ideograph:
                normalized.Append(' ').Append(new Rune(entry.CodePoint).ToString()).Append(' ');
                break;
            case CharacterKind.Expand:
                foreach (int part in table.Expand(entry))
                {
                    Append(normalized, table, part);
                }

                break;
            case CharacterKind.Hangul:
                Span<char> jamo = stackalloc char[3];
                normalized.Append(jamo[..CharacterTable.DecomposeHangul(codePoint, jamo)]);
                break;
            default:
                normalized.Append(new Rune(entry.CodePoint).ToString());
                break;
        }
    }
}
