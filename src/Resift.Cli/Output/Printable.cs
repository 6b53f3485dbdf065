using System.Text;

namespace Resift.Cli;

/// <summary>
/// Cleans foreign text that is shown: nothing in it moves the cursor, renames the window, fills the clipboard, turns the direction of
/// writing round or hides from the reader.
/// </summary>
internal static class Printable
{
    private static readonly Rune _tab = new('\t');
    private static readonly Rune _newline = new('\n');

    /// <summary>
    /// Gets a text with its lines and tabs. Control characters become U+FFFD, line separators become ends of lines, and what only steers
    /// the direction of writing or cannot be seen is left out.
    /// </summary>
    public static string Text(ReadOnlySpan<char> text)
    {
        var printable = new StringBuilder(text.Length);
        for (int at = 0; at < text.Length;)
        {
            // Half of a surrogate pair comes out as U+FFFD.
            Rune.DecodeFromUtf16(text[at..], out var rune, out int length);
            at += length;
            bool isCarriageReturn = rune.Value == '\r' && at < text.Length && text[at] == '\n';
            if (!isCarriageReturn && !IsInvisible(rune))
            {
                printable.Append(IsLineSeparator(rune) ? _newline : IsControl(rune) ? Rune.ReplacementChar : rune);
            }
        }

        return printable.ToString();
    }

    /// <summary>Gets a text as one line: like <see cref="Text"/>, with one space for all tabs, ends of lines and blanks in a row.</summary>
    public static string OneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        bool gap = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
            {
                gap = line.Length > 0;
            }
            else if (!IsInvisible(rune))
            {
                line.Append(gap ? " " : "").Append(IsControl(rune) ? Rune.ReplacementChar : rune);
                gap = false;
            }
        }

        return line.ToString();
    }

    /// <summary>
    /// Determines whether a character turns the direction of writing, or is a tag, which hide whole sentences from people.
    /// </summary>
    public static bool IsInvisible(Rune rune) =>
        rune.Value is 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x206F) or (>= 0xE0000 and <= 0xE007F);

    private static bool IsControl(Rune rune) => Rune.IsControl(rune) && rune != _newline && rune != _tab;

    private static bool IsLineSeparator(Rune rune) => rune.Value is 0x2028 or 0x2029;
}
