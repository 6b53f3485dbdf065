using Polly;
using Polly.CircuitBreaker;

namespace Resift;

/// <summary>A circuit breaker around a reranker, which it does not own: while the circuit is open, calls are rejected.</summary>
internal sealed class RerankerBreaker
{
    private readonly IReranker _reranker;
    private readonly ResiliencePipeline _breaker;

    public RerankerBreaker(IReranker reranker, FallbackRerankerOptions options)
    {
        ArgumentNullException.ThrowIfNull(reranker);
        _reranker = reranker;
        var metadata = reranker.GetService<RerankerMetadata>();
        Name = metadata?.DefaultModelId ?? metadata?.ProviderName ?? "the reranker";
        var onOpened = options.OnBreakerOpened;
        _breaker = new ResiliencePipelineBuilder { TimeProvider = options.TimeProvider }
            .AddCircuitBreaker(new()
            {
                FailureRatio = options.FailureRatio,
                MinimumThroughput = options.MinimumCalls,
                SamplingDuration = options.SamplingDuration,
                BreakDuration = options.BreakDuration,
                ShouldHandle = arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is { } error && RerankFailures.IsFailure(error, arguments.Context.CancellationToken)),
                OnOpened = arguments =>
                {
                    onOpened?.Invoke(new(Name, arguments.Outcome.Exception!));
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    /// <summary>Gets what the reranker is called in messages.</summary>
    public string Name { get; }

    /// <summary>Asks the reranker, if the circuit is closed.</summary>
    /// <exception cref="RerankerRejectedException">The circuit is open: the reranker was not asked.</exception>
    public async Task<RerankResponse> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options, CancellationToken cancellationToken)
    {
        try
        {
            return await _breaker.ExecuteAsync(
                async token => await _reranker.RerankAsync(query, documents, options, token).ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
        }
        catch (BrokenCircuitException error)
        {
            throw new RerankerRejectedException($"{Name} was not asked, because it failed repeatedly", error)
            {
                IsTransient = true,
                RetryAfter = error.RetryAfter,
            };
        }
    }
}
