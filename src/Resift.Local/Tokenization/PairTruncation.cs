namespace Resift.Local.Tokenization;

/// <summary>Decides how many tokens of each text stay, as the Hugging Face library does.</summary>
internal static class PairTruncation
{
    /// <summary>Gives the numbers of tokens that stay.</summary>
    /// <param name="strategy">Which text is cut.</param>
    /// <param name="first">The tokens of the first text.</param>
    /// <param name="second">The tokens of the second text; null if there is only one.</param>
    /// <param name="limit">How many tokens may stay, special tokens not counted. Below zero nothing is cut, at zero everything.</param>
    /// <exception cref="ArgumentException">The one text that may be cut would have no token left, or is not there.</exception>
    public static (int First, int Second) Truncate(TruncationStrategy strategy, int first, int? second, int limit)
    {
        int other = second ?? 0;
        if (strategy == TruncationStrategy.None || limit < 0 || (long)first + other <= limit)
        {
            return (first, other);
        }

        if (limit == 0)
        {
            return (0, 0);
        }

        long excess = (long)first + other - limit;
        return strategy switch
        {
            TruncationStrategy.LongestFirst when second is null => (limit, 0),
            TruncationStrategy.LongestFirst => TruncateLongest(first, other, limit),
            TruncationStrategy.OnlyFirst when first > excess => ((int)(first - excess), other),
            TruncationStrategy.OnlySecond when other > excess => (first, (int)(other - excess)),
            TruncationStrategy.OnlySecond when second is null =>
                throw new ArgumentException("Only the second text may be cut, but there is none.", nameof(strategy)),
            _ => throw new ArgumentException(
                $"{strategy} would have to cut {excess} tokens, but of {first} and {other} it must leave at least one.", nameof(limit)),
        };
    }

    private static (int First, int Second) TruncateLongest(int first, int second, int limit)
    {
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
