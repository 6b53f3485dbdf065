using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Resift.Testing;

namespace Resift.Tests.Caching;

public sealed class CachingRerankerTests
{
    private static readonly string[] _documents = ["dogs bark", "cats sleep", "cats"];

    private readonly MemoryDistributedCache _cache = new(Options.Create(new MemoryDistributedCacheOptions()));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RerankAsync_SameCallTwice_ScoredOnce()
    {
        using var inner = new TestReranker();
        using var reranker = Cached(inner, _cache);
        var first = await reranker.RerankAsync("cats sleep", _documents, cancellationToken: Cancellation);
        var second = await reranker.RerankAsync("cats sleep", _documents, cancellationToken: Cancellation);
        Assert.Equal(first.Results, second.Results);
        Assert.Equal(first.ModelId, second.ModelId);
        Assert.Equal(first.ScoreScale, second.ScoreScale);
        Assert.Equal(1, inner.Calls);
        Assert.Equal(3, second.Usage!.CachedDocuments);
        Assert.Equal(0, second.Usage!.Pairs);
    }

    [Fact]
    public async Task RerankAsync_PartlyKnown_OnlyTheMissingAreScored()
    {
        var seen = new List<string[]>();
        using var reranker = Cached(Recording(seen), _cache);
        await reranker.RerankAsync("cats sleep", _documents, cancellationToken: Cancellation);
        var response = await reranker.RerankAsync("cats sleep", ["cats", "new", "new", "dogs bark"], new() { TopN = 2 }, Cancellation);
        Assert.Equal(["new"], seen[1]);
        Assert.Equal([0, 1], response.Results.Select(result => result.Index));
        Assert.Equal(1, response.Usage!.Pairs);
        Assert.Equal(2, response.Usage!.CachedDocuments);
    }

    [Fact]
    public async Task RerankAsync_OtherModelRevisionOrOption_ScoredAgain()
    {
        using var inner = new TestReranker();
        using var reranker = Cached(inner, _cache);
        using var newer = new CachingReranker(inner, _cache, new() { Revision = "2" }, null);
        await reranker.RerankAsync("cats", _documents, cancellationToken: Cancellation);
        await reranker.RerankAsync("cats", _documents, new() { ModelId = "other" }, Cancellation);
        await reranker.RerankAsync("cats", _documents, new() { MaxTokensPerDocument = 5 }, Cancellation);
        await reranker.RerankAsync("cats", _documents, new() { Instruction = "x" }, Cancellation);
        await reranker.RerankAsync("cats", _documents, new() { AdditionalProperties = new() { ["a"] = 1 } }, Cancellation);
        await newer.RerankAsync("cats", _documents, cancellationToken: Cancellation);
        Assert.Equal(6, inner.Calls);
    }

    [Fact]
    public async Task RerankAsync_OtherModelOfTheSameName_ScoredAgain()
    {
        using var first = Marked("first");
        using var second = Marked("second");
        await Cached(first, _cache).RerankAsync("cats", _documents, cancellationToken: Cancellation);
        await Cached(second, _cache).RerankAsync("cats", _documents, cancellationToken: Cancellation);
        await Cached(first, _cache).RerankAsync("cats", _documents, cancellationToken: Cancellation);
        Assert.Equal((1, 1), (first.Calls, second.Calls));

        static TestReranker Marked(string fingerprint) => new()
        {
            GetServiceCallback = (type, _) => type == typeof(ModelFingerprint) ? new ModelFingerprint(fingerprint)
                : type == typeof(RerankerMetadata)
                    ? new RerankerMetadata("test") { DefaultModelId = "m", ScoreScale = ScoreScale.Probability, IsPointwise = true }
                : null,
        };
    }

    [Fact]
    public async Task RerankAsync_OptionsOfUnknownType_NotCached()
    {
        using var inner = new TestReranker();
        using var reranker = Cached(inner, _cache);
        await reranker.RerankAsync("cats", _documents, new SpecialOptions(), Cancellation);
        await reranker.RerankAsync("cats", _documents, new SpecialOptions(), Cancellation);
        Assert.Equal(2, inner.Calls);
    }

