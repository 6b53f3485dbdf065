namespace Resift.Local.Tokenization;

/// <summary>Decides how many tokens of each text of a pair stay, as the Hugging Face library does under <c>longest_first</c>.</summary>
internal static class PairTruncation
{
    /// <summary>Gets the numbers of tokens that stay: the longer text is cut, and both once they are equally long.</summary>
    /// <param name="first">The tokens of the first text.</param>
    /// <param name="second">The tokens of the second text.</param>
    /// <param name="limit">How many tokens may stay, special tokens not counted.</param>
    public static (int First, int Second) Truncate(int first, int second, int limit)
    {
        if ((long)first + second <= limit)
        {
            return (first, second);
        }

        bool isFirstLonger = first > second;
        int shorter = Math.Min(first, second);
        int longer = shorter > limit ? shorter : Math.Max(shorter, limit - shorter);
        if ((long)shorter + longer > limit)
        {
            shorter = limit / 2;
            longer = limit - shorter;
        }

        return isFirstLonger ? (longer, shorter) : (shorter, longer);
    }
}
