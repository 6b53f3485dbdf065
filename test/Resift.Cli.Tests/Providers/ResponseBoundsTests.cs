using Resift.Testing;

namespace Resift.Cli.Tests.Providers;

public sealed class ResponseBoundsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SendAsync_NoHeaders_EndsWithATimeout()
    {
        await using var server = new LoopbackServer(new LoopbackReply { HeadersAfter = LoopbackReply.Never });
        using var client = Client(100, TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAsync<TimeoutException>(() => client.GetAsync(server.Address, HttpCompletionOption.ResponseHeadersRead, Token));
    }

    [Fact]
    public async Task ReadAsync_BodyThatStalls_EndsWithATimeout()
    {
        await using var server = new LoopbackServer(new LoopbackReply { Body = new byte[10], StallAfter = 5 });
        using var client = Client(100, TimeSpan.FromMilliseconds(500));
        using var response = await client.GetAsync(server.Address, HttpCompletionOption.ResponseHeadersRead, Token);
        await using var body = await response.Content.ReadAsStreamAsync(Token);

        await Assert.ThrowsAsync<TimeoutException>(() => body.ReadExactlyAsync(new byte[10], Token).AsTask());
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public async Task ReadAsync_Body_IsReadUpToTheBound(int length, bool isWhole)
    {
        await using var server = new LoopbackServer(new LoopbackReply { Body = new byte[length], Chunked = true });
        using var client = Client(100, Timeout.InfiniteTimeSpan);
        using var response = await client.GetAsync(server.Address, HttpCompletionOption.ResponseHeadersRead, Token);

        var reading = response.Content.CopyToAsync(Stream.Null, Token);

        if (isWhole)
        {
            await reading;
        }
        else
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => reading);
        }
    }

    private static HttpClient Client(long maxBytes, TimeSpan time) => new(new ResponseBounds(maxBytes, time, new SocketsHttpHandler()));
}
