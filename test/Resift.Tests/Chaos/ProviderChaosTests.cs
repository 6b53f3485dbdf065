using System.Diagnostics;
using Resift.Testing;

namespace Resift.Tests.Chaos;

/// <summary>
/// Thousands of calls through fallback, cache and retries against a server that fails three times in ten. The environment variable
/// <c>RESIFT_CHAOS_CALLS</c> sets another number of calls.
/// </summary>
[Collection(nameof(RunsAlone))]
public sealed class ProviderChaosTests(ITestOutputHelper output)
{
    private const int Seed = 20_261_124;
    private const int Concurrency = 64;
    private const long MaxGrowthBytes = 4 << 20;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RerankAsync_ServerFailsThreeTimesInTen_NothingIsLostMadeUpOrLeftBehind()
    {
        var clock = Stopwatch.StartNew();
        using var unobserved = new UnobservedFailures();
        var replies = new ChaosReplies(Seed);
        await using var server = new LoopbackServer(replies.Reply) { KeptRequests = 0 };
        var reranker = Chain(server);
        int[] outcomes = new int[4];
        await AskAsync(reranker, 0, ChaosCall.Count / 3, outcomes);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        await AskAsync(reranker, ChaosCall.Count / 3, ChaosCall.Count, outcomes);
        long growth = GC.GetTotalMemory(forceFullCollection: true) - before;

        AssertBecomes(0, () => server.RequestsUnderWay);
        Assert.InRange(server.OpenConnections, 0, Concurrency);
        reranker.Dispose();
        AssertBecomes(0, () => server.OpenConnections);
        Assert.Empty(unobserved.Find());
        Assert.InRange(growth, long.MinValue, MaxGrowthBytes);

        output.WriteLine($"{ChaosCall.Count} calls in {clock.Elapsed.TotalSeconds:0.0} s: {outcomes[0]} honest, {outcomes[1]} by the " +
            $"second reranker, {outcomes[2]} in their first order, {outcomes[3]} cancelled; memory grew by " +
            $"{growth / 1024} KiB after a third");
        output.WriteLine(string.Join(
            ", ", replies.Played.OrderBy(played => played.Key).Select(played => $"{played.Value} × {played.Key}")));

        // The days were bad, but not so bad that nothing was tested.
        Assert.InRange(outcomes[0], ChaosCall.Count / 2, ChaosCall.Count);
        Assert.All(outcomes, count => Assert.NotEqual(0, count));
        Assert.All(ChaosReplies.Failures, failure => Assert.Contains(failure, replies.Played.Keys));
    }

    private static IReranker Chain(LoopbackServer server)
    {
        int asked = 0;
        var second = HonestScores.Reranker(ScoreScale.Logit, _ => Interlocked.Increment(ref asked) % 5 == 0
            ? throw new RerankerException("The second one fails as well.")
            : Task.CompletedTask);
        var options = new HttpRerankerOptions
        {
            ApiKey = "key",
            Endpoint = server.Address,
            AttemptTimeout = TimeSpan.FromSeconds(1),
            MaxResponseBytes = 64 * 1024,
            MaxRetries = 2,
            MaxRetryDelay = TimeSpan.FromMilliseconds(5),
            RequestTimeout = TimeSpan.FromSeconds(5),
        };
        return new CohereReranker(options).AsBuilder()
            .UseFallback([second], new() { MinimumCalls = 50, BreakDuration = TimeSpan.FromSeconds(0.5) })
            .UseCaching(new UnreliableCache(Seed))
            .Build();
    }

    private static async Task AskAsync(IReranker reranker, int first, int last, int[] outcomes)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = Cancellation };
        await Parallel.ForEachAsync(Enumerable.Range(first, last - first), options, async (i, token) =>
        {
            var call = ChaosCall.Of(Seed + i);
            var response = await call.AskAsync(reranker, token);
            Interlocked.Increment(ref outcomes[Outcome(call, response)]);
        });
    }

    private static int Outcome(ChaosCall call, RerankResponse? response)
    {
        if (response is null)
        {
            return 3;
        }

        call.AssertWhole(response);
        if (!response.IsDegraded)
        {
            call.AssertHonest(response, ScoreScale.Probability);
            return 0;
        }

        if (response.ScoreScale == ScoreScale.Logit)
        {
            call.AssertHonest(response, ScoreScale.Logit);
            return 1;
        }

        ChaosCall.AssertFirstStageOrder(response);
        return 2;
    }

    private static void AssertBecomes(int expected, Func<int> actual)
    {
        SpinWait.SpinUntil(() => actual() == expected, TimeSpan.FromSeconds(10));
        Assert.Equal(expected, actual());
    }
}
