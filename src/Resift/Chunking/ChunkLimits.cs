namespace Resift;

/// <summary>How long chunks may be, in tokens of one model.</summary>
internal sealed class ChunkLimits
{
    private readonly TokenCounter _countTokens;

    public ChunkLimits(TokenCounter countTokens, int maxTokens, int overlapTokens)
    {
        ArgumentNullException.ThrowIfNull(countTokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(overlapTokens);

        // With more, the chunks would multiply: each of them must mostly hold what was not there before.
        if (overlapTokens > maxTokens / 2)
        {
            throw new ArgumentOutOfRangeException(
                nameof(overlapTokens), overlapTokens, $"The overlap must be at most half of the {maxTokens} tokens of a chunk.");
        }

        _countTokens = countTokens;
        MaxTokens = maxTokens;
        OverlapTokens = overlapTokens;
    }

    public int MaxTokens { get; }

    public int OverlapTokens { get; }

    /// <summary>Gets the limits of chunks that something stands before, which takes its part but never more than half.</summary>
    public ChunkLimits Less(int tokens)
    {
        int left = MaxTokens - Math.Clamp(tokens, 0, MaxTokens / 2);
        return left == MaxTokens ? this : new(_countTokens, left, Math.Min(OverlapTokens, left / 2));
    }

    public int Count(ReadOnlySpan<char> text) => _countTokens(text);
}