    [Fact]
    public async Task RerankAsync_Listwise_WholeAnswersByTopN()
    {
        using var inner = new TestReranker { Metadata = new("list") { DefaultModelId = "l", ScoreScale = ScoreScale.Rank } };
        using var reranker = Cached(inner, _cache);
        var first = await reranker.RerankAsync("cats", _documents, cancellationToken: Cancellation);
        var second = await reranker.RerankAsync("cats", _documents, cancellationToken: Cancellation);
        Assert.Equal(first.Results, second.Results);
        Assert.Equal(1, inner.Calls);
        await reranker.RerankAsync("cats", [.. _documents, "more"], cancellationToken: Cancellation);
        await reranker.RerankAsync("cats", _documents, new() { TopN = 1 }, Cancellation);
        Assert.Equal(3, inner.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RerankAsync_ConcurrentMisses_ScoredOnce(bool pointwise)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var plain = new TestReranker();
        using var inner = new TestReranker
        {
            Metadata = new("test") { ScoreScale = ScoreScale.Probability, IsPointwise = pointwise },
            RerankAsyncCallback = async (query, documents, options, token) =>
            {
                await gate.Task;
                return await plain.RerankAsync(query, documents, options, token);
            },
        };
        using var reranker = Cached(inner, _cache);
        var calls = Enumerable.Range(0, 20)
            .Select(_ => reranker.RerankAsync("cats", _documents, cancellationToken: Cancellation))
            .ToArray();
        gate.SetResult();
        var responses = await Task.WhenAll(calls);
        Assert.Equal(1, inner.Calls);
        Assert.All(responses, response => Assert.Equal(responses[0].Results, response.Results));
    }

    [Fact]
    public async Task RerankAsync_OtherModelThanTheKnownOne_WholeAnswers()
    {
        var seen = new List<string[]>();
        using var reranker = Cached(Recording(seen), _cache);
        var listwise = new RerankOptions { ModelId = "listwise, perhaps" };
        await reranker.RerankAsync("cats", ["cats", "dogs"], listwise, Cancellation);
        await reranker.RerankAsync("cats", ["cats", "birds"], listwise, Cancellation);
        await reranker.RerankAsync("cats", ["cats", "birds"], listwise, Cancellation);
        Assert.Equal([["cats", "dogs"], ["cats", "birds"]], seen);
    }

    [Fact]
    public async Task RerankAsync_CallerCancelsWhileTheCacheFails_OperationCanceled()
    {
        using var cancel = new CancellationTokenSource();
        using var inner = new TestReranker
        {
            RerankAsyncCallback = (_, documents, _, _) =>
            {
                cancel.Cancel();
                return Task.FromResult(RerankResponse.Create([.. documents.Select(_ => 0.5)], ScoreScale.Probability, null));
            },
        };
        using var reranker = Cached(inner, new DictionaryCache { Error = new IOException("no cache") });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => reranker.RerankAsync("cats", _documents, cancellationToken: cancel.Token));
    }

