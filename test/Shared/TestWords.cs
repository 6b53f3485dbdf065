namespace Resift.Testing;

/// <summary>What the doubles take for a word: a run of letters and digits, in lower case.</summary>
internal static class TestWords
{
    public static IEnumerable<string> Of(string text)
    {
        int start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsLetterOrDigit(text[i]))
            {
                continue;
            }

            if (i > start)
            {
                yield return text[start..i].ToLowerInvariant();
            }

            start = i + 1;
        }
    }
}
