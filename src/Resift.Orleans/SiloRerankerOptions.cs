namespace Resift;

/// <summary>What a silo takes on for one of its rerankers.</summary>
public sealed class SiloRerankerOptions
{
    /// <summary>
    /// Gets or sets how many tokens may be under way at the reranker, running and waiting, the query counted once for each document. What
    /// goes beyond is refused with a <see cref="RerankerRejectedException"/>, or done by another silo; a call that finds nothing under way
    /// is taken whatever its size. 500,000 by default.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public long MaxQueuedTokens
    {
        get;
        set => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(
            nameof(value), value, "MaxQueuedTokens must be at least 1; as many tokens as the silo reads in the time that callers wait.");
    } = 500_000;

    /// <summary>Gets or sets what a refusal says about when to come again; one second by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan RetryAfter
    {
        get;
        set => field = value >= TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(
            nameof(value), value, "RetryAfter must not be negative.");
    } = TimeSpan.FromSeconds(1);
}
