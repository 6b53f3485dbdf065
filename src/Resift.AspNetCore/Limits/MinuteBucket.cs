namespace Resift.AspNetCore;

/// <summary>Counts what may be had in a minute: all of it at once, coming back evenly. The limit may differ from call to call.</summary>
internal sealed class MinuteBucket(TimeProvider time)
{
    private readonly Lock _lock = new();
    private double? _left;
    private long _filled;

    /// <summary>Takes some, if there is as much.</summary>
    /// <param name="perMinute">What may be had in a minute.</param>
    /// <param name="amount">How much is wanted. More than all of it is had once nothing is used, and owed from then on.</param>
    /// <param name="wait">How long it takes until there is as much.</param>
    public bool TryTake(int perMinute, long amount, out TimeSpan wait)
    {
        lock (_lock)
        {
            long now = time.GetTimestamp();
            double back = _left is null ? 0 : time.GetElapsedTime(_filled, now).TotalMinutes * perMinute;
            double left = Math.Min(perMinute, (_left ?? perMinute) + back);
            _filled = now;
            double missing = Math.Min(amount, perMinute) - left;
            bool isThere = missing <= 0;
            _left = isThere ? left - amount : left;
            wait = isThere ? TimeSpan.Zero : TimeSpan.FromMinutes(missing / perMinute);
            return isThere;
        }
    }
}
