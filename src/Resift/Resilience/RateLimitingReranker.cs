using System.Threading.RateLimiting;

namespace Resift;

/// <summary>Lets a call through only when a limiter permits it: so many requests or tokens per time, or so many calls at once.</summary>
/// <remarks>
/// A call waits in the limiter's queue, whose length the limiter bounds, and keeps its lease until it has ended. Cancelling the call takes
/// it out of the queue. Safe for concurrent use.
/// </remarks>
public sealed class RateLimitingReranker : DelegatingReranker
{
    private readonly RateLimiter _limiter;
    private readonly bool _leaveOpen;
    private readonly Func<string, IReadOnlyList<string>, int> _permits;

    /// <summary>Wraps a reranker.</summary>
    /// <param name="innerReranker">The reranker that gets the calls; owned from now on.</param>
    /// <param name="limiter">Permits calls.</param>
    /// <param name="permits">How many permits a call needs, such as its tokens; null for one permit a call.</param>
    /// <param name="leaveOpen">False if this reranker owns the limiter and disposes it; true if it is shared.</param>
    public RateLimitingReranker(
        IReranker innerReranker,
        RateLimiter limiter,
        Func<string, IReadOnlyList<string>, int>? permits = null,
        bool leaveOpen = false)
        : base(innerReranker)
    {
        ArgumentNullException.ThrowIfNull(limiter);
        _limiter = limiter;
        _permits = permits ?? ((_, _) => 1);
        _leaveOpen = leaveOpen;
    }

    /// <inheritdoc />
    /// <exception cref="RerankerRejectedException">
    /// The limiter refused: its queue is full, or one call needs more permits than it ever gives.
    /// </exception>
    public override async Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        RerankArguments.ThrowIfInvalid(query, documents);
        int permits = _permits(query, documents);
        using var lease = await AcquireAsync(permits, cancellationToken).ConfigureAwait(false);
        if (!lease.IsAcquired)
        {
            bool known = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait);
            string again = known
                ? $" Try again in {Math.Ceiling(wait.TotalSeconds)} s."
                : " Try again later, or give the limiter a longer queue.";
            throw new RerankerRejectedException(
                $"The rate limiter refused a call that needs {permits} permits: its limit is reached and its queue full.{again}")
            {
                IsTransient = true,
                RetryAfter = known ? wait : null,
            };
        }

        return await base.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        try
        {
            base.Dispose(disposing);
        }
        finally
        {
            if (disposing && !_leaveOpen)
            {
                _limiter.Dispose();
            }
        }
    }

    private async ValueTask<RateLimitLease> AcquireAsync(int permits, CancellationToken cancellationToken)
    {
        try
        {
            return await _limiter.AcquireAsync(permits, cancellationToken).ConfigureAwait(false);
        }
        catch (ArgumentOutOfRangeException error)
        {
            throw new RerankerRejectedException($"One call needs {permits} permits, more than the rate limiter ever gives at once. " +
                "Rerank fewer documents in one call, or raise the limit.", error);
        }
    }
}

/// <content>Adds rate and concurrency limits to a chain of rerankers.</content>
public static partial class RerankerBuilderExtensions
{
    /// <summary>Lets calls through as a limiter permits, one permit a call.</summary>
    /// <param name="builder">The chain.</param>
    /// <param name="limiter">Permits calls; the chain does not dispose it, so that several chains may share it.</param>
    /// <returns>The same builder.</returns>
    public static RerankerBuilder UseRateLimiting(this RerankerBuilder builder, RateLimiter limiter) =>
        builder.UseRateLimiting(limiter, static (_, _) => 1);

    /// <summary>Lets calls through as a limiter permits, so many permits a call as a function says.</summary>
    /// <param name="builder">The chain.</param>
    /// <param name="limiter">Permits calls; the chain does not dispose it, so that several chains may share it.</param>
    /// <param name="permits">How many permits a call needs, such as the tokens of its query and documents.</param>
    /// <returns>The same builder.</returns>
    public static RerankerBuilder UseRateLimiting(
        this RerankerBuilder builder, RateLimiter limiter, Func<string, IReadOnlyList<string>, int> permits)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(limiter);
        ArgumentNullException.ThrowIfNull(permits);
        return builder.Use(inner => new RateLimitingReranker(inner, limiter, permits, leaveOpen: true));
    }

    /// <summary>Lets only so many calls through at once; others wait in order.</summary>
    /// <param name="builder">The chain.</param>
    /// <param name="maxCalls">How many calls may be under way at once.</param>
    /// <param name="maxWaiting">How many calls may wait; one more is refused with a <see cref="RerankerException"/>.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative, or <paramref name="maxCalls"/> is 0.</exception>
    public static RerankerBuilder UseConcurrencyLimit(this RerankerBuilder builder, int maxCalls, int maxWaiting = 1000)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxCalls, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(maxWaiting);
        return builder.Use(inner => new RateLimitingReranker(
            inner,
            new ConcurrencyLimiter(new()
            {
                PermitLimit = maxCalls,
                QueueLimit = maxWaiting,
                QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
            })));
    }
}
