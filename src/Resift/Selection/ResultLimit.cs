namespace Resift;

/// <content>Keeps the best results of a response, up to a number.</content>
public static partial class RerankResponseExtensions
{
    /// <summary>Keeps the best results. Works on every scale, and for degraded responses too.</summary>
    /// <param name="response">The response.</param>
    /// <param name="count">How many results stay at most.</param>
    /// <returns>The response with no more than that many results, in their order.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public static RerankResponse AtMost(this RerankResponse response, int count)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return response.KeepBest(count);
    }

    /// <summary>Keeps the best results; none for a count of 0.</summary>
    internal static RerankResponse KeepBest(this RerankResponse response, int count)
    {
        int place = 0;
        return count >= response.Results.Count ? response : response.Where(_ => place++ < count);
    }
}
