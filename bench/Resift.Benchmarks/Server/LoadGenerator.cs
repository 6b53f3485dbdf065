using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Resift.Benchmarks;

/// <summary>A request, and the scores that its documents have when it is asked alone, in their order.</summary>
internal sealed record LoadRequest(byte[] Body, double[] Scores)
{
    public static async Task<LoadRequest> CreateAsync(IReranker reranker, RerankRequest request)
    {
        var response = await reranker.RerankAsync(request.Query, request.Documents).ConfigureAwait(false);
        double[] scores = new double[request.Documents.Count];
        foreach (var result in response.ConvertTo(ScoreScale.Probability).Results)
        {
            scores[result.Index] = result.Score;
        }

        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("query", request.Query);
            writer.WriteStartArray("documents");
            foreach (string document in request.Documents)
            {
                writer.WriteStringValue(document);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return new(buffer.ToArray(), scores);
    }
}

/// <summary>What came of a load.</summary>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Times">The milliseconds of each request that was accepted, in rising order.</param>
/// <param name="Documents">How many documents those had.</param>
/// <param name="Refused">How many requests were answered with 429.</param>
internal sealed record LoadResult(TimeSpan Elapsed, double[] Times, int Documents, int Refused)
{
    public double RefusedShare => Refused / (double)Math.Max(1, Refused + Times.Length);
}

/// <summary>
/// Sends requests over so many connections, on each the next when the one before was answered; after a refusal, when the time has passed
/// that it says. Every answer is checked: it must have the name of its request, no name may come twice, and the scores must be those of
/// the same request alone, to the last bit.
/// </summary>
internal sealed class LoadGenerator : IDisposable
{
    private readonly HttpClient _client;
    private readonly ConcurrentDictionary<string, bool> _answered = [];
    private long _names;

    public LoadGenerator(Uri address, int connections) => _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = connections })
    {
        BaseAddress = address,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Loads the server for some time; what is under way at its end is waited for.</summary>
    public Task<LoadResult> RunAsync(IReadOnlyList<LoadRequest> requests, int connections, TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        return RunAsync(requests, connections, _ => Stopwatch.GetElapsedTime(start) < time);
    }

    /// <summary>Loads the server with so many requests on each connection.</summary>
    public Task<LoadResult> RunAsync(IReadOnlyList<LoadRequest> requests, int connections, int each) =>
        RunAsync(requests, connections, sent => sent < each);

    public void Dispose() => _client.Dispose();

    private async Task<LoadResult> RunAsync(IReadOnlyList<LoadRequest> requests, int connections, Func<int, bool> goesOn)
    {
        long start = Stopwatch.GetTimestamp();
        var times = new ConcurrentBag<double>();
        int documents = 0, refused = 0;
        await Task.WhenAll(Enumerable.Range(0, connections).Select(ConnectionAsync)).ConfigureAwait(false);
        return new(Stopwatch.GetElapsedTime(start), [.. times.Order()], documents, refused);

        async Task ConnectionAsync(int connection)
        {
            for (int sent = 0; goesOn(sent); sent++)
            {
                var request = requests[(connection + sent) % requests.Count];
                long began = Stopwatch.GetTimestamp();
                if (await SendAsync(request).ConfigureAwait(false) is { } wait)
                {
                    Interlocked.Increment(ref refused);
                    await Task.Delay(wait).ConfigureAwait(false);
                }
                else
                {
                    times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                    Interlocked.Add(ref documents, request.Scores.Length);
                }
            }
        }
    }

    /// <returns>After how long to come again; null if the request was accepted.</returns>
    private async Task<TimeSpan?> SendAsync(LoadRequest request)
    {
        string name = $"load-{Interlocked.Increment(ref _names)}";
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/rerank") { Content = new ByteArrayContent(request.Body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.Add("X-Request-Id", name);
        using var response = await _client.SendAsync(message).ConfigureAwait(false);
        byte[] body = await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
        string answered = response.Headers.GetValues("X-Request-Id").Single();
        if (answered != name || !_answered.TryAdd(answered, true))
        {
            throw new InvalidDataException($"The request {name} got the answer of {answered}.");
        }

        if (response.StatusCode is HttpStatusCode.TooManyRequests)
        {
            return response.Headers.RetryAfter!.Delta;
        }

        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidDataException($"The server answered with {(int)response.StatusCode}: {Encoding.UTF8.GetString(body)}");
        }

        ThrowUnlessSame(request.Scores, body);
        return null;
    }

    private static void ThrowUnlessSame(double[] expected, byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        double[] scores = new double[expected.Length];
        Array.Fill(scores, double.NaN);
        foreach (var item in document.RootElement.GetProperty("results").EnumerateArray())
        {
            scores[item.GetProperty("index").GetInt32()] = item.GetProperty("relevance_score").GetDouble();
        }

        int wrong = Enumerable.Range(0, expected.Length).FirstOrDefault(i => scores[i] != expected[i], -1);
        if (wrong >= 0)
        {
            throw new InvalidDataException($"Document {wrong} has the score {scores[wrong]:R}, and alone {expected[wrong]:R}.");
        }
    }
}
