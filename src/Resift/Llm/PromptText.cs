using System.Text;

namespace Resift;

/// <summary>Escapes a foreign text, which then stands safely between the tags of a prompt.</summary>
internal static class PromptText
{
    // The block of tag characters: invisible to a reader, but text to a model.
    private const int FirstTagCharacter = 0xE0000;
    private const int LastTagCharacter = 0xE007F;

    /// <summary>
    /// Escapes the three characters that tags are made of, which also takes apart the control tokens of chat templates such as
    /// <c>&lt;|im_end|&gt;</c>. Escaping, unlike a random delimiter, gives the same prompt for the same call. What cannot be sent as text
    /// is replaced: lone surrogates by U+FFFD, control characters by a space; invisible tag characters are left out.
    /// </summary>
    public static string Escape(ReadOnlySpan<char> text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                '\n' or '\t' => escaped.Append((char)rune.Value),
                >= FirstTagCharacter and <= LastTagCharacter => escaped,
                _ when Rune.IsControl(rune) => escaped.Append(' '),
                <= char.MaxValue => escaped.Append((char)rune.Value),
                _ => escaped.Append(rune.ToString()),
            };
        }

        return escaped.ToString();
    }
}
