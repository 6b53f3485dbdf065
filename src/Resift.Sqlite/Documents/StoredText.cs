using System.Text;

namespace Resift.Sqlite;

/// <summary>What a key must be like to come back from the file as it went in.</summary>
internal static class StoredText
{
    /// <summary>
    /// Refuses what SQLite would cut (at NUL) or UTF-8 would change (half a surrogate pair), since two keys could become one.
    /// </summary>
    public static void ThrowIfUnfit(string text, string what, string parameter)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text, parameter);
        if (text.Contains('\0') || !IsWellFormed(text))
        {
            throw new ArgumentException($"The {what} has a NUL or half of a surrogate pair in it; well-formed text was expected.",
                parameter);
        }
    }

    private static bool IsWellFormed(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune))
            {
                return false;
            }

            i += rune.Utf16SequenceLength - 1;
        }

        return true;
    }
}
