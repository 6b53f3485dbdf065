using System.Net;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Timeout;

namespace Resift;

/// <summary>
/// Retries, timeouts and a circuit breaker with limits that suit reranking, where one answer may take a minute. Outermost first: the time
/// of the whole request, retries, the breaker, the time of one attempt.
/// </summary>
internal static class ProviderPipeline
{
    /// <summary>How long the breaker keeps calls away from a provider that fails.</summary>
    public static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(15);

    public static ResiliencePipeline<HttpResponseMessage> Create(HttpRerankerOptions options)
    {
        var clock = options.TimeProvider;
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock };
        builder.AddTimeout(new HttpTimeoutStrategyOptions { Timeout = options.RequestTimeout });
        if (options.MaxRetries > 0)
        {
            builder.AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = options.MaxRetries,
                Delay = TimeSpan.FromSeconds(1),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                MaxDelay = options.MaxRetryDelay,
                ShouldHandle = arguments => ValueTask.FromResult(
                    MayPass(arguments.Outcome) && !(Wait(arguments.Outcome) > options.MaxRetryDelay)),
                DelayGenerator = arguments => ValueTask.FromResult(Wait(arguments.Outcome)),
            });
        }

        TimeSpan? Wait(Outcome<HttpResponseMessage> outcome) =>
            outcome.Result is { } response ? WaitHeaders.Read(response, clock.GetUtcNow()) : null;

        return builder
            .AddCircuitBreaker(new HttpCircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5,
                MinimumThroughput = 20,
                SamplingDuration = TimeSpan.FromMinutes(1),
                BreakDuration = BreakDuration,

                // A provider that limits the rate is alive.
                ShouldHandle = arguments => ValueTask.FromResult(
                    MayPass(arguments.Outcome) && arguments.Outcome.Result?.StatusCode != HttpStatusCode.TooManyRequests),
            })
            .AddTimeout(new HttpTimeoutStrategyOptions { Timeout = options.AttemptTimeout })
            .Build();
    }

    /// <summary>Determines whether a failure without an answer may pass.</summary>
    public static bool MayPass(Exception error) => error switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => false,
        HttpRequestException or IOException or TimeoutRejectedException => true,

        // A connection that took too long to make.
        OperationCanceledException { InnerException: TimeoutException } => true,
        _ => false,
    };

    private static bool MayPass(Outcome<HttpResponseMessage> outcome) => outcome.Exception is { } error
        ? MayPass(error)
        : outcome.Result is { } response && ProviderError.IsTransient(response);
}
