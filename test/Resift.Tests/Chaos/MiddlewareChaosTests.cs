using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.RateLimiting;

namespace Resift.Tests.Chaos;

/// <summary>
/// Calls through fallback, shadow, deadline, hedging and a limit of calls, around rerankers that are late, fail, hang and do not listen.
/// </summary>
[Collection(nameof(RunsAlone))]
public sealed class MiddlewareChaosTests(ITestOutputHelper output)
{
    private const int Seed = 5;
    private const int Permits = 48;

    private readonly Random _random = new(Seed);
    private int _underWay;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RerankAsync_RerankersLateFailingAndHanging_NothingIsLostMadeUpOrLeftBehind()
    {
        var clock = Stopwatch.StartNew();
        using var unobserved = new UnobservedFailures();
        using var limiter = new ConcurrencyLimiter(new() { PermitLimit = Permits, QueueLimit = 30 });
        var comparisons = new ConcurrentQueue<ShadowComparison>();
        var outcomes = new ConcurrentDictionary<string, int>();
        using (var reranker = Chain(limiter, comparisons.Enqueue))
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Cancellation };
            await Parallel.ForEachAsync(Enumerable.Range(0, ChaosCall.Count / 2), options, async (i, token) =>
            {
                var call = ChaosCall.Of(Seed + i);
                outcomes.AddOrUpdate(Outcome(call, await call.AskAsync(reranker, token)), 1, (_, count) => count + 1);
            });
        }

        SpinWait.SpinUntil(() => _underWay == 0 && Available(limiter) == Permits, TimeSpan.FromSeconds(10));
        Assert.Equal(0, _underWay);
        Assert.Equal(Permits, Available(limiter));
        Assert.Empty(unobserved.Find());
        Assert.All(comparisons, comparison => Assert.True(comparison.Error is null != comparison.ShadowResponse is null));

        output.WriteLine($"{ChaosCall.Count / 2} calls in {clock.Elapsed.TotalSeconds:0.0} s, {comparisons.Count} shadows: " +
            string.Join(", ", outcomes.OrderBy(outcome => outcome.Key).Select(outcome => $"{outcome.Value} {outcome.Key}")));
        Assert.Equal(["cancelled", "failed", "late", "partly late", "whole"], outcomes.Keys.Order(StringComparer.Ordinal));
        Assert.NotEmpty(comparisons);
    }

    private static long Available(RateLimiter limiter) => limiter.GetStatistics()!.CurrentAvailablePermits;

    private static string Outcome(ChaosCall call, RerankResponse? response)
    {
        if (response is null)
        {
            return "cancelled";
        }

        call.AssertWhole(response);
        if (!response.IsDegraded)
        {
            call.AssertHonest(response, ScoreScale.Probability);
            return "whole";
        }

        if (response.ScoreScale != ScoreScale.Rank)
        {
            AssertPartlyHonest(call, response);
            return "partly late";
        }

        ChaosCall.AssertFirstStageOrder(response);
        return response.DegradedReason!.Contains("No document was scored within", StringComparison.Ordinal) ? "late" : "failed";
    }

    // What was scored has its honest score and stands first; the rest keeps its order at 0, which is nobody's honest score.
    private static void AssertPartlyHonest(ChaosCall call, RerankResponse response)
    {
        Assert.Equal(ScoreScale.Probability, response.ScoreScale);
        int scored = response.Results.Count(result => !result.IsUnscored);
        Assert.InRange(scored, 1, call.Documents.Length - 1);
        var known = response.Results.Take(scored).ToArray();
        Assert.All(known, result => Assert.Equal(HonestScores.Of(call.Query, call.Documents[result.Index]), result.Score));
        var rest = response.Results.Skip(scored).ToArray();
        Assert.All(rest, result => Assert.Equal(0, result.Score));
        Assert.Equal(rest.Select(result => result.Index).Order(), rest.Select(result => result.Index));
    }

    private IReranker Chain(RateLimiter limiter, Action<ShadowComparison> report) =>
        HonestScores.Reranker(ScoreScale.Probability, WeatherAsync).AsBuilder()
            .UseFallback([], new() { MinimumCalls = int.MaxValue })
            .UseShadow(Shadow(), report)
            .UseDeadline(TimeSpan.FromMilliseconds(30), new() { BatchSize = 3, MaxConcurrency = 3 })
            .UseHedging(TimeSpan.FromMilliseconds(4), HonestScores.Reranker(ScoreScale.Probability, WeatherAsync))
            .UseRateLimiting(limiter)
            .Build();

    // With a deadline of its own: a shadow that hangs would keep its place.
    private IReranker Shadow() =>
        HonestScores.Reranker(ScoreScale.Logit, WeatherAsync).AsBuilder().UseDeadline(TimeSpan.FromMilliseconds(20)).Build();

    private async Task WeatherAsync(CancellationToken cancellationToken)
    {
        int roll;
        int milliseconds;
        lock (_random)
        {
            roll = _random.Next(100);
            milliseconds = _random.Next(1, 12);
        }

        Interlocked.Increment(ref _underWay);
        try
        {
            switch (roll)
            {
                case < 15:
                    await Task.Delay(milliseconds, cancellationToken);
                    break;
                case < 22:
                    throw new RerankerException("Failed at once.");
                case < 29:
                    await Task.Delay(milliseconds, CancellationToken.None);
                    throw new RerankerException("Failed after a while.");
                case < 36:
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                    break;
                case < 41:
                    // Does not listen, and answers when nobody waits any more.
                    await Task.Delay(30 + milliseconds, CancellationToken.None);
                    break;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }
}
