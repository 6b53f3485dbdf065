using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Resift;

/// <summary>Runs a second reranker beside the first, to see how it would answer, and never touches the answer.</summary>
/// <remarks>
/// The shadow runs behind the caller's back: it neither delays nor fails a call, and goes on after it. At most so many shadows run at
/// once; calls beyond are not shadowed. Disposing cancels the shadows under way. Safe for concurrent use.
/// </remarks>
public sealed partial class ShadowReranker : DelegatingReranker
{
    private readonly IReranker _shadow;
    private readonly Action<ShadowComparison> _report;
    private readonly SemaphoreSlim _slots;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _disposed = new();

    /// <summary>Wraps a reranker.</summary>
    /// <param name="innerReranker">The reranker that answers; owned from now on.</param>
    /// <param name="shadow">The reranker that runs beside it; owned from now on.</param>
    /// <param name="report">Gets every comparison, on a thread of the pool; what it throws is logged and goes no further.</param>
    /// <param name="maxConcurrency">How many shadows may run at once.</param>
    /// <param name="logger">Where it is logged that <paramref name="report"/> threw; null for nowhere.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxConcurrency"/> is below 1.</exception>
    public ShadowReranker(
        IReranker innerReranker, IReranker shadow, Action<ShadowComparison> report, int maxConcurrency = 4, ILogger? logger = null)
        : base(innerReranker)
    {
        ArgumentNullException.ThrowIfNull(shadow);
        ArgumentNullException.ThrowIfNull(report);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxConcurrency, 1);
        _shadow = shadow;
        _report = report;
        _slots = new(maxConcurrency);
        _logger = logger ?? NullLogger.Instance;
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
        try
        {
            base.Dispose(disposing);
        }
        finally
        {
            if (disposing)
            {
                _disposed.Cancel();
                _shadow.Dispose();
            }
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
            await ((Task)answering).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!answering.IsCompletedSuccessfully)
            {
                // The caller has been told, and there is nothing to compare with.
                return;
            }

            var (answer, answerElapsed) = answering.Result;
            var comparison = new ShadowComparison(documents.Length) { Elapsed = answerElapsed, ShadowElapsed = elapsed };
            _report(shadowing.IsCompletedSuccessfully ? Compare(comparison, answer, shadowing.Result) : comparison with
            {
                Error = shadowing.Exception?.InnerException ?? new OperationCanceledException("The shadow was cancelled."),
            });
        }
        catch (Exception error)
        {
            LogReportFailed(error);
        }
        finally
        {
            _slots.Release();
        }
    }

    [LoggerMessage(LogLevel.Error, "The report of a shadow threw: the comparison is lost. The call itself was answered.")]
    private partial void LogReportFailed(Exception error);

    private static ShadowComparison Compare(ShadowComparison comparison, RerankResponse answer, RerankResponse shadow) => comparison with
    {
        ShadowResponse = shadow,
        RankCorrelation = ShadowComparison.Correlate(answer, shadow),
        SameBest = answer.Results is [var best, ..] && shadow.Results is [var other, ..] ? best.Index == other.Index : null,
    };
}

/// <content>Adds a shadow to a chain of rerankers.</content>
public static partial class RerankerBuilderExtensions
{
    /// <summary>Runs a second reranker beside what lies inside, and reports how it would have answered.</summary>
    /// <param name="builder">The chain.</param>
    /// <param name="shadow">The reranker that runs beside; the chain owns it.</param>
    /// <param name="report">
    /// Gets every comparison, on a thread of the pool; what it throws is logged, where the container has logging, and goes no further.
    /// </param>
    /// <param name="maxConcurrency">How many shadows may run at once; calls beyond are not shadowed.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxConcurrency"/> is below 1.</exception>
    public static RerankerBuilder UseShadow(
        this RerankerBuilder builder, IReranker shadow, Action<ShadowComparison> report, int maxConcurrency = 4)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(shadow);
        ArgumentNullException.ThrowIfNull(report);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxConcurrency, 1);
        return builder.Use((inner, services) => new ShadowReranker(
            inner, shadow, report, maxConcurrency, services.GetService<ILoggerFactory>()?.CreateLogger<ShadowReranker>()));
    }
}
