namespace Resift;

/// <summary>How a <see cref="FallbackReranker"/> deals with failures.</summary>
public sealed record FallbackRerankerOptions
{
    /// <summary>
    /// Gets which share of a reranker's calls must fail, within <see cref="SamplingDuration"/>, before it is left alone; in (0, 1].
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public double FailureRatio
    {
        get;
        init => field = value is > 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(FailureRatio), value, "FailureRatio must be above 0 and at most 1.");
    } = 0.5;

    /// <summary>Gets how many calls must have come within <see cref="SamplingDuration"/> before the ratio counts; at least 2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 2.</exception>
    public int MinimumCalls
    {
        get;
        init => field = value >= 2
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MinimumCalls), value, "MinimumCalls must be at least 2.");
    } = 5;

    /// <summary>Gets over which time failures are counted; at least half a second.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below half a second.</exception>
    public TimeSpan SamplingDuration
    {
        get;
        init => field = AtLeastHalfASecond(value, nameof(SamplingDuration));
    } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how long a failing reranker is left alone before one call tries it again; at least half a second.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below half a second.</exception>
    public TimeSpan BreakDuration
    {
        get;
        init => field = AtLeastHalfASecond(value, nameof(BreakDuration));
    } = TimeSpan.FromSeconds(15);

    /// <summary>Gets a value indicating whether the documents keep their order when every reranker failed; else the call fails.</summary>
    public bool KeepFirstStageOrder { get; init; } = true;

    /// <summary>Gets the clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    private static TimeSpan AtLeastHalfASecond(TimeSpan value, string name) => value >= TimeSpan.FromSeconds(0.5)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least half a second.");
}
