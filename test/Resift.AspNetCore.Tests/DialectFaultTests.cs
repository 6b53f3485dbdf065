using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.AI;
using Resift.Testing;

namespace Resift.AspNetCore.Tests;

/// <summary>
/// What is answered in each dialect, over a real connection, when a request cannot be: status, headers and body, also of what the web
/// server refuses before anybody sees it.
/// </summary>
public sealed class DialectFaultTests
{
    private const string Key = "b1946ac92492d2347c6235b4d2611184";
    private const string WithKey = $"Authorization: Bearer {Key}\r\n";
    private const string RequestId = "the-request";

    public static TheoryData<string> Dialects() => [.. WireContract.All.Keys];

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Request_WithEachFault_HasStatusHeadersAndBodyOfTheDialect(string dialect)
    {
        var contract = WireContract.All[dialect];
        await using var server = await StartAsync();
        string four = string.Join(',', Enumerable.Repeat(contract.Documents[1..^1], 4));
        string good = contract.Good;
        (string Fault, int Status, string Body)[] read =
        [
            ("nothing to rank", contract.Empty, contract.WithDocuments("[]")),
            ("no text", contract.Invalid, contract.WithDocuments("[7]")),
            ("too many", contract.Invalid, contract.WithDocuments($"[{four}]")),
            ("unknown model", contract.UnknownModel, contract.WithModel("nobody")),
            ("busy", 429, contract.With("ask", "busy")),
            ("down", 503, contract.With("ask", "down")),
            ("broken", contract.ModelFailed, contract.With("ask", "broken")),
            ("defect", 500, contract.With("ask", "defect")),
        ];
        (string Fault, int Status, string Headers, string Body)[] unread =
        [
            ("no key", 401, "", good),
            ("wrong key", 401, "Authorization: Bearer wrong\r\n", good),
            ("no JSON", 400, WithKey, good[..^1]),
            ("an array", 400, WithKey, $"[{good}]"),
            ("a name twice", 400, WithKey, $"{good[..^1]},\"a\":1,\"a\":2}}"),
            ("no UTF-8", 400, WithKey, contract.With("ask", "\\udfff")),
            ("compressed", 415, $"{WithKey}Content-Encoding: gzip\r\n", good),
        ];
        var wrong = new List<string>();

        foreach (var (fault, status, body) in read)
        {
            Check(contract, fault, status, await PostAsync(server, contract.Path, body, WithKey));
        }

        if (!contract.TakesBlanks)
        {
            Check(contract, "blank", contract.Invalid, await PostAsync(server, contract.Path, contract.With("ask", ""), WithKey));
        }

        var before = contract.Unread is { } other ? WireContract.All[other] : contract;
        foreach (var (fault, status, headers, body) in unread)
        {
            // Half a letter is found when its text is read, by whoever reads it.
            var spoken = fault == "no UTF-8" ? contract : before;
            Check(spoken, fault, status, await PostAsync(server, contract.Path, body, headers));
        }

        Check(before, "too large", 413, await ExchangeAsync(server, connection =>
            connection.SendHeadAsync(contract.Path, $"{WithKey}X-Request-Id: {RequestId}\r\nContent-Length: 104857600\r\n")));
        Check(before, "chunks that are none", 400, await ExchangeAsync(server, async connection =>
        {
            await connection.SendHeadAsync(contract.Path, $"{WithKey}X-Request-Id: {RequestId}\r\nTransfer-Encoding: chunked\r\n");
            await connection.SendAsync("zz\r\n{}\r\n");
        }));
        Assert.Empty(wrong);
        Assert.Equal(200, (await PostAsync(server, contract.Path, good, WithKey)).Status);

        void Check(WireContract spoken, string fault, int status, RawReply reply)
        {
            bool saysWhen = status is 429 or 503;
            bool isGood = reply.Status == status && reply.Header("Content-Type") == "application/json"
                && reply.Header("X-Request-Id") == RequestId
                && reply.Header("Retry-After") == (saysWhen ? fault is "busy" ? "7" : "3" : "")
                && reply.Header("WWW-Authenticate") == (status == 401 ? "Bearer" : "")
                && spoken.Matches(fault, reply);
            if (!isGood)
            {
                string headers = string.Join(", ", reply.Headers.Select(header => $"{header.Key}: {header.Value}"));
                wrong.Add($"{fault}, which is to be {status}: {reply.Status} with {headers}: {reply.Body}");
            }
        }
    }

    [Fact]
    public async Task Request_WhoseBodyIsTooSlow_HasStatusAndBodyOfTheDialect()
    {
        // The least grace that the web server takes.
        await using var server = await StartAsync(new(bytesPerSecond: 1_000_000, TimeSpan.FromSeconds(1.1)));

        var replies = await Task.WhenAll(WireContract.All.Values.Select(async contract =>
        {
            var reply = await ExchangeAsync(server, async connection =>
            {
                await connection.SendHeadAsync(contract.Path, $"{WithKey}X-Request-Id: {RequestId}\r\nContent-Length: 100\r\n");
                await connection.SendAsync("{");
            });
            return (Contract: contract.Unread is { } other ? WireContract.All[other] : contract, Reply: reply);
        }));

        Assert.All(replies, given =>
        {
            Assert.Equal(408, given.Reply.Status);
            Assert.True(given.Contract.Matches("too slow", given.Reply), given.Reply.Body);
        });
    }

