namespace Resift;

/// <summary>How calls go to a cluster.</summary>
public sealed class OrleansRerankerOptions
{
    private static readonly TimeSpan _longest = TimeSpan.FromDays(1);

    /// <summary>
    /// Gets or sets how long a call may take, with everything that goes wrong on the way; 30 seconds by default, a day at most. It travels
    /// as time that is left, so that clocks need not agree.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above zero, or more than a day.</exception>
    public TimeSpan Deadline
    {
        get;
        set => field = Between(value, nameof(Deadline));
    } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets after what time without an answer a silo is asked whether it has the work; 250 milliseconds by default. Where it has
    /// not, or does not answer that either for as long again, the work goes to another silo as well.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above zero, or more than a day.</exception>
    public TimeSpan HedgeAfter
    {
        get;
        set => field = Between(value, nameof(HedgeAfter));
    } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Gets or sets how many tokens make a part: a call of twice as many or more is split over silos, and a smaller one is not. 4,096 by
    /// default, some 30 passages.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int PartTokens
    {
        get;
        set => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(
            nameof(value), value, "PartTokens must be at least 1; int.MaxValue for calls that are never split.");
    } = 4096;

    private static TimeSpan Between(TimeSpan value, string name) => value > TimeSpan.Zero && value <= _longest
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be above zero, and a day at most.");
}
