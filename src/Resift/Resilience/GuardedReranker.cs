using Polly;
using Polly.CircuitBreaker;

namespace Resift;

/// <summary>
/// A reranker behind a circuit breaker: while the circuit is open, calls end with a <see cref="BrokenCircuitException"/>.
/// </summary>
internal sealed class GuardedReranker
{
    private readonly IReranker _reranker;
    private readonly ResiliencePipeline _breaker;

    public GuardedReranker(IReranker reranker, FallbackRerankerOptions options)
    {
        ArgumentNullException.ThrowIfNull(reranker);
        _reranker = reranker;
        var metadata = reranker.GetService<RerankerMetadata>();
        Name = metadata?.DefaultModelId ?? metadata?.ProviderName ?? "the reranker";
        _breaker = new ResiliencePipelineBuilder { TimeProvider = options.TimeProvider }
            .AddCircuitBreaker(new()
            {
                FailureRatio = options.FailureRatio,
                MinimumThroughput = options.MinimumCalls,
                SamplingDuration = options.SamplingDuration,
                BreakDuration = options.BreakDuration,
                ShouldHandle = arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is { } error && IsFailure(error, arguments.Context.CancellationToken)),
            })
            .Build();
    }

    public string Name { get; }

    /// <summary>Tells a failure of the reranker from a mistake of the caller and from its cancellation.</summary>
    public static bool IsFailure(Exception error, CancellationToken cancellationToken) => error switch
    {
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        ArgumentException or NotSupportedException or ObjectDisposedException => false,
        _ => true,
    };

    public async Task<RerankResponse> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options, CancellationToken cancellationToken) =>
        await _breaker.ExecuteAsync(
            async token => await _reranker.RerankAsync(query, documents, options, token).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
}
