using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using OrleansSilo;
using Resift.Orleans.Calls;

namespace Resift.Orleans.Tests;

/// <summary>Processes of their own that find each other in Redis, and a client outside of them.</summary>
public sealed class RedisClusterTests
{
    private const string Query = "how long do cats sleep";

    private static readonly string[] _documents =
        [.. Enumerable.Range(0, 10).Select(i => $"cats {(i % 3 == 0 ? "sleep" : "eat")} {i} how")];

    private static readonly OrleansRerankerOptions _options = new()
    {
        Deadline = TimeSpan.FromSeconds(2),
        HedgeAfter = TimeSpan.FromMilliseconds(150),
        PartTokens = 100,
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RerankAsync_OneSiloFrozenAndThenOneKilled_EveryCallIsAnsweredInTimeOnceAndInOrder()
    {
        using var redis = RedisProcess.Start();
        using SiloProcess first = new(redis), second = new(redis), third = new(redis);
        await Task.WhenAll(first.ReadyAsync(), second.ReadyAsync(), third.ReadyAsync());
        using var client = await StartClientAsync(redis);
        using var reranker = Create(client, _options);
        using var alone = new SharedWordsReranker(TimeSpan.Zero);
        string[] many = [.. Enumerable.Repeat(_documents, 6).SelectMany(documents => documents)];
        var expectedSmall = (await alone.RerankAsync(Query, _documents, cancellationToken: Cancellation)).Results;
        var expectedLarge = (await alone.RerankAsync(Query, many, cancellationToken: Cancellation)).Results;
        var pairs = new Dictionary<int, int>();

        async Task CallAsync(int count)
        {
            for (int i = 0; i < count; i++)
            {
                // The deadline is the reranker's own: a call that takes longer is an exception here. Each tenth call is split.
                bool isLarge = i % 10 == 9;
                var response = await reranker.RerankAsync(Query, isLarge ? many : _documents, cancellationToken: Cancellation);
                Assert.Equal(isLarge ? expectedLarge : expectedSmall, response.Results);
                if (!isLarge)
                {
                    int process = (int)response.AdditionalProperties![SharedWordsReranker.ProcessKey]!;
                    pairs[process] = pairs.GetValueOrDefault(process) + response.Usage!.Pairs;
                }
            }
        }

        await CallAsync(20);
        first.Freeze();
        pairs.Clear();
        await CallAsync(100);

        Assert.Equal(new[] { second.Id, third.Id }.Order(), pairs.Keys.Order());
        Assert.True(Math.Abs(pairs[second.Id] - pairs[third.Id]) < 0.2 * pairs.Values.Max(), string.Join(", ", pairs));

        second.Kill();
        pairs.Clear();
        await CallAsync(80);
        Assert.Equal([third.Id], pairs.Keys);
    }

    [Fact]
    public async Task RerankAsync_RedisRestartedInTheMiddle_CallsGoOn()
    {
        using var redis = RedisProcess.Start();
        using SiloProcess first = new(redis), second = new(redis);
        await Task.WhenAll(first.ReadyAsync(), second.ReadyAsync());
        using var client = await StartClientAsync(redis);
        using var reranker = Create(client, new());
        redis.Stop();
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(_documents.Length, (await reranker.RerankAsync(Query, _documents, cancellationToken: Cancellation)).Results.Count);
        }

        redis.StartAgain();
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(_documents.Length, (await reranker.RerankAsync(Query, _documents, cancellationToken: Cancellation)).Results.Count);
        }
    }

    [Fact]
    public async Task RerankAsync_OneSiloAMinuteAheadAndAnotherKilled_EveryCallIsAnsweredInTimeAlsoByThatSilo()
    {
        Assert.SkipWhen(SiloProcess.FakeTime() is null, "there is no libfaketime");
        using var redis = RedisProcess.Start();
        using SiloProcess ahead = new(redis, secondsAhead: 60), second = new(redis), third = new(redis);
        var clocks = await Task.WhenAll(ahead.ReadyAsync(), second.ReadyAsync(), third.ReadyAsync());
        Assert.True(clocks[0] > DateTimeOffset.UtcNow.AddSeconds(15), "The silo's clock is not ahead.");
        using var client = await StartClientAsync(redis);
        using var reranker = Create(client, _options);
        var processes = new HashSet<int>();

        async Task CallAsync(int count)
        {
            for (int i = 0; i < count; i++)
            {
                var response = await reranker.RerankAsync(Query, _documents, cancellationToken: Cancellation);
                Assert.Equal(_documents.Length, response.Results.Count);
                processes.Add((int)response.AdditionalProperties![SharedWordsReranker.ProcessKey]!);
            }
        }

        await CallAsync(60);
        Assert.Equal(new[] { ahead.Id, second.Id, third.Id }.Order(), processes.Order());

        second.Kill();
        processes.Clear();
        await CallAsync(60);
        Assert.Equal(new[] { ahead.Id, third.Id }.Order(), processes.Order());
    }

    private static async Task<IHost> StartClientAsync(RedisProcess redis)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(orleans => orleans
            .UseRedisClustering(redis.Address)
            .Configure<ClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = "resift"));
        builder.Services.AddResiftOrleans("mini");
        var host = builder.Build();
        await host.StartAsync(Cancellation);

        // The first calls compile code in every process, which no deadline of two seconds allows for on a busy machine.
        using var reranker = Create(host, new());
        for (int i = 0; i < 20; i++)
        {
            await reranker.RerankAsync(Query, _documents, cancellationToken: Cancellation);
        }

        return host;
    }

    private static OrleansReranker Create(IHost client, OrleansRerankerOptions options) => new(
        "mini",
        options,
        client.Services.GetRequiredService<ClusterBoard>(),
        client.Services.GetRequiredService<ILogger<OrleansReranker>>());
}
