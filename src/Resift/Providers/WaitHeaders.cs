using System.Globalization;
using System.Net;

namespace Resift;

/// <summary>How long a provider asks to wait, and whether it wants to be asked again, in the several ways in which they say so.</summary>
internal static class WaitHeaders
{
    // Beyond this, a number of seconds is no wait but a time since 1970.
    private const double EarliestUnixTime = 1e9;

    private static readonly TimeSpan _longest = TimeSpan.FromDays(365);

    /// <summary>
    /// Reads <c>retry-after-ms</c>, <c>Retry-After</c> (seconds or a date), and of an answer that limits the rate <c>X-RateLimit-Reset</c>
    /// (seconds or Unix time): after a failure of another kind, that is when the quota is full again, and no word on the failure.
    /// </summary>
    /// <returns>
    /// The wait, above 0 and at most a year; null if the answer asks for none. A time that is over counts as none, as it does for Cohere's
    /// own clients: clocks differ, and to repeat at once would spend all attempts within a moment.
    /// </returns>
    public static TimeSpan? Read(HttpResponseMessage response, DateTimeOffset now)
    {
        if (Number(response, "retry-after-ms") is { } milliseconds)
        {
            return Wait(milliseconds / 1000);
        }

        if (response.Headers.RetryAfter is { } retryAfter)
        {
            return Wait((retryAfter.Delta ?? retryAfter.Date!.Value - now).TotalSeconds);
        }

        // Fractions and negative numbers are none that the header's own parser takes.
        double? reset = response.StatusCode == HttpStatusCode.TooManyRequests ? Number(response, "X-RateLimit-Reset") : null;
        return (Number(response, "Retry-After") ?? reset) is { } seconds
            ? Wait(seconds < EarliestUnixTime ? seconds : seconds - (now.ToUnixTimeMilliseconds() / 1000.0))
            : null;
    }

    /// <summary>Reads <c>x-should-retry</c>, by which some services overrule the status.</summary>
    /// <returns>Whether to repeat the request; null if the answer says nothing about it.</returns>
    public static bool? ShouldRetry(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-should-retry", out var values) && bool.TryParse(values.First(), out bool retry) ? retry : null;

    private static double? Number(HttpResponseMessage response, string header) =>
        response.Headers.TryGetValues(header, out var values) &&
        double.TryParse(values.First(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : null;

    private static TimeSpan? Wait(double seconds) => seconds > 0 ? TimeSpan.FromSeconds(Math.Min(seconds, _longest.TotalSeconds)) : null;
}
