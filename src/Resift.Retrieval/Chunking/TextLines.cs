namespace Resift.Retrieval;

/// <summary>Finds the lines of a text.</summary>
internal static class TextLines
{
    /// <summary>Gets where the lines of a part of a text begin and end, without their line breaks.</summary>
    public static IEnumerable<(int Start, int End)> Read(string text, int start, int end)
    {
        while (start < end)
        {
            int length = text.AsSpan(start..end).IndexOfAny('\n', '\r');
            int lineEnd = length < 0 ? end : start + length;
            yield return (start, lineEnd);
            bool isCrLf = lineEnd + 1 < end && text[lineEnd] == '\r' && text[lineEnd + 1] == '\n';
            start = lineEnd + (isCrLf ? 2 : 1);
        }
    }
}
