namespace Resift;

/// <summary>The windows of one pass over a list.</summary>
internal static class SlidingWindow
{
    /// <summary>Gets the windows from the back to the front; the last one ends the list's front and may be shorter.</summary>
    public static IEnumerable<Range> FromTheBack(int count, int size, int step)
    {
        for (int end = count; ; end -= step)
        {
            int start = Math.Max(0, end - size);
            yield return start..end;
            if (start == 0)
            {
                yield break;
            }
        }
    }
}
