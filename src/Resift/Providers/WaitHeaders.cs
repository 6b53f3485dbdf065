using System.Globalization;

namespace Resift;

/// <summary>How long a provider asks to wait, in the several ways in which they say so.</summary>
internal static class WaitHeaders
{
    // Beyond this, a number of seconds is no wait but a time since 1970.
    private const double EarliestUnixTime = 1e9;

    /// <summary>
    /// Reads <c>retry-after-ms</c>, <c>Retry-After</c> (seconds or a date), and <c>X-RateLimit-Reset</c> (seconds or Unix time).
    /// </summary>
    /// <returns>The wait, never negative; null if the answer asks for none.</returns>
    public static TimeSpan? Read(HttpResponseMessage response, DateTimeOffset now)
    {
        if (Number(response, "retry-after-ms") is { } milliseconds)
        {
            return Seconds(milliseconds / 1000);
        }

        if (response.Headers.RetryAfter is { } retryAfter)
        {
            return retryAfter.Delta ?? NotNegative(retryAfter.Date!.Value - now);
        }

        // Fractions and negative numbers are none that the header's own parser takes.
        if ((Number(response, "Retry-After") ?? Number(response, "X-RateLimit-Reset")) is not { } seconds)
        {
            return null;
        }

        return seconds < EarliestUnixTime ? Seconds(seconds) : Seconds(seconds - (now.ToUnixTimeMilliseconds() / 1000.0));
    }

    private static double? Number(HttpResponseMessage response, string header) =>
        response.Headers.TryGetValues(header, out var values) &&
        double.TryParse(values.First(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : null;

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, TimeSpan.FromDays(365).TotalSeconds));

    private static TimeSpan NotNegative(TimeSpan wait) => wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
}
