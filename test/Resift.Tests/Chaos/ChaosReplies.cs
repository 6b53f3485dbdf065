using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Resift.Testing;

namespace Resift.Tests.Chaos;

/// <summary>Answers as Cohere does, and fails three times in ten, in all the ways that a server can fail.</summary>
internal sealed class ChaosReplies(int seed)
{
    private readonly Random _random = new(seed);
    private readonly ConcurrentDictionary<string, int> _played = new();

    /// <summary>Gets the names of the failures, each of which should have been played after enough requests.</summary>
    public static IReadOnlyList<string> Failures { get; } =
    [
        "no headers", "stalled body", "reset in the body", "429", "429, retry after 0 s", "429, retry after 2 ms",
        "429, retry after an hour", "500", "another content type", "HTML", "cut JSON", "index missing", "index twice",
        "too large", "too large in chunks",
    ];

    /// <summary>Gets how often each was played.</summary>
    public IReadOnlyDictionary<string, int> Played => _played;

    public LoopbackReply Reply(LoopbackRequest request)
    {
        string played;
        int clothes;
        lock (_random)
        {
            played = _random.Next(10) < 3 ? Failures[_random.Next(Failures.Count)] : "none";
            clothes = _random.Next(16);
        }

        _played.AddOrUpdate(played, 1, (_, count) => count + 1);
        return Failing(played, Results(request)) with
        {
            Gzip = (clothes & 3) == 3,
            Chunked = clothes > 11 || played == "too large in chunks",
        };
    }

    private static LoopbackReply Failing(string kind, string[] results)
    {
        var good = LoopbackReply.Json(Json(results));
        return kind switch
        {
            "no headers" => good with { HeadersAfter = LoopbackReply.Never },
            "stalled body" => good with { StallAfter = 10 },
            "reset in the body" => good with { ResetAfter = 10 },
            "429" => LoopbackReply.Json("""{"message":"slow down"}""", 429),
            "429, retry after 0 s" => LoopbackReply.Json("""{"message":"slow down"}""", 429).With("Retry-After", "0"),
            "429, retry after 2 ms" => LoopbackReply.Json("""{"message":"slow down"}""", 429).With("retry-after-ms", "2"),
            "429, retry after an hour" => LoopbackReply.Json("""{"message":"slow down"}""", 429).With("Retry-After", "3600"),
            "500" => LoopbackReply.Json("""{"message":"oops"}""", 500),
            "another content type" => good with { ContentType = "text/plain" },
            "HTML" => LoopbackReply.Json("<html><body>Welcome to the proxy</body></html>") with { ContentType = "text/html" },
            "cut JSON" => LoopbackReply.Json(Json(results)[..^3]),
            "index missing" => LoopbackReply.Json(Json(results[1..])),
            "index twice" => LoopbackReply.Json(Json([.. results, results[0]])),
            "too large" or "too large in chunks" => new() { Body = [.. Enumerable.Repeat((byte)' ', 8 * 1024)], Repeat = 40, },

            // Slow, but not too slow.
            _ => good with { HeadersAfter = results.Length % 4 == 0 ? Task.Delay(results.Length) : Task.CompletedTask },
        };
    }

    private static string[] Results(LoopbackRequest request)
    {
        string query = request.Json.GetProperty("query").GetString()!;
        return
        [
            .. request.Json.GetProperty("documents").EnumerateArray().Select((document, index) => string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"index":{{index}},"relevance_score":{{HonestScores.Of(query, document.GetString()!):R}}}""")),
        ];
    }

    private static string Json(string[] results) =>
        new StringBuilder("""{"id":"1","results":[""").AppendJoin(',', results).Append("]}").ToString();
}
