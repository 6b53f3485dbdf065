namespace Resift;

/// <summary>How a <see cref="FallbackReranker"/> deals with failures.</summary>
public sealed class FallbackRerankerOptions
{
    /// <summary>
    /// Gets or sets which share of a reranker's calls must fail, within <see cref="SamplingDuration"/>, before it is left alone; in (0, 1].
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public double FailureRatio
    {
        get;
        set => field = value is > 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(FailureRatio), value, "FailureRatio must be above 0 and at most 1.");
    } = 0.5;

    /// <summary>
    /// Gets or sets how many calls must have come within <see cref="SamplingDuration"/> before the ratio counts; at least 2.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 2.</exception>
    public int MinimumCalls
    {
        get;
        set => field = value >= 2
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MinimumCalls), value, "MinimumCalls must be at least 2.");
    } = 5;

    /// <summary>Gets over which time failures are counted; from half a second to a day.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public TimeSpan SamplingDuration
    {
        get;
        set => field = HalfASecondToADay(value, nameof(SamplingDuration));
    } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets how long a failing reranker is left alone before one call tries it again; from half a second to a day.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public TimeSpan BreakDuration
    {
        get;
        set => field = HalfASecondToADay(value, nameof(BreakDuration));
    } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Gets or sets a value indicating whether the documents keep their order when every reranker failed; else the call fails.
    /// </summary>
    public bool KeepFirstStageOrder { get; set; } = true;

    /// <summary>
    /// Gets or sets what learns that a reranker did not answer and the next is asked, or none is left; called before that, on the call's
    /// own thread. What it throws ends the call. Null for nothing.
    /// </summary>
    public Action<RerankerFailure>? OnFallback { get; set; }

    /// <summary>
    /// Gets or sets what learns that a reranker is left alone from now on for <see cref="BreakDuration"/>, with the failure that was one
    /// too many. What it throws ends the call. Null for nothing.
    /// </summary>
    public Action<RerankerFailure>? OnBreakerOpened { get; set; }

    /// <summary>Gets or sets the clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    // What the breaker itself takes.
    private static TimeSpan HalfASecondToADay(TimeSpan value, string name) =>
        value >= TimeSpan.FromSeconds(0.5) && value <= TimeSpan.FromDays(1)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} must be from half a second to a day.");
}

/// <summary>A reranker that did not answer, for whoever wants to learn of it.</summary>
/// <param name="Reranker">Its model, or else its provider.</param>
/// <param name="Error">Why; a <see cref="RerankerRejectedException"/> if it was not even asked.</param>
public sealed record RerankerFailure(string Reranker, Exception Error);
