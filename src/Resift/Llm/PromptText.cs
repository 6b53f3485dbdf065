using System.Text;
using System.Text.RegularExpressions;

namespace Resift;

/// <summary>Changes foreign text so that it is safe to stand in a prompt.</summary>
internal static partial class PromptText
{
    // The block of tag characters: invisible to a reader, but text to a model.
    private const int FirstTagCharacter = 0xE0000;
    private const int LastTagCharacter = 0xE007F;

    /// <summary>
    /// Takes apart the control tokens of chat templates such as <c>&lt;|im_end|&gt;</c> or <c>[INST]</c>, by a space after their first
    /// character: servers that look for them in texts would begin another speaker's turn there. What cannot be sent as text is replaced:
    /// lone surrogates by U+FFFD, control characters by a space; invisible tag characters are left out. All else stays as it is.
    /// </summary>
    public static string Defuse(ReadOnlySpan<char> text)
    {
        var clean = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '\n' or '\t' => clean.Append((char)rune.Value),
                >= FirstTagCharacter and <= LastTagCharacter => clean,
                _ when Rune.IsControl(rune) => clean.Append(' '),
                <= char.MaxValue => clean.Append((char)rune.Value),
                _ => clean.Append(rune.ToString()),
            };
        }

        return ControlToken().Replace(clean.ToString(), token => $"{token.Value[0]} {token.Value[1..]}");
    }

    /// <summary>
    /// Defuses a text and escapes the three characters that tags are made of, so that it cannot close the tags around it. Escaping, unlike
    /// a random delimiter, gives the same prompt for the same call.
    /// </summary>
    public static string Escape(ReadOnlySpan<char> text) => Defuse(text)
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);

    // Those of ChatML, Llama, Mistral, Gemma, Phi, DeepSeek and of SentencePiece.
    [GeneratedRegex("""
        <[|｜][^\s<>]{1,64}[|｜]>
        | </?s> | <(bos|eos|pad|unk|mask)>
        | <(start|end)_of_(turn|image)>
        | <</?SYS>>
        | \[/?(INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|IMG|PREFIX|MIDDLE|SUFFIX)\]
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ControlToken();
}
