using System.Net;
using System.Net.Sockets;
using System.Text;
using Resift.Testing;

namespace Resift.AspNetCore.Tests;

/// <summary>What is refused at once, what ends when its client goes, and how a server stops.</summary>
public sealed class BoundsTests
{
    private const string Good = """{"query":"q","documents":["q"]}""";

    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Rerank_BeyondTheRequestsUnderWay_IsRefusedAtOnceAndServedLater()
    {
        await using var server = await TestServer.StartAsync(options =>
        {
            options.MaxRequestsUnderWay = 1;
            options.RetryAfter = TimeSpan.FromSeconds(3);
        }, Waiting());
        var first = server.PostAsync("/v1/rerank", Good);
        await _entered.Task;

        var refused = await server.PostAsync("/v1/rerank", Good);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.Equal("3", refused.Header("Retry-After"));
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/health/live")).Status);
        _release.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await first).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/v1/rerank", Good)).Status);
    }

    [Fact]
    public async Task Rerank_BeyondTheTokensUnderWay_IsRefusedUnlessItIsAlone()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxTokensUnderWay = 1, Waiting());
        var first = server.PostAsync("/v1/rerank", Good);
        await _entered.Task;

        Assert.Equal(HttpStatusCode.TooManyRequests, (await server.PostAsync("/v1/rerank", Good)).Status);

        _release.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await first).Status);
    }

    [Theory]
    [InlineData(9, 400)]
    [InlineData(10, 200)]
    public async Task Rerank_BeyondTheTokensOfARequest_IsRefused(int most, int status)
    {
        await using var server = await TestServer.StartAsync(options => options.MaxTokens = most);

        // Two documents of four tokens, and the query of one with each.
        var reply = await server.PostAsync("/v1/rerank", """{"query":"four","documents":["0123456789abcdef","0123456789abcdef"]}""");

        Assert.Equal(status, (int)reply.Status);
    }

    [Fact]
    public async Task Rerank_OfAModelThatCutsLongPairs_CountsWhatItReads()
    {
        var reranker = new TestReranker { Metadata = new("test") { ScoreScale = ScoreScale.Probability, MaxTokensPerPair = 5 } };
        await using var server = await TestServer.StartAsync(options => options.MaxTokens = 5, reranker);

        var reply = await server.PostAsync("/v1/rerank", $"{{\"query\":\"q\",\"documents\":[\"{new string('a', 10_000)}\"]}}");

        Assert.Equal(HttpStatusCode.OK, reply.Status);
    }

    [Fact]
    public async Task Rerank_WhoseClientGoes_IsCancelledAndLeavesRoom()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxRequestsUnderWay = 1, Waiting());
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(server.Address.Host, server.Address.Port, TestContext.Current.CancellationToken);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("POST /v1/rerank HTTP/1.1\r\nHost: localhost\r\n" +
                $"Content-Type: application/json\r\nContent-Length: {Good.Length}\r\n\r\n{Good}"), TestContext.Current.CancellationToken);
            await _entered.Task;
        }

        await _cancelled.Task.WaitAsync(TestContext.Current.CancellationToken);
        _release.SetResult();

        // The room is free when the handler has ended, which is soon after.
        Reply reply;
        do
        {
            reply = await server.PostAsync("/v1/rerank", Good);
        }
        while (reply.Status is HttpStatusCode.TooManyRequests);

        Assert.Equal(HttpStatusCode.OK, reply.Status);
    }

    [Fact]
    public async Task Stop_WhileARequestIsUnderWay_AnswersItFirst()
    {
        await using var server = await TestServer.StartAsync(reranker: Waiting());
        var first = server.PostAsync("/v1/rerank", Good);
        await _entered.Task;

        var stopping = server.App.StopAsync(TestContext.Current.CancellationToken);
        _release.SetResult();

        Assert.Equal(HttpStatusCode.OK, (await first).Status);
        await stopping;
    }

    [Fact]
    public async Task Ready_OfAServerThatIsToldToStop_IsNoBeforeItStops()
    {
        await using var server = await TestServer.StartAsync(options => options.DrainDelay = TimeSpan.FromMinutes(5));
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/health/ready")).Status);
        using var enough = new CancellationTokenSource();

        var stopping = server.App.StopAsync(enough.Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.GetAsync("/health/ready")).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/health/live")).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/v1/rerank", Good)).Status);
        await enough.CancelAsync();
        await Record.ExceptionAsync(() => stopping);
    }

    private TestReranker Waiting() => new()
    {
        RerankAsyncCallback = async (_, documents, _, cancellationToken) =>
        {
            _entered.TrySetResult();
            try
            {
                await _release.Task.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                _cancelled.TrySetResult();
                throw;
            }

            return RerankResponse.Create([.. documents.Select(_ => 0.5)], ScoreScale.Probability, topN: null);
        },
    };
}
