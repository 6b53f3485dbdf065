using System.Diagnostics;

namespace Resift;

/// <summary>Runs a second reranker beside the first, to see how it would answer, and never touches the answer.</summary>
/// <remarks>
/// The shadow runs behind the caller's back: it neither delays nor fails a call, and goes on after it. At most so many shadows run at
/// once; calls beyond are not shadowed. Disposing cancels the shadows under way. Safe for concurrent use.
/// </remarks>
public sealed class ShadowReranker : DelegatingReranker
{
    private readonly IReranker _shadow;
    private readonly Action<ShadowComparison> _report;
    private readonly SemaphoreSlim _slots;
    private readonly CancellationTokenSource _disposed = new();

    /// <summary>Wraps a reranker.</summary>
    /// <param name="innerReranker">The reranker that answers; owned from now on.</param>
    /// <param name="shadow">The reranker that runs beside it; owned from now on.</param>
    /// <param name="report">Gets every comparison, on a thread of the pool; what it throws is ignored.</param>
    /// <param name="maxConcurrency">How many shadows may run at once.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxConcurrency"/> is below 1.</exception>
    public ShadowReranker(IReranker innerReranker, IReranker shadow, Action<ShadowComparison> report, int maxConcurrency = 4)
        : base(innerReranker)
    {
        ArgumentNullException.ThrowIfNull(shadow);
        ArgumentNullException.ThrowIfNull(report);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxConcurrency, 1);
        _shadow = shadow;
        _report = report;
        _slots = new(maxConcurrency);
    }

    /// <inheritdoc />
    public override async Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        RerankArguments.ThrowIfInvalid(query, documents);
        long started = Stopwatch.GetTimestamp();
        var answer = base.RerankAsync(query, documents, options, cancellationToken);
        if (!_disposed.IsCancellationRequested && _slots.Wait(0, CancellationToken.None))
        {
            // The caller may change its list and its options once it has the answer.
            string[] copy = [.. documents];
            var copiedOptions = options?.Clone();
            var stop = _disposed.Token;
            _ = Task.Run(() => ShadowAsync(query, copy, copiedOptions, TimedAsync(answer, started), stop), CancellationToken.None);
        }

        return await answer.ConfigureAwait(false);
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            _disposed.Cancel();
            _shadow.Dispose();
        }
    }

    private static async Task<(RerankResponse Response, TimeSpan Elapsed)> TimedAsync(Task<RerankResponse> answer, long started) =>
        (await answer.ConfigureAwait(false), Stopwatch.GetElapsedTime(started));

    private async Task ShadowAsync(
        string query,
        string[] documents,
        RerankOptions? options,
        Task<(RerankResponse Response, TimeSpan Elapsed)> answering,
        CancellationToken stop)
    {
        try
        {
            long started = Stopwatch.GetTimestamp();
            var shadowing = _shadow.StartAsync(query, documents, options, stop);
            await ((Task)shadowing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var elapsed = Stopwatch.GetElapsedTime(started);
            var (answer, answerElapsed) = await answering.ConfigureAwait(false);
            var comparison = new ShadowComparison(documents.Length) { Elapsed = answerElapsed, ShadowElapsed = elapsed };
            _report(shadowing.IsCompletedSuccessfully ? Compare(comparison, answer, shadowing.Result) : comparison with
            {
                Error = shadowing.Exception?.InnerException ?? new OperationCanceledException("The shadow was cancelled."),
            });
        }
        catch (Exception)
        {
            // The call itself failed, so there is nothing to compare with, or the report threw: neither is anybody's business here.
        }
        finally
        {
            _slots.Release();
        }
    }

    private static ShadowComparison Compare(ShadowComparison comparison, RerankResponse answer, RerankResponse shadow) => comparison with
    {
        ShadowResponse = shadow,
        RankCorrelation = ShadowComparison.Correlate(answer, shadow),
        SameBest = answer.Results is [var best, ..] && shadow.Results is [var other, ..] ? best.Index == other.Index : null,
    };
}

/// <summary>Adds a shadow to a chain of rerankers.</summary>
public static class ShadowRerankerBuilderExtensions
{
    /// <summary>Runs a second reranker beside what lies inside, and reports how it would have answered.</summary>
    /// <param name="builder">The chain.</param>
    /// <param name="shadow">The reranker that runs beside; the chain owns it.</param>
    /// <param name="report">Gets every comparison, on a thread of the pool; what it throws is ignored.</param>
    /// <returns>The same builder.</returns>
    public static RerankerBuilder UseShadow(this RerankerBuilder builder, IReranker shadow, Action<ShadowComparison> report)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(shadow);
        ArgumentNullException.ThrowIfNull(report);
        return builder.Use(inner => new ShadowReranker(inner, shadow, report));
    }
}
