namespace Resift.Cli;

/// <summary>Shows the beginning of a text in one line.</summary>
internal static class Snippet
{
    /// <summary>
    /// Joins white space and control characters to single spaces, leaves out what cannot be seen, and cuts the text.
    /// </summary>
    public static string Create(string text, int length)
    {
        var shown = new System.Text.StringBuilder(Math.Min(text.Length, length) + 1);
        bool gap = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (System.Text.Rune.IsWhiteSpace(rune) || System.Text.Rune.IsControl(rune))
            {
                gap = shown.Length > 0;
                continue;
            }

            if (Printable.IsInvisible(rune))
            {
                continue;
            }

            if (shown.Length + (gap ? 1 : 0) + rune.Utf16SequenceLength > length)
            {
                return shown.Append('…').ToString();
            }

            shown.Append(gap ? " " : "").Append(rune);
            gap = false;
        }

        return shown.ToString();
    }
}