    [Fact]
    public async Task RerankAsync_TheScoringCallIsCancelled_WaitersScoreThemselves()
    {
        using var cancel = new CancellationTokenSource();
        using var plain = new TestReranker();
        int count = 0;
        using var inner = new TestReranker
        {
            RerankAsyncCallback = (query, documents, options, token) => Interlocked.Increment(ref count) == 1
                ? new TaskCompletionSource<RerankResponse>().Task.WaitAsync(token)
                : plain.RerankAsync(query, documents, options, token),
        };
        using var reranker = Cached(inner, _cache);
        var first = reranker.RerankAsync("cats", _documents, cancellationToken: cancel.Token);
        var second = reranker.RerankAsync("cats", _documents, cancellationToken: Cancellation);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(3, (await second).Results.Count);
        Assert.Equal(2, count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RerankAsync_TheScoringCallFails_WaitersDoNotFailOneAfterAnother(bool pointwise)
    {
        const int Waiters = 4;
        var fail = new TaskCompletionSource();
        var waitersAtOnce = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int count = 0;
        using var inner = new TestReranker
        {
            Metadata = new("test") { ScoreScale = ScoreScale.Probability, IsPointwise = pointwise },
            RerankAsyncCallback = async (_, _, _, _) =>
            {
                int call = Interlocked.Increment(ref count);
                if (call == 1 + Waiters)
                {
                    waitersAtOnce.SetResult();
                }

                await (call == 1 ? fail.Task : waitersAtOnce.Task);
                throw new RerankerException("down");
            },
        };
        using var reranker = Cached(inner, _cache);
        var calls = Enumerable.Range(0, 1 + Waiters)
            .Select(_ => reranker.RerankAsync("cats", _documents, cancellationToken: Cancellation)).ToArray();
        fail.SetResult();
        foreach (var call in calls)
        {
            await Assert.ThrowsAsync<RerankerException>(() => call.WaitAsync(TimeSpan.FromSeconds(10), Cancellation));
        }
    }

    [Fact]
    public async Task RerankAsync_CorruptEntries_CountAsMissing()
    {
        using var inner = new TestReranker();
        var store = new DictionaryCache();
        using var reranker = Cached(inner, store);
        var first = await reranker.RerankAsync("cats sleep", _documents, cancellationToken: Cancellation);
        int damage = 0;
        foreach (var (key, bytes) in store.Entries.ToArray())
        {
            store.Entries[key] = damage++ switch
            {
                0 => [],
                1 => bytes[..^1],
                _ => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)],
            };
        }

        var second = await reranker.RerankAsync("cats sleep", _documents, cancellationToken: Cancellation);
        Assert.Equal(first.Results, second.Results);
        Assert.Equal(2, inner.Calls);
    }

    [Fact]
    public async Task RerankAsync_EntryUnderAnotherKey_CountsAsMissing()
    {
        using var inner = new TestReranker();
        var store = new DictionaryCache();
        using var reranker = Cached(inner, store);
        await reranker.RerankAsync("cats", ["cats"], cancellationToken: Cancellation);
        byte[] high = store.Entries.Values.Single();
        await reranker.RerankAsync("cats", ["dogs"], cancellationToken: Cancellation);
        foreach (string key in store.Entries.Keys.ToArray())
        {
            store.Entries[key] = high;
        }

        Assert.Equal(0, (await reranker.RerankAsync("cats", ["dogs"], cancellationToken: Cancellation)).Results[0].Score);
    }

    [Fact]
    public async Task RerankAsync_CacheDown_AnswersAndWarns()
    {
        using var logs = new CollectingLoggerFactory(LogLevel.Warning);
        using var reranker = new CachingReranker(
            new TestReranker(), new DictionaryCache { Error = new TimeoutException() }, null, logs.CreateLogger("cache"));
        Assert.Equal(3, (await reranker.RerankAsync("cats", _documents, cancellationToken: Cancellation)).Results.Count);
        Assert.Equal(2, logs.Entries.Count);
    }

    [Fact]
    public async Task RerankAsync_DegradedAnswer_GivenButNotKept()
    {
        using var plain = new TestReranker();
        using var inner = new TestReranker
        {
            RerankAsyncCallback = async (query, documents, options, token) =>
                await plain.RerankAsync(query, documents, options, token) with { DegradedReason = "tired" },
        };
        using var reranker = Cached(inner, _cache);
        Assert.True((await reranker.RerankAsync("cats", _documents, cancellationToken: Cancellation)).IsDegraded);
        await reranker.RerankAsync("cats", _documents, cancellationToken: Cancellation);
        Assert.Equal(2, inner.Calls);
    }

    [Fact]
    public async Task RerankAsync_DegradedAnswerForWhatIsMissing_AskedOnceAndPaidOnce()
    {
        bool isDegraded = false;
        var plain = new TestReranker();
        using var inner = new TestReranker
        {
            RerankAsyncCallback = async (query, documents, options, token) =>
                await plain.RerankAsync(query, documents, options, token) with { DegradedReason = isDegraded ? "half read" : null },
        };
        using var reranker = Cached(inner, _cache);
        await reranker.RerankAsync("cats", _documents[..1], cancellationToken: Cancellation);
        isDegraded = true;
        var response = await reranker.RerankAsync("cats", [.. _documents, _documents[1]], new() { TopN = 3 }, Cancellation);
        Assert.Equal("half read", response.DegradedReason);
        Assert.Equal((3, 2, 1), (response.Results.Count, response.Usage!.Pairs, response.Usage.CachedDocuments));
        Assert.Equal(2, inner.Calls);
        await reranker.RerankAsync("cats", _documents, cancellationToken: Cancellation);
        Assert.Equal(3, inner.Calls);
    }

