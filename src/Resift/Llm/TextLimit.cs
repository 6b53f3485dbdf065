namespace Resift;

/// <summary>How much of a text goes into a prompt.</summary>
/// <param name="Characters">The most UTF-16 code units.</param>
/// <param name="Tokens">The most tokens; null for no such limit.</param>
/// <param name="CountTokens">Counts tokens; null to estimate them.</param>
internal readonly record struct TextLimit(int Characters, int? Tokens, TokenCounter? CountTokens)
{
    /// <summary>Gets the part of a text that is within the limit, and how many tokens were cut off.</summary>
    public ReadOnlySpan<char> Cut(string text, out int tokensCut)
    {
        var kept = Prefix(text, Math.Min(text.Length, Characters));
        if (Tokens is { } tokens && CountTokens is { } count && count(kept) > tokens)
        {
            // The longest prefix that fits, by halving: the number of tokens grows with the prefix.
            int fits = 0;
            for (int tooLong = kept.Length; tooLong - fits > 1;)
            {
                int middle = fits + ((tooLong - fits) / 2);
                (fits, tooLong) = count(kept[..middle]) <= tokens ? (middle, tooLong) : (fits, middle);
            }

            kept = Prefix(text, fits);
        }

        tokensCut = kept.Length == text.Length ? 0
            : CountTokens is { } counter ? Math.Max(1, counter(text) - counter(kept))
            : TokenEstimate.Count(text.AsSpan(kept.Length));
        return kept;
    }

    private static ReadOnlySpan<char> Prefix(string text, int length) =>
        length > 0 && length < text.Length && char.IsSurrogatePair(text[length - 1], text[length])
            ? text.AsSpan(0, length - 1)
            : text.AsSpan(0, length);
}
