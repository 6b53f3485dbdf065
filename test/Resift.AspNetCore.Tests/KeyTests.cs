using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Resift.Testing;

namespace Resift.AspNetCore.Tests;

/// <summary>What each key may do, and how keys are replaced while the server runs.</summary>
public sealed class KeyTests
{
    // Four tokens, and one of the query.
    private const string FiveTokens = """{"query":"four","documents":["0123456789abcdef"]}""";

    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static TheoryData<string, ResiftServerKey[]> WrongKeys() => new()
    {
        { "no key", [] },
        { "64 hexadecimal digits", [Key("a") with { Hash = "sha256:12" }] },
        { "no name", [Key("a") with { Name = " " }] },
        { "two have the name 'a'", [Key("a"), Key("b") with { Name = "a" }] },
        { "'a' and 'b' are the same", [Key("a"), Key("a") with { Name = "b" }] },
        { "words, hash", [Key("a") with { Models = ["nobody"] }] },
        { "words, hash", [Key("a") with { Models = [] }] },
    };

    [Fact]
    public async Task Rerank_BeyondTheRequestsOfAMinute_IsRefusedForThatKeyUntilThenOnly()
    {
        await using var server = await StartAsync([Key("a") with { RequestsPerMinute = 2 }, Key("b")]);

        Assert.Equal("200 200 429", await CallsAsync(server, "a", "a", "a"));
        var refused = await server.PostAsync("/v1/rerank", FiveTokens, ("Api-Key", "a"));
        Assert.Equal("30", refused.Header("Retry-After"));
        Assert.Equal(200, await CallAsync(server, "b"));

        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("200 429", await CallsAsync(server, "a", "a"));
    }

    [Fact]
    public async Task Rerank_BeyondTheTokensOfAMinute_IsRefusedUntilThen()
    {
        await using var server = await StartAsync([Key("a") with { TokensPerMinute = 10 }]);

        Assert.Equal("200 200 429", await CallsAsync(server, "a", "a", "a"));

        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("200 429", await CallsAsync(server, "a", "a"));
    }

    [Fact]
    public void TryTake_OfMoreThanThereEverIs_TakesAllAndIsOwed()
    {
        var bucket = new MinuteBucket(_time);

        Assert.True(bucket.TryTake(10, 25, out _));
        Assert.False(bucket.TryTake(10, 1, out var wait));
        Assert.Equal(96, wait.TotalSeconds, precision: 3);
        _time.Advance(TimeSpan.FromSeconds(96));
        Assert.True(bucket.TryTake(10, 1, out _));
        Assert.False(bucket.TryTake(10, 25, out wait));
        Assert.Equal(60, wait.TotalSeconds, precision: 3);
    }

    [Fact]
    public void TryTake_WithALowerLimitThanBefore_HasNoMoreThanThat()
    {
        var bucket = new MinuteBucket(_time);
        Assert.True(bucket.TryTake(100, 1, out _));

        Assert.True(bucket.TryTake(2, 2, out _));
        Assert.False(bucket.TryTake(2, 1, out _));
    }

    [Fact]
    public async Task Rerank_BeyondTheRequestsUnderWayOfAKey_IsRefusedForThatKeyOnly()
    {
        await using var server = await StartAsync([Key("a") with { MaxRequestsUnderWay = 1 }, Key("b")], Waiting());
        var first = CallAsync(server, "a");
        await _entered.Task;

        Assert.Equal(429, await CallAsync(server, "a"));
        var other = CallAsync(server, "b");
        _release.SetResult();

        Assert.Equal((200, 200), (await first, await other));
        Assert.Equal("200", await CallsAsync(server, "a"));
    }

    [Fact]
    public async Task Requests_OfAKeyWithModels_FindTheseOnly()
    {
        await using var server = await TestServer.StartAsync(
            options =>
            {
                options.AddReranker("second", serviceKey: "second");
                options.Aliases["theirs"] = "second";
                options.Keys.Add(Key("a") with { Models = ["second"] });
                options.Keys.Add(Key("all"));
            },
            addServices: services => services.AddKeyedSingleton<IReranker>("second", (_, _) => new TestReranker()));

        Assert.Equal("second", (await PostAsync(null, "a")).Header("X-Resift-Model"));
        Assert.Equal("words", (await PostAsync(null, "all")).Header("X-Resift-Model"));
        Assert.Equal("second", (await PostAsync("theirs", "a")).Header("X-Resift-Model"));
        foreach (string forbidden in (string[])["words", "rerank-v3.5"])
        {
            var reply = await PostAsync(forbidden, "a");
            Assert.Equal(HttpStatusCode.Forbidden, reply.Status);
            Assert.Contains("it may use: second", reply.Json.GetProperty("message").GetString(), StringComparison.Ordinal);
        }

        var unknown = await PostAsync("nobody", "a");
        Assert.Equal(HttpStatusCode.NotFound, unknown.Status);
        Assert.DoesNotContain("words", unknown.Json.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.PostAsync("/v1/embeddings", """{"input":"a"}""", ("Api-Key", "a"))).Status);
        var models = (await server.GetAsync("/v1/models", ("Api-Key", "a"))).Json.GetProperty("data").EnumerateArray();
        Assert.Equal(["second", "theirs"], models.Select(model => model.GetProperty("id").GetString()));