    // What is refused before a path is known, and what is no path or method, has no dialect.
    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Request_ThatTheWebServerRefuses_HasItsStatusAndNoBody(string dialect)
    {
        var contract = WireContract.All[dialect];
        string path = contract.Path;
        const string Host = "Host: localhost\r\n";
        await using var server = await StartAsync();
        (string Fault, int Status, bool Closes, string Request)[] faults =
        [
            ("another method", 405, false, $"GET {path} HTTP/1.1\r\n{Host}\r\n"),
            ("another path", 404, false, $"POST {path}/more HTTP/1.1\r\n{Host}Content-Length: 0\r\n\r\n"),
            ("no request", 400, true, "nonsense\r\n\r\n"),
            ("no host", 400, true, $"POST {path} HTTP/1.1\r\n\r\n"),
            ("two hosts", 400, true, $"POST {path} HTTP/1.1\r\n{Host}{Host}\r\n"),
            ("another version", 505, true, $"POST {path} HTTP/3.7\r\n{Host}\r\n"),
            ("a long path", 414, true, $"POST {path}?{new string('a', 10_000)} HTTP/1.1\r\n{Host}\r\n"),
            ("many headers", 431, true,
                $"POST {path} HTTP/1.1\r\n{Host}{string.Concat(Enumerable.Range(0, 200).Select(i => $"X-{i}: a\r\n"))}\r\n"),
            ("long headers", 431, true, $"POST {path} HTTP/1.1\r\n{Host}X-Long: {new string('a', 40_000)}\r\n\r\n"),
            ("a length below zero", 400, true, $"POST {path} HTTP/1.1\r\n{Host}Content-Length: -1\r\n\r\n"),
            ("two lengths", 400, true, $"POST {path} HTTP/1.1\r\n{Host}Content-Length: 1\r\nContent-Length: 2\r\n\r\n"),
            ("neither length nor chunks", 400, true, $"POST {path} HTTP/1.0\r\n{Host}\r\n"),
            ("a header without a colon", 400, true, $"POST {path} HTTP/1.1\r\n{Host}nothing\r\n\r\n"),
        ];

        foreach (var (fault, status, closes, request) in faults)
        {
            var reply = await ExchangeAsync(server, connection => connection.SendAsync(request));

            Assert.True(status == reply.Status, $"{fault}, which is to be {status}, is {reply.Status}");
            Assert.Equal("", reply.Body);
            Assert.Equal(closes ? "close" : "", reply.Header("Connection"));
            Assert.Equal(status == 405 ? "POST" : "", reply.Header("Allow"));
        }

        Assert.Equal(200, (await PostAsync(server, path, contract.Good, WithKey)).Status);
    }

    private static Task<RawReply> PostAsync(TestServer server, string path, string body, string headers) =>
        ExchangeAsync(server, connection => connection.PostAsync(path, body, $"X-Request-Id: {RequestId}\r\n{headers}"));

    private static async Task<RawReply> ExchangeAsync(TestServer server, Func<RawConnection, Task> send)
    {
        using var connection = await RawConnection.OpenAsync(server.Address);
        await send(connection);
        return await connection.ReadAsync();
    }

    private static Task<TestServer> StartAsync(MinDataRate? slowest = null) => TestServer.StartAsync(
        options =>
        {
            options.KeyHashes.Add(ResiftServerOptions.HashKey(Key));
            options.MaxDocuments = 3;
            options.RetryAfter = TimeSpan.FromSeconds(3);
        },
        new TestReranker
        {
            RerankAsyncCallback = (query, documents, _, _) =>
            {
                Fail(query);
                return Task.FromResult(RerankResponse.Create([.. documents.Select(_ => 0.5)], ScoreScale.Probability, topN: null));
            },
        },
        new TestEmbeddingGenerator
        {
            GenerateAsyncCallback = (texts, _, _) =>
            {
                Fail(texts[0]);
                return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(texts.Select(_ => new Embedding<float>(new float[3]))));
            },
        },
        configureKestrel: kestrel => kestrel.Limits.MinRequestBodyDataRate = slowest ?? kestrel.Limits.MinRequestBodyDataRate);

    private static void Fail(string asked) => _ = asked switch
    {
        "busy" => throw new RerankerRejectedException("the budget is spent") { RetryAfter = TimeSpan.FromSeconds(7) },
        "down" => throw new RerankerException("secret") { IsTransient = true },
        "broken" => throw new RerankerException("secret"),
        "defect" => throw new InvalidOperationException("secret"),
        _ => asked,
    };
}
