namespace Resift;

/// <summary>Asks a second time when the first answer is late, and takes whichever answer comes first.</summary>
/// <remarks>
/// The slower call is cancelled; its usage is not counted. The second call also begins at once when the first fails. If both fail, the
/// first failure is thrown. Costs at most one more call for each late one: choose the delay near the 95th percentile of the usual time
/// (Dean and Barroso, "The Tail at Scale", 2013). Safe for concurrent use.
/// </remarks>
public sealed class HedgingReranker : DelegatingReranker
{
    private readonly IReranker? _second;
    private readonly TimeSpan _delay;
    private readonly TimeProvider _timeProvider;

    /// <summary>Wraps a reranker.</summary>
    /// <param name="innerReranker">The reranker that is asked first; owned from now on.</param>
    /// <param name="delay">How long the first answer may take before the second call begins; at most 49 days.</param>
    /// <param name="second">
    /// The reranker that is asked second, owned from now on; null to ask the first one again. It must give scores on the same scale.
    /// </param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative, or longer than a timer runs.</exception>
    public HedgingReranker(IReranker innerReranker, TimeSpan delay, IReranker? second = null, TimeProvider? timeProvider = null)
        : base(innerReranker)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(delay, TimeSpan.FromDays(49));
        _delay = delay;
        _second = second;
        _timeProvider = timeProvider ?? TimeProvider.System;
        var first = innerReranker.GetService<RerankerMetadata>();
        if (second?.GetService<RerankerMetadata>() is { } other && first is not null && other.ScoreScale != first.ScoreScale)
        {
            throw new ArgumentException(
                $"The second reranker scores on the scale '{other.ScoreScale}', the first on '{first.ScoreScale}'; the answer must mean " +
                "the same whichever gives it. Use a fallback, which marks the other's answer.",
                nameof(second));
        }
    }

    /// <inheritdoc />
    public override async Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        RerankArguments.ThrowIfInvalid(query, documents);
        cancellationToken.ThrowIfCancellationRequested();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = InnerReranker.StartAsync(query, documents, options, stop.Token);
        Task<RerankResponse>? second = null;
        try
        {
            await Task.WhenAny(first, Task.Delay(_delay, _timeProvider, stop.Token)).ConfigureAwait(false);
            if (first.IsCompletedSuccessfully ||
                (first.Exception?.InnerException is { } error && !IsWorthASecond(error, cancellationToken)))
            {
                return await first.ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
            second = (_second ?? InnerReranker).StartAsync(query, documents, options, stop.Token);
            var winner = await Task.WhenAny(first, second).ConfigureAwait(false);
            var best = winner.IsCompletedSuccessfully ? winner : BetterOf(first, winner == first ? second : first);
            return await best.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            Observe(first);
            Observe(second);
        }
    }

    /// <inheritdoc />
    /// <remarks>A <see cref="ModelFingerprint"/> is known only if both rerankers have the same, since either may answer.</remarks>
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        object? service = base.GetService(serviceType, serviceKey);
        return serviceKey is null && service is ModelFingerprint && _second is not null && !service.Equals(_second.GetService(serviceType))
            ? null
            : service;
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
            if (disposing)
            {
                _second?.Dispose();
            }
        }
    }

    // Who refused a call would only have two of them if it were asked again.
    private bool IsWorthASecond(Exception error, CancellationToken cancellationToken) => _second is null
        ? RerankFailures.IsFailure(error, cancellationToken)
        : RerankFailures.MayBeAnswered(error, cancellationToken);

    // One of the two has failed: the other one's answer, or else the first failure.
    private static async Task<RerankResponse> BetterOf(Task<RerankResponse> first, Task<RerankResponse> other)
    {
        await ((Task)other).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await (other.IsCompletedSuccessfully ? other : first).ConfigureAwait(false);
    }

    // Nobody looks at the call that was slower, or failed before the other answered; its failure must not surface as an unobserved one.
    private static void Observe(Task? task) =>
        _ = task?.ContinueWith(
            static ended => _ = ended.Exception,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
}

/// <content>Hedging.</content>
public static partial class RerankerBuilderExtensions
{
    /// <summary>Asks a second time when the first answer is late, and takes whichever comes first.</summary>
    /// <param name="builder">The chain.</param>
    /// <param name="delay">How long the first answer may take before the second call begins.</param>
    /// <param name="second">The reranker that is asked second, owned by the chain; null to ask what lies inside again.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <returns>The same builder.</returns>
    public static RerankerBuilder UseHedging(
        this RerankerBuilder builder, TimeSpan delay, IReranker? second = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return builder.Use(inner => new HedgingReranker(inner, delay, second, timeProvider));
    }
}
