using System.Net;
using Resift.Testing;

namespace Resift.Tests.Providers;

/// <summary>A provider on its worst days, over real connections. No answer is made up, and no call outlives its time.</summary>
public sealed class ProviderNetworkTests
{
    private const string Answer = """{"results":[{"index":0,"relevance_score":0.25},{"index":1,"relevance_score":0.75}]}""";
    private static readonly TimeSpan _short = TimeSpan.FromSeconds(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task RerankAsync_ChunkedOrCompressed_Read(bool chunked, bool gzip)
    {
        await using var server = new LoopbackServer(LoopbackReply.Json(Answer) with { Chunked = chunked, Gzip = gzip });
        using var reranker = new CohereReranker(Options(server));
        var response = await reranker.RerankAsync("q", ["a", "b"], cancellationToken: Cancellation);
        Assert.Equal([new(1, 0.75), new(0, 0.25)], response.Results);
    }

    [Fact]
    public async Task RerankAsync_NoContentType_Read()
    {
        await using var server = new LoopbackServer(LoopbackReply.Json(Answer) with { ContentType = null });
        using var reranker = new CohereReranker(Options(server));
        Assert.Equal(2, (await reranker.RerankAsync("q", ["a", "b"], cancellationToken: Cancellation)).Results.Count);
    }

    [Fact]
    public async Task RerankAsync_HeadersThatDoNotCome_TransientErrorInTime()
    {
        await using var server = new LoopbackServer(LoopbackReply.Json(Answer) with { HeadersAfter = LoopbackReply.Never });
        var error = await ErrorAsync(server, new() { Endpoint = server.Address, AttemptTimeout = _short, MaxRetries = 0 });
        Assert.True(error.IsTransient);
        Assert.Contains("in time (1 s for an attempt", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RerankAsync_StalledBody_TransientErrorInTime(bool chunked)
    {
        await using var server = new LoopbackServer(LoopbackReply.Json(Answer) with { StallAfter = 20, Chunked = chunked });
        var error = await ErrorAsync(server, new() { Endpoint = server.Address, AttemptTimeout = _short, MaxRetries = 0 });
        Assert.True(error.IsTransient);
    }

    [Fact]
    public async Task RerankAsync_StalledBodyWithAClientOfTheCallers_ItsTimeoutHolds()
    {
        await using var server = new LoopbackServer(LoopbackReply.Json(Answer) with { StallAfter = 20 });
        using var client = new HttpClient { Timeout = _short };
        using var reranker = new CohereReranker(new() { Endpoint = server.Address }, client);
        var error = await Assert.ThrowsAsync<RerankerException>(
            () => reranker.RerankAsync("q", ["a", "b"], cancellationToken: Cancellation));
        Assert.True(error.IsTransient);
        Assert.Contains("as the given HttpClient says", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RerankAsync_ResetInTheBody_TransientError(bool chunked)
    {
        await using var server = new LoopbackServer(LoopbackReply.Json(Answer) with { ResetAfter = 20, Chunked = chunked });
        var error = await ErrorAsync(server, Options(server));
        Assert.True(error.IsTransient);
        Assert.Contains("broke off", error.Message, StringComparison.Ordinal);
        Assert.Contains(error.InnerException!.GetBaseException().Message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_ResetThenAnAnswer_Answer()
    {
        await using var server = new LoopbackServer(
            LoopbackReply.Json(Answer) with { ResetAfter = 20 },
            LoopbackReply.Json("{}", 500).With("retry-after-ms", "1"),
            LoopbackReply.Json(Answer));
        using var reranker = new CohereReranker(new() { Endpoint = server.Address });
        Assert.Equal(2, (await reranker.RerankAsync("q", ["a", "b"], cancellationToken: Cancellation)).Results.Count);
        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RerankAsync_AnswerOf100Megabytes_RefusedWithoutReadingIt(bool chunked)
    {
        await using var server = new LoopbackServer(
            new LoopbackReply { Body = [.. Enumerable.Repeat((byte)' ', 1 << 20)], Repeat = 100, Chunked = chunked });
        var error = await ErrorAsync(server, Options(server));
        Assert.Contains(nameof(HttpRerankerOptions.MaxResponseBytes), error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);

        // The limit is 16 MiB, and the system's buffers hold a few more.
        Assert.InRange(server.SentBytes, 0, chunked ? 48 << 20 : 16 << 20);
    }

    [Fact]
    public async Task RerankAsync_SmallBodyThatUnpacksTo100Megabytes_Refused()
    {
        await using var server = new LoopbackServer(new LoopbackReply { Body = new byte[100_000_000], Gzip = true });
        var error = await ErrorAsync(server, Options(server));
        Assert.Contains(nameof(HttpRerankerOptions.MaxResponseBytes), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_BrokenCompression_Error()
    {
        await using var server = new LoopbackServer(LoopbackReply.Json(Answer).With("Content-Encoding", "gzip"));
        var error = await ErrorAsync(server, Options(server));
        Assert.Contains("decompressed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_NobodyThere_TransientError()
    {
        Uri address;
        await using (var server = new LoopbackServer(LoopbackReply.Json(Answer)))
        {
            address = server.Address;
        }

        using var reranker = new CohereReranker(new() { Endpoint = address, MaxRetries = 0 });
        var error = await Assert.ThrowsAsync<RerankerException>(
            () => reranker.RerankAsync("q", ["a", "b"], cancellationToken: Cancellation));
        Assert.True(error.IsTransient);
        Assert.Null(error.StatusCode);
        Assert.Contains("could not be reached", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_Redirect_NotFollowedWithTheKey()
    {
        await using var other = new LoopbackServer(LoopbackReply.Json(Answer));
        await using var server = new LoopbackServer(LoopbackReply.Json("", 307).With("Location", other.Address.ToString()));
        var error = await ErrorAsync(server, Options(server));
        Assert.Equal(HttpStatusCode.TemporaryRedirect, error.StatusCode);
        Assert.Empty(other.Requests);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task RerankAsync_RedirectFollowedByAClientOfTheCallers_RefusedWithoutTheDocuments(int status)
    {
        await using var other = new LoopbackServer(LoopbackReply.Json("""{"data":[{"index":0,"score":0.25},{"index":1,"score":0.75}]}"""));
        await using var server = new LoopbackServer(LoopbackReply.Json("", status).With("Location", other.Address.ToString()));
        using var client = new HttpClient();
        using var reranker = new PineconeReranker(new() { ApiKey = "test-key", Endpoint = server.Address }, client);

        var error = await Assert.ThrowsAsync<RerankerException>(
            () => reranker.RerankAsync("q", ["secret", "b"], cancellationToken: Cancellation));

        Assert.Contains("The key may have been sent there", error.Message, StringComparison.Ordinal);
        Assert.Contains("AllowAutoRedirect", error.Message, StringComparison.Ordinal);
        Assert.Contains(other.Address.Authority, error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
        Assert.DoesNotContain(other.Requests, request => request.Body.AsSpan().IndexOf("secret"u8) >= 0);
    }

    [Fact]
    public async Task RerankAsync_RedirectOnTheSameServer_Followed()
    {
        await using var server = new LoopbackServer(request => request.Path == "/moved"
            ? LoopbackReply.Json(Answer)
            : LoopbackReply.Json("", 307).With("Location", "/moved"));
        using var client = new HttpClient();
        using var reranker = new CohereReranker(new() { Endpoint = server.Address }, client);
        Assert.Equal(2, (await reranker.RerankAsync("q", ["a", "b"], cancellationToken: Cancellation)).Results.Count);
        Assert.Equal(server.Requests[0].Body, server.Requests[1].Body);
    }

    [Fact]
    public async Task RerankAsync_HandlerThatResolvesNamesAndRepeats_Answer()
    {
        await using var server = new LoopbackServer(LoopbackReply.Json("{}", 503), LoopbackReply.Json(Answer));
        using var client = new HttpClient(new ResolvingHandler(server.Address));
        using var reranker = new CohereReranker(new() { Endpoint = new("http://reranker") }, client);
        Assert.Equal(2, (await reranker.RerankAsync("q", ["a", "b"], cancellationToken: Cancellation)).Results.Count);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task RerankAsync_CallerGivesUp_CanceledAndTheConnectionClosed()
    {
        using var cancellation = new CancellationTokenSource();
        await using var server = new LoopbackServer(_ =>
        {
            cancellation.Cancel();
            return LoopbackReply.Json(Answer) with { HeadersAfter = LoopbackReply.Never };
        });
        using var reranker = new CohereReranker(new() { Endpoint = server.Address });
        var error = await Assert.ThrowsAsync<OperationCanceledException>(
            () => reranker.RerankAsync("q", ["a", "b"], cancellationToken: cancellation.Token));
        Assert.Equal(cancellation.Token, error.CancellationToken);
        Assert.Single(server.Requests);
        SpinWait.SpinUntil(() => server.OpenConnections == 0, TimeSpan.FromSeconds(10));
        Assert.Equal(0, server.OpenConnections);
    }

    private static HttpRerankerOptions Options(LoopbackServer server) => new() { Endpoint = server.Address, MaxRetries = 0 };

    private static async Task<RerankerException> ErrorAsync(LoopbackServer server, HttpRerankerOptions options)
    {
        using var reranker = new CohereReranker(options);
        var error = await Assert.ThrowsAsync<RerankerException>(
            () => reranker.RerankAsync("q", ["a", "b"], cancellationToken: Cancellation));
        Assert.Single(server.Requests);
        return error;
    }

    /// <summary>Sends what is meant for a name to an address, twice if need be, and leaves the request as it was.</summary>
    private sealed class ResolvingHandler(Uri address) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var name = request.RequestUri!;
            request.RequestUri = new(address, name.PathAndQuery);
            var response = await base.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                response.Dispose();
                response = await base.SendAsync(request, cancellationToken);
            }

            request.RequestUri = name;
            return response;
        }
    }
}
