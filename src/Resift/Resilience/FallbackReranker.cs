using Polly.CircuitBreaker;

namespace Resift;

/// <summary>Asks other rerankers when one fails, and in the end keeps the order in which the documents came.</summary>
/// <remarks>
/// <para>
/// Whatever answers in place of the first reranker is marked as degraded, with the reason, and carries its own score scale, so that a
/// threshold meant for the first is not applied to it. The first stage's order is on <see cref="ScoreScale.Rank"/>.
/// </para>
/// <para>
/// A reranker that keeps failing is not asked for a while (a circuit breaker). A caller's own mistakes (<see cref="ArgumentException"/>,
/// <see cref="NotSupportedException"/>) and the caller's cancellation are no failures: they pass through. But when one that answers in
/// place of another refuses a call in this way, such as for an option that only the first knows, the next is asked. Safe for concurrent
/// use.
/// </para>
/// </remarks>
public sealed class FallbackReranker : DelegatingReranker
{
    private readonly RerankerBreaker[] _rerankers;
    private readonly IReranker[] _fallbacks;
    private readonly bool _keepOrder;
    private readonly Action<RerankerFailure>? _onFallback;

    /// <summary>Wraps rerankers.</summary>
    /// <param name="innerReranker">The reranker that is asked first; owned from now on.</param>
    /// <param name="fallbacks">The rerankers that are asked in turn when it fails; owned from now on. May be none.</param>
    /// <param name="options">When a failing reranker is left alone, and what comes last; null for the defaults.</param>
    public FallbackReranker(IReranker innerReranker, IReadOnlyList<IReranker> fallbacks, FallbackRerankerOptions? options = null)
        : base(innerReranker)
    {
        ArgumentNullException.ThrowIfNull(fallbacks);
        options ??= new();
        _fallbacks = [.. fallbacks];
        _rerankers = [.. _fallbacks.Prepend(innerReranker).Select(reranker => new RerankerBreaker(reranker, options))];
        _keepOrder = options.KeepFirstStageOrder;
        _onFallback = options.OnFallback;
    }

    /// <inheritdoc />
    /// <exception cref="RerankerException">All failed, and the options say not to keep the order.</exception>
    public override async Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        RerankArguments.ThrowIfInvalid(query, documents);
        var failures = new List<RerankerFailure>();
        foreach (var reranker in _rerankers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                var response = await reranker.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false);
                return failures is [] ? response : response with { DegradedReason = Reason(failures, reranker.Name, response) };
            }
            catch (Exception error) when (
                RerankFailures.MayBeAnswered(error, cancellationToken) || (failures is not [] && AsksTooMuch(error)))
            {
                failures.Add(new(reranker.Name, error));
                _onFallback?.Invoke(failures[^1]);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        return _keepOrder
            ? RerankCalls.FirstStageOrder(documents.Count, options?.TopN) with
            {
                DegradedReason = $"{Describe(failures)}; the documents keep the order in which they came",
            }
            : throw NoAnswer(failures);
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
            Disposal.All(disposing ? _fallbacks : []);
        }
    }

    // The call may be right for the reranker that was meant to answer it, and ask for what only that one can do.
    private static bool AsksTooMuch(Exception error) => error is ArgumentException or NotSupportedException;

    private static string Describe(List<RerankerFailure> failures) => string.Join("; ", failures.Select(failure =>
        failure.Error is RerankerRejectedException { InnerException: BrokenCircuitException } ? failure.Error.Message
        : RerankFailures.IsRefusal(failure.Error) ? $"{failure.Reranker} refused: {failure.Error.Message}"
        : $"{failure.Reranker} failed: {failure.Error.Message}"));

    // As temporary as the failure that passes first; a refusal if nobody was asked at all.
    private static RerankerException NoAnswer(List<RerankerFailure> failures)
    {
        string message = $"No reranker answered: {Describe(failures)}.";
        Exception[] errors = [.. failures.Select(failure => failure.Error)];
        var all = new AggregateException(errors);
        bool isTransient = errors.Any(error => error is not RerankerException || error is RerankerException { IsTransient: true });
        var wait = errors.OfType<RerankerException>().Min(error => error.RetryAfter);
        return errors.All(RerankFailures.IsRefusal)
            ? new RerankerRejectedException(message, all) { IsTransient = isTransient, RetryAfter = wait }
            : new RerankerException(message, all) { IsTransient = isTransient, RetryAfter = wait };
    }

    private static string Reason(List<RerankerFailure> failures, string name, RerankResponse response) =>
        $"{Describe(failures)}; {name} answered instead" + (response.DegradedReason is { } own ? $" ({own})" : "");
}

/// <content>Adds fallbacks to a chain of rerankers.</content>
public static partial class RerankerBuilderExtensions
{
    /// <summary>Keeps the order in which the documents came when what lies inside fails.</summary>
    /// <param name="builder">The chain.</param>
    /// <returns>The same builder.</returns>
    public static RerankerBuilder UseFallback(this RerankerBuilder builder) => builder.UseFallback([]);

    /// <summary>Asks other rerankers in turn when what lies inside fails.</summary>
    /// <param name="builder">The chain.</param>
    /// <param name="fallbacks">The other rerankers; the chain owns them.</param>
    /// <param name="options">When a failing reranker is left alone, and what comes last; null for the defaults.</param>
    /// <returns>The same builder.</returns>
    public static RerankerBuilder UseFallback(
        this RerankerBuilder builder, IReadOnlyList<IReranker> fallbacks, FallbackRerankerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(fallbacks);
        return builder.Use(inner => new FallbackReranker(inner, fallbacks, options));
    }
}