    [Fact]
    public async Task RerankAsync_DegradedAnswerOnAnotherScale_WholeAnswerWithBothUsages()
    {
        bool isDegraded = false;
        var plain = new TestReranker();
        using var inner = new TestReranker
        {
            RerankAsyncCallback = async (query, documents, options, token) => isDegraded
                ? RerankResponse.Create(new double[documents.Count], ScoreScale.Rank, options?.TopN) with
                {
                    DegradedReason = "another answered",
                    Usage = new() { Pairs = documents.Count },
                }
                : await plain.RerankAsync(query, documents, options, token),
        };
        using var reranker = Cached(inner, _cache);
        await reranker.RerankAsync("cats", _documents[..1], cancellationToken: Cancellation);
        isDegraded = true;
        var response = await reranker.RerankAsync("cats", _documents, cancellationToken: Cancellation);
        Assert.Equal((ScoreScale.Rank, 3, 5), (response.ScoreScale, response.Results.Count, response.Usage!.Pairs));
    }

    [Fact]
    public async Task RerankAsync_WindowsAndStages_KeptWithTheScores()
    {
        using var inner = new TestReranker
        {
            RerankAsyncCallback = (_, documents, _, _) => Task.FromResult(
                RerankResponse.Create(
                    documents.Select((text, index) => new RerankResult(index, text.Length / 100.0) { Window = new(0, text.Length, 2) }),
                    ScoreScale.Probability,
                    topN: null) with
                {
                    Stages = [RerankResponse.Create([.. documents.Select(text => (double)text.Length)], ScoreScale.Logit, topN: null)],
                    LlmReport = new() { Calls = 1 },
                }),
        };
        using var reranker = Cached(inner, _cache);
        var first = await reranker.RerankAsync("cats", _documents, cancellationToken: Cancellation);
        Assert.Equal(1, first.LlmReport!.Calls);
        var second = await reranker.RerankAsync("cats", [.. _documents.Reverse()], cancellationToken: Cancellation);
        Assert.Equal(1, inner.Calls);
        Assert.Null(second.LlmReport);
        Assert.All(second.Results, result => Assert.Equal(_documents[2 - result.Index].Length, result.Window!.Value.Length));
        Assert.All(
            Assert.Single(second.Stages).Results, result => Assert.Equal(_documents[2 - result.Index].Length, result.Score));
    }

