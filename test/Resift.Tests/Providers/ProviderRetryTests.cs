using System.Net;
using Resift.Testing;

namespace Resift.Tests.Providers;

/// <summary>Which failures are tried again, and when: on a clock that the tests move.</summary>
public sealed class ProviderRetryTests
{
    private static readonly LoopbackReply _good = LoopbackReply.Json("""{"results":[{"index":0,"relevance_score":0.25}]}""");
    private static readonly LoopbackReply _limited = LoopbackReply.Json("""{"message":"slow down"}""", 429);

    private readonly ManualClock _clock = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RerankAsync_LimitedWithSeconds_WaitsAsLong()
    {
        await AssertWaitAsync(_limited.With("Retry-After", "7"), TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task RerankAsync_LimitedWithADate_WaitsUntilThen() =>
        await AssertWaitAsync(_limited.With("Retry-After", _clock.GetUtcNow().AddSeconds(21).ToString("R")), TimeSpan.FromSeconds(21));

    [Fact]
    public async Task RerankAsync_LimitedWithAResetTime_WaitsUntilThen() => await AssertWaitAsync(
        _limited.With("X-RateLimit-Reset", $"{_clock.GetUtcNow().AddSeconds(42).ToUnixTimeSeconds()}"), TimeSpan.FromSeconds(42));

    [Theory]
    [InlineData(null, null)]
    [InlineData("Retry-After", "0")]
    [InlineData("Retry-After", "Sun, 01 Mar 2026 11:59:57 GMT")]
    [InlineData("X-RateLimit-Reset", "1772366397")]
    public async Task RerankAsync_LimitedWithoutATimeToCome_WaitsAboutASecond(string? header, string? value)
    {
        await using var server = new LoopbackServer(header is null ? _limited : _limited.With(header, value!), _good);
        using var reranker = new CohereReranker(Options(server));
        var call = reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation);

        // A jittered delay of one second lies below the median of the next step.
        var wait = await _clock.WaitedForAsync(TimeSpan.FromTicks(1), TimeSpan.FromSeconds(10), Cancellation);
        Assert.False(call.IsCompleted);
        _clock.Advance(wait);
        Assert.Single((await call).Results);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task RerankAsync_500Then200_Answer()
    {
        await using var server = new LoopbackServer(LoopbackReply.Json("{}", 500).With("retry-after-ms", "1"), _good);
        using var reranker = new CohereReranker(new() { Endpoint = server.Address });
        Assert.Single((await reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation)).Results);
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(server.Requests[0].Body, server.Requests[1].Body);
    }

    [Fact]
    public async Task RerankAsync_WaitBeyondTheLimit_ErrorAtOnce()
    {
        await using var server = new LoopbackServer(_limited.With("Retry-After", "61"), _good);
        using var reranker = new CohereReranker(Options(server));
        var error = await Assert.ThrowsAsync<RerankerException>(() => reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation));
        Assert.Equal((TimeSpan.FromSeconds(61), true), (error.RetryAfter, error.IsTransient));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task RerankAsync_AlwaysFailing_TriedAsOftenAsTheOptionsSay()
    {
        await using var server = new LoopbackServer(LoopbackReply.Json("""{"message":"down"}""", 503).With("retry-after-ms", "1"));
        using var reranker = new CohereReranker(new() { Endpoint = server.Address, MaxRetries = 2 });
        var error = await Assert.ThrowsAsync<RerankerException>(() => reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, error.StatusCode);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task RerankAsync_FailureWithTheResetOfTheQuota_IsRepeated()
    {
        await using var server = new LoopbackServer(LoopbackReply.Json("{}", 503).With("X-RateLimit-Reset", "3600"), _good);
        using var reranker = new CohereReranker(Options(server));
        var call = reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation);
        _clock.Advance(await _clock.WaitedForAsync(TimeSpan.FromTicks(1), TimeSpan.FromSeconds(10), Cancellation));
        Assert.Single((await call).Results);
    }

    [Theory]
    [InlineData(400, "true", 2)]
    [InlineData(503, "false", 1)]
    public async Task RerankAsync_ShouldRetryHeader_IsFollowed(int status, string value, int requests)
    {
        await using var server = new LoopbackServer(
            LoopbackReply.Json("{}", status).With("x-should-retry", value).With("retry-after-ms", "1"));
        using var reranker = new CohereReranker(new() { Endpoint = server.Address, MaxRetries = 1 });
        await Assert.ThrowsAsync<RerankerException>(() => reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation));
        Assert.Equal(requests, server.Requests.Count);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(422)]
    [InlineData(501)]
    public async Task RerankAsync_FailureThatStays_NotRepeated(int status)
    {
        await using var server = new LoopbackServer(LoopbackReply.Json("{}", status), _good);
        using var reranker = new CohereReranker(new() { Endpoint = server.Address });
        await Assert.ThrowsAsync<RerankerException>(() => reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task RerankAsync_NonsenseWithStatus200_NotRepeated()
    {
        await using var server = new LoopbackServer(LoopbackReply.Json("{}"), _good);
        using var reranker = new CohereReranker(new() { Endpoint = server.Address });
        await Assert.ThrowsAsync<RerankerException>(() => reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task RerankAsync_ClientOfTheCallers_NotRepeated()
    {
        await using var server = new LoopbackServer(LoopbackReply.Json("{}", 503), _good);
        using var client = new HttpClient();
        using var reranker = new CohereReranker(new() { Endpoint = server.Address }, client);
        await Assert.ThrowsAsync<RerankerException>(() => reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task RerankAsync_CancelledWhileWaitingForARetry_EndsThen()
    {
        await using var server = new LoopbackServer(_limited.With("Retry-After", "50"), _good);
        using var reranker = new CohereReranker(Options(server));
        using var cancellation = new CancellationTokenSource();
        var call = reranker.RerankAsync("q", ["a"], cancellationToken: cancellation.Token);
        await _clock.WaitedForAsync(TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(50), Cancellation);
        await cancellation.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => call);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task RerankAsync_AttemptsThatHang_EndWithTheRequestsTime()
    {
        await using var server = new LoopbackServer(_good with { HeadersAfter = LoopbackReply.Never });
        using var reranker = new CohereReranker(
            new() { Endpoint = server.Address, TimeProvider = _clock, RequestTimeout = TimeSpan.FromSeconds(90) });
        var call = reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation);
        await _clock.WaitedForAsync(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60), Cancellation);
        _clock.Advance(TimeSpan.FromSeconds(60));
        var wait = await _clock.WaitedForAsync(TimeSpan.FromTicks(1), TimeSpan.FromSeconds(10), Cancellation);
        _clock.Advance(wait);
        await _clock.WaitedForAsync(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60), Cancellation);
        Assert.False(call.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(30));
        var error = await Assert.ThrowsAsync<RerankerException>(() => call);
        Assert.True(error.IsTransient);
        Assert.Contains("90 s for all", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_ProviderThatKeepsFailing_LeftAloneForAWhile()
    {
        bool down = true;
        await using var server = new LoopbackServer(_ => down ? LoopbackReply.Json("{}", 500) : _good);
        using var reranker = new CohereReranker(new() { Endpoint = server.Address, TimeProvider = _clock, MaxRetries = 0 });
        for (int i = 0; i < 20; i++)
        {
            await Assert.ThrowsAsync<RerankerException>(() => reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation));
        }

        var error = await Assert.ThrowsAsync<RerankerRejectedException>(() =>
            reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation));
        Assert.Contains("no request was sent", error.Message, StringComparison.Ordinal);
        Assert.True(error.IsTransient);
        Assert.Equal(20, server.Requests.Count);

        down = false;
        _clock.Advance(error.RetryAfter!.Value);
        Assert.Single((await reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation)).Results);
    }

    private async Task AssertWaitAsync(LoopbackReply first, TimeSpan wait)
    {
        await using var server = new LoopbackServer(first, _good);
        using var reranker = new CohereReranker(Options(server));
        var call = reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation);
        await _clock.WaitedForAsync(wait, wait, Cancellation);
        _clock.Advance(wait - TimeSpan.FromTicks(1));
        Assert.Single(server.Requests);
        Assert.False(call.IsCompleted);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Single((await call).Results);
        Assert.Equal(2, server.Requests.Count);
    }

    private HttpRerankerOptions Options(LoopbackServer server) => new() { Endpoint = server.Address, TimeProvider = _clock };
}
