using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Resift.Testing;

namespace Resift.AspNetCore.Tests;

/// <summary>
/// What hostile clients do with connections, against a server with small bounds: it answers with the right status or not at all, holds no
/// more memory than its bounds allow, and serves the next request. Alone in the process, since memory is looked at.
/// </summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class SocketFaultTests
{
    private const string Good = """{"query":"q","documents":["q"]}""";
    private const int Kilobyte = 1024;
    private const int Megabyte = 1024 * Kilobyte;
    private const int MaxRequests = 8;
    private const int MaxBody = Megabyte;
    private const int MaxDocuments = 10_000;

    // As docs/server.md says what is made of a body, times those that are under way; and what connections and the tests themselves hold.
    private const long MostMemory = (MaxRequests * MaxBody * 24L) + (16 * Megabyte);

    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _underWay;
    private int _cancelled;

    [Fact]
    public async Task Connections_ThatNeverEndTheirHead_AreEndedAndKeepNobodyOut()
    {
        await using var server = await StartAsync(kestrel => kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(1));
        var slow = await OpenAsync(server, 200, connection => connection.SendAsync("POST /v1/rerank HTTP/1.1\r\nHost: local"));

        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/v1/rerank", Good)).Status);

        await Task.WhenAll(slow.Select(async connection => Assert.Equal(408, (await connection.ReadAsync()).Status)));
        await Task.WhenAll(slow.Select(connection => connection.ReadToEndAsync()));
        Dispose(slow);
    }

    [Fact]
    public async Task Connections_WhoseBodiesTrickle_AreEndedAndLeaveRoom()
    {
        await using var server = await StartAsync(kestrel => kestrel.Limits.MinRequestBodyDataRate = new(240, TimeSpan.FromSeconds(1.1)));
        var slow = await OpenAsync(server, MaxRequests, async connection =>
        {
            await connection.SendHeadAsync("/v1/rerank", "Content-Length: 1000\r\n");
            await connection.SendAsync("{");
        });

        await Task.WhenAll(slow.Select(async connection => Assert.Equal(408, (await connection.ReadAsync()).Status)));

        Assert.Equal(HttpStatusCode.OK, (await PostWhenThereIsRoomAsync(server)).Status);
        Dispose(slow);
    }

    [Fact]
    public async Task Connections_ThatAreHalfClosed_GetTheirAnswerOrEnd()
    {
        await using var server = await StartAsync();
        using var complete = await RawConnection.OpenAsync(server.Address);
        await complete.PostAsync("/v1/rerank", Good);
        complete.EndSending();
        var incomplete = await OpenAsync(server, 3 * MaxRequests, async connection =>
        {
            await connection.SendHeadAsync("/v1/rerank", "Content-Length: 1000\r\n");
            await connection.SendAsync(Good);
            connection.EndSending();
        });
        using var headless = await RawConnection.OpenAsync(server.Address);
        await headless.SendAsync("POST /v1/re");
        headless.EndSending();

        // The web server takes an end of what is sent for an end of the client, unless the answer is there before.
        await Task.WhenAll(incomplete.Append(headless).Append(complete).Select(connection => connection.ReadToEndAsync()));
        Assert.Equal(HttpStatusCode.OK, (await PostWhenThereIsRoomAsync(server)).Status);
        Dispose(incomplete);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bodies_OfAHundredMegabytes_AreRefusedAndNotHeld(bool saysItsLength)
    {
        await using var server = await StartAsync();
        long before = LiveMemory();
        byte[] chunk = System.Text.Encoding.ASCII.GetBytes(new string(' ', 64 * Kilobyte));
        string framing = saysItsLength ? $"Content-Length: {100 * Megabyte}\r\n" : "Transfer-Encoding: chunked\r\n";

        for (int i = 0; i < MaxRequests; i++)
        {
            using var connection = await RawConnection.OpenAsync(server.Address);
            await connection.SendHeadAsync("/v1/rerank", framing);
            var reply = connection.ReadAsync();
            await SendUntilRefusedAsync(connection);

            Assert.Equal(413, (await reply).Status);
        }

        Assert.InRange(LiveMemory() - before, long.MinValue, MostMemory);
        Assert.Equal(HttpStatusCode.OK, (await PostWhenThereIsRoomAsync(server)).Status);

        async Task SendUntilRefusedAsync(RawConnection connection)
        {
            try
            {
                for (int sent = 0; sent < 100 * Megabyte; sent += chunk.Length)
                {
                    await connection.SendAsync(saysItsLength ? "" : $"{chunk.Length:x}\r\n");
                    await connection.SendAsync(chunk);
                    await connection.SendAsync(saysItsLength ? "" : "\r\n");
                }
            }
            catch (IOException)
            {
                // The server reads no more.
            }
        }
    }

    // What a client may send that takes most for its bytes: long documents, short ones, numbers and objects that nobody asked for.
    public static TheoryData<string, string> Expensive() => new()
    {
        { "documents", $"\"{new string('a', 1000)}\"" },
        { "documents", "\"a\"" },
        { "other", "1" },
        { "other", "{}" },
    };

    [Theory]
    [MemberData(nameof(Expensive))]
    public async Task Bodies_AsLargeAndAsManyAsMayBe_StayWithinTheMemoryForThem(string field, string item)
    {
        await using var server = await StartAsync(reranker: Waiting());
        await server.PostAsync("/v1/rerank", """{"query":" ","documents":[]}""");
        long before = LiveMemory();
        int count = field == "documents" ? Math.Min(MaxDocuments, (MaxBody / item.Length) - 10) : (MaxBody / (item.Length + 1)) - 100;
        string items = string.Join(',', Enumerable.Repeat(item, count));
        string body = field == "documents" ? $"{{\"query\":\"q\",\"documents\":[{items}]}}" : $"{{\"{field}\":[{items}],{Good[1..]}";

        var held = await OpenAsync(server, MaxRequests, connection => connection.PostAsync("/v1/rerank", body));
        await UntilAsync(() => Volatile.Read(ref _underWay) == MaxRequests);
        var refused = await OpenAsync(server, 100, connection => connection.PostAsync("/v1/rerank", Good));
        await Task.WhenAll(refused.Select(async connection => Assert.Equal(429, (await connection.ReadAsync()).Status)));

        Assert.InRange(LiveMemory() - before, 0, MostMemory);

        _release.SetResult();
        await Task.WhenAll(held.Select(async connection => Assert.Equal(200, (await connection.ReadAsync()).Status)));
        Dispose([.. held, .. refused]);
        Assert.Equal(HttpStatusCode.OK, (await PostWhenThereIsRoomAsync(server)).Status);
    }

    [Fact]
    public async Task Clients_ThatVanishByTheHundredAtTheLimit_FreeTheirWork()
    {
        await using var server = await StartAsync(reranker: Waiting());
        long before = LiveMemory();

        for (int round = 0; round < 5; round++)
        {
            int cancelled = _cancelled;
            List<RawConnection> working = [];
            while (Volatile.Read(ref _underWay) < MaxRequests)
            {
                // Those that vanished before may have their places for a moment yet, and so some of these are refused.
                working.AddRange(await OpenAsync(
                    server, MaxRequests - Volatile.Read(ref _underWay), connection => connection.PostAsync("/v1/rerank", Good)));
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }

            var others = await OpenAsync(server, 100, async connection =>
            {
                await connection.SendHeadAsync("/v1/rerank", $"Content-Length: {MaxBody}\r\n");
                await connection.SendAsync("{\"query\":");
            });

            foreach (var connection in working.Concat(others))
            {
                connection.Abort();
            }

            await UntilAsync(() => Volatile.Read(ref _cancelled) >= cancelled + MaxRequests && Volatile.Read(ref _underWay) == 0);
        }

        _release.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await PostWhenThereIsRoomAsync(server)).Status);
        Assert.InRange(LiveMemory() - before, long.MinValue, MostMemory);
    }

    [Fact]
    public async Task Requests_OneAfterTheOtherInOnePiece_AreAnsweredInTheirOrder()
    {
        await using var server = await StartAsync();
        using var connection = await RawConnection.OpenAsync(server.Address);
        string request = "POST /v1/rerank HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
            $"Content-Length: {Good.Length}\r\n";

        await connection.SendAsync(string.Concat(Enumerable.Range(0, 50).Select(i => $"{request}X-Request-Id: r{i}\r\n\r\n{Good}")));

        for (int i = 0; i < 50; i++)
        {
            var reply = await connection.ReadAsync();
            Assert.Equal((200, $"r{i}"), (reply.Status, reply.Header("X-Request-Id")));
        }
    }

    private static async Task<RawConnection[]> OpenAsync(TestServer server, int count, Func<RawConnection, Task> send) =>
        await Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
        {
            var connection = await RawConnection.OpenAsync(server.Address);
            await send(connection);
            return connection;
        }));

    private static void Dispose(IEnumerable<RawConnection> connections)
    {
        foreach (var connection in connections)
        {
            connection.Dispose();
        }
    }

    // The room of a request is free when its handler has ended, which is soon after its answer.
    private static async Task<Reply> PostWhenThereIsRoomAsync(TestServer server)
    {
        Reply reply;
        do
        {
            reply = await server.PostAsync("/v1/rerank", Good);
        }
        while (reply.Status is HttpStatusCode.TooManyRequests);

        return reply;
    }

    // Ends by itself, if late, so that what never comes about is a failure and no test without an end.
    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        while (!isSo())
        {
            await Task.Delay(5, patience.Token);
        }
    }

    private static long LiveMemory()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static Task<TestServer> StartAsync(Action<KestrelServerOptions>? configure = null, IReranker? reranker = null) =>
        TestServer.StartAsync(
            options =>
            {
                options.MaxRequestsUnderWay = MaxRequests;
                options.MaxBodyBytes = MaxBody;
                options.MaxDocuments = MaxDocuments;
            },
            reranker,
            configureKestrel: configure);

    private TestReranker Waiting() => new()
    {
        RerankAsyncCallback = async (_, documents, _, cancellationToken) =>
        {
            Interlocked.Increment(ref _underWay);
            try
            {
                await _release.Task.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                Interlocked.Increment(ref _cancelled);
                throw;
            }
            finally
            {
                Interlocked.Decrement(ref _underWay);
            }

            return RerankResponse.Create([.. documents.Select(_ => 0.5)], ScoreScale.Probability, topN: 1);
        },
    };
}

/// <summary>Tests that look at the whole process, and run when no others do.</summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;