        Task<Reply> PostAsync(string? model, string key) => server.PostAsync("/v1/rerank",
            $$"""{"model":{{(model is null ? "null" : $"\"{model}\"")}},"query":"q","documents":["q"]}""", ("Api-Key", key));
    }

    [Fact]
    public async Task Replace_WhileTheServerRuns_LetsInWhoHasANewKey()
    {
        await using var server = await StartAsync([Key("a"), Key("b")]);
        Assert.Equal("200 200 401", await CallsAsync(server, "a", "b", "c"));

        KeysOf(server).Replace([Key("b"), Key("c")]);

        Assert.Equal("401 200 200", await CallsAsync(server, "a", "b", "c"));
    }

    [Fact]
    public async Task Replace_OfAKeyThatStays_KeepsCountOfWhatItUsed()
    {
        await using var server = await StartAsync([Key("a") with { RequestsPerMinute = 1 }]);
        Assert.Equal("200 429", await CallsAsync(server, "a", "a"));

        KeysOf(server).Replace([Key("a") with { RequestsPerMinute = 1, Name = "renamed" }]);
        Assert.Equal(429, await CallAsync(server, "a"));

        KeysOf(server).Replace([Key("a") with { RequestsPerMinute = null }]);
        Assert.Equal(200, await CallAsync(server, "a"));
    }

    [Fact]
    public async Task Replace_WhileARequestOfARemovedKeyIsUnderWay_LetsItEnd()
    {
        await using var server = await StartAsync([Key("a") with { MaxRequestsUnderWay = 1 }], Waiting());
        var first = CallAsync(server, "a");
        await _entered.Task;

        KeysOf(server).Replace([Key("b")]);
        _release.SetResult();

        Assert.Equal(200, await first);
        Assert.Equal("401 200", await CallsAsync(server, "a", "b"));
    }

    [Theory]
    [MemberData(nameof(WrongKeys))]
    public async Task Replace_ByKeysThatAreWrong_KeepsTheOldOnes(string expected, ResiftServerKey[] wrong)
    {
        await using var server = await StartAsync([Key("old")]);

        var error = Assert.Throws<ArgumentException>(() => KeysOf(server).Replace(wrong));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal("200 401", await CallsAsync(server, "old", "a"));
    }

    [Fact]
    public async Task Replace_OverAndOverWhileRequestsCome_LosesNoneOfAKeyThatStays()
    {
        await using var server = await StartAsync([Key("a") with { MaxRequestsUnderWay = 4 }]);
        var keys = KeysOf(server);
        using var enough = new CancellationTokenSource();
        var replacing = Task.Run(
            () =>
            {
                for (int i = 0; !enough.IsCancellationRequested; i++)
                {
                    keys.Replace([Key($"other-{i}"), Key("a") with { MaxRequestsUnderWay = 4 + (i % 2) }]);
                }
            },
            TestContext.Current.CancellationToken);

        int[][] statuses = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            int[] mine = new int[50];
            for (int i = 0; i < mine.Length; i++)
            {
                mine[i] = await CallAsync(server, "a");
            }

            return mine;
        }));
        await enough.CancelAsync();
        await replacing;

        Assert.All(statuses.SelectMany(mine => mine), status => Assert.Equal(200, status));
        // Whoever was counted under one key object was taken off under another.
        keys.Replace([Key("a") with { MaxRequestsUnderWay = 1 }]);
        Assert.Equal(200, await CallAsync(server, "a"));
    }

    [Fact]
    public async Task Start_WithAKeyThatIsWrong_Fails() => await Assert.ThrowsAsync<InvalidOperationException>(
        () => TestServer.StartAsync(options => options.Keys.Add(Key("a") with { Models = ["nobody"] })));

    private static ResiftServerKey Key(string key) => new() { Name = key, Hash = ResiftServerOptions.HashKey(key) };

    private static ResiftServerKeys KeysOf(TestServer server) => server.App.Services.GetRequiredService<ResiftServerKeys>();

    private static async Task<int> CallAsync(TestServer server, string key) =>
        (int)(await server.PostAsync("/v1/rerank", FiveTokens, ("Api-Key", key))).Status;

    private static async Task<string> CallsAsync(TestServer server, params string[] keys)
    {
        var statuses = new List<int>();
        foreach (string key in keys)
        {
            statuses.Add(await CallAsync(server, key));
        }

        return string.Join(' ', statuses);
    }

    private Task<TestServer> StartAsync(ResiftServerKey[] keys, TestReranker? reranker = null) => TestServer.StartAsync(
        options => Array.ForEach(keys, options.Keys.Add), reranker,
        addServices: services => services.AddSingleton<TimeProvider>(_time));

    private TestReranker Waiting() => new()
    {
        RerankAsyncCallback = async (_, documents, _, cancellationToken) =>
        {
            _entered.TrySetResult();
            await _release.Task.WaitAsync(cancellationToken);
            return RerankResponse.Create([.. documents.Select(_ => 0.5)], ScoreScale.Probability, topN: null);
        },
    };
}
