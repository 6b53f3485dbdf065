using System.Diagnostics;

namespace Resift.Benchmarks;

/// <summary>A time after which nothing new is begun, so that a benchmark ends on a slow machine as well.</summary>
internal sealed class TimeBox(TimeSpan length)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    public bool IsOver => Stopwatch.GetElapsedTime(_start) >= length;

    /// <summary>Takes items until the time is over, but some of them whatever the time.</summary>
    public IEnumerable<T> Take<T>(IEnumerable<T> items, int atLeast) => items.TakeWhile((_, index) => index < atLeast || !IsOver);
}
