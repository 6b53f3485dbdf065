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
    private readonly GuardedReranker[] _rerankers;
    private readonly IReranker[] _fallbacks;
    private readonly bool _keepOrder;

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
        _rerankers = [.. _fallbacks.Prepend(innerReranker).Select(reranker => new GuardedReranker(reranker, options))];
        _keepOrder = options.KeepFirstStageOrder;
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
        var failures = new List<string>();
        var errors = new List<Exception>();
        foreach (var reranker in _rerankers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                var response = await reranker.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false);
                return failures is [] ? response : response with { DegradedReason = Reason(failures, reranker.Name, response) };
            }
            catch (BrokenCircuitException error)
            {
                failures.Add($"{reranker.Name} was not asked, because it failed repeatedly");
                errors.Add(error);
            }
            catch (Exception error) when (GuardedReranker.IsFailure(error, cancellationToken) || (failures is not [] && IsRefusal(error)))
            {
                failures.Add($"{reranker.Name} failed: {error.Message}");
                errors.Add(error);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        string reason = string.Join("; ", failures);
        return _keepOrder
            ? RerankCalls.FirstStageOrder(documents.Count, options?.TopN) with
            {
                DegradedReason = $"{reason}; the documents keep the order in which they came",
            }
            : throw new RerankerException($"No reranker answered: {reason}.", new AggregateException(errors));
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            foreach (var fallback in _fallbacks)
            {
                fallback.Dispose();
            }
        }
    }

    // The call may be right for the reranker that was meant to answer it, and ask for what only that one can do.
    private static bool IsRefusal(Exception error) => error is ArgumentException or NotSupportedException;

    private static string Reason(List<string> failures, string name, RerankResponse response) =>
        $"{string.Join("; ", failures)}; {name} answered instead" + (response.DegradedReason is { } own ? $" ({own})" : "");
}

/// <summary>Adds fallbacks to a chain of rerankers.</summary>
public static class FallbackRerankerBuilderExtensions
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