    [Fact]
    public void UseCaching_NoCacheInTheContainer_SaysWhatIsMissing()
    {
        using var services = new ServiceCollection().BuildServiceProvider();
        using var inner = new TestReranker();
        var error = Assert.Throws<InvalidOperationException>(() => inner.AsBuilder().UseCaching().Build(services));
        Assert.Contains("AddHybridCache()", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_TruncatedDocument_RememberedByIndex()
    {
        using var inner = new TestReranker
        {
            RerankAsyncCallback = (_, documents, _, _) => Task.FromResult(
                RerankResponse.Create(new double[documents.Count], ScoreScale.Probability, null) with
                {
                    Usage = new()
                    {
                        TruncatedDocuments =
                            [.. documents.Index().Where(d => d.Item == "long").Select(d => new TruncatedDocument(d.Index, 7))],
                    },
                }),
        };
        using var reranker = Cached(inner, _cache);
        await reranker.RerankAsync("q", ["a", "long"], cancellationToken: Cancellation);
        var response = await reranker.RerankAsync("q", ["b", "a", "long"], cancellationToken: Cancellation);
        Assert.Equal([new(2, 7)], response.Usage!.TruncatedDocuments);
    }

    [Fact]
    public async Task UseCaching_HybridCacheOfTheContainer_ScoredOnce()
    {
        using var services = new ServiceCollection().AddHybridCache().Services.BuildServiceProvider();
        using var inner = new TestReranker();
        using var reranker = inner.AsBuilder().UseCaching().Build(services);
        await reranker.RerankAsync("cats", _documents, cancellationToken: Cancellation);
        await reranker.RerankAsync("cats", _documents, cancellationToken: Cancellation);
        Assert.Equal(1, inner.Calls);
    }

    [Fact]
    public async Task RerankAsync_RedisServer_SharedByTwoProcessesCaches()
    {
        string? server = Environment.GetEnvironmentVariable("RESIFT_TEST_REDIS");
        Assert.SkipWhen(server is null, "RESIFT_TEST_REDIS does not name a Redis server, such as 127.0.0.1:6379.");
        using var first = new RedisCache(new RedisCacheOptions { Configuration = server });
        using var second = new RedisCache(new RedisCacheOptions { Configuration = server });
        var options = new CachingRerankerOptions { Revision = Guid.NewGuid().ToString(), Expiration = TimeSpan.FromMinutes(1) };
        using var inner = new TestReranker();
        using var writing = new CachingReranker(inner, first, options, null);
        using var reading = new CachingReranker(inner, second, options, null);
        var expected = await writing.RerankAsync("cats sleep", _documents, cancellationToken: Cancellation);
        var actual = await reading.RerankAsync("cats sleep", [.. _documents, "new"], cancellationToken: Cancellation);
        Assert.Equal(2, inner.Calls);
        Assert.Equal(3, actual.Usage!.CachedDocuments);
        Assert.Equal(expected.Results, actual.Results.Where(result => result.Index < 3));
    }

    [Fact]
    public async Task Keys_AnyCall_HaveNoText()
    {
        var store = new DictionaryCache();
        using var reranker = Cached(new TestReranker(), store);
        await reranker.RerankAsync("secret", ["secret"], cancellationToken: Cancellation);
        Assert.DoesNotContain(store.Entries.Keys, key => key.Contains("secret", StringComparison.Ordinal));
    }

    private static CachingReranker Cached(IReranker inner, IDistributedCache cache) => new(inner, cache, null, null);

    private static TestReranker Recording(List<string[]> seen)
    {
        var plain = new TestReranker();
        return new()
        {
            RerankAsyncCallback = (query, documents, options, token) =>
            {
                seen.Add([.. documents]);
                return plain.RerankAsync(query, documents, options, token);
            },
        };
    }

    private sealed class SpecialOptions : RerankOptions;

    private sealed class DictionaryCache : IDistributedCache
    {
        public System.Collections.Concurrent.ConcurrentDictionary<string, byte[]> Entries { get; } = new();

        public Exception? Error { get; init; }

        public byte[]? Get(string key) => Error is null ? Entries.GetValueOrDefault(key) : throw Error;

        public Task<byte[]?> GetAsync(string key, CancellationToken token = default) => Task.FromResult(Get(key));

        public void Refresh(string key)
        {
        }

        public Task RefreshAsync(string key, CancellationToken token = default) => Task.CompletedTask;

        public void Remove(string key) => Entries.TryRemove(key, out _);

        public Task RemoveAsync(string key, CancellationToken token = default) => Task.CompletedTask;

        public void Set(string key, byte[] value, DistributedCacheEntryOptions options) =>
            Entries[key] = Error is null ? value : throw Error;

        public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
        {
            Set(key, value, options);
            return Task.CompletedTask;
        }
    }

    public sealed class Conformance : PointwiseRerankerConformanceTests
    {
        protected override IReranker CreateReranker() =>
            Cached(new TestReranker(), new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions())));
    }

    public sealed class HybridConformance : PointwiseRerankerConformanceTests, IDisposable
    {
        private readonly ServiceProvider _services = new ServiceCollection().AddHybridCache().Services.BuildServiceProvider();

        public void Dispose() => _services.Dispose();

        protected override IReranker CreateReranker() =>
            new CachingReranker(new TestReranker(), _services.GetRequiredService<HybridCache>(), null, null);
    }
}
