namespace Resift;

/// <summary>How a <see cref="DeadlineReranker"/> cuts a call into parts.</summary>
public sealed class DeadlineRerankerOptions
{
    /// <summary>
    /// Gets or sets how many documents go inward at once. Fewer lose less at the deadline, more are scored faster; for a provider that
    /// bills by the call, give its limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int BatchSize
    {
        get;
        set => field = AtLeastOne(value, nameof(BatchSize));
    } = 8;

    /// <summary>Gets or sets how many parts of one call are under way at once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxConcurrency
    {
        get;
        set => field = AtLeastOne(value, nameof(MaxConcurrency));
    } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>Gets or sets the clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    private static int AtLeastOne(int value, string name) => value >= 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least 1.");
}
