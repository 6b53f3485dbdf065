using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CsCheck;
using Resift.Testing;

namespace Resift.Tests.Providers;

/// <summary>
/// Whatever a provider answers, the caller gets a complete response or a <see cref="RerankerException"/>. Two thousand answers for each
/// provider here; <c>RESIFT_PROPERTY_ITERATIONS=44000</c> in the environment makes it a million over all of them.
/// </summary>
public sealed class AnswerPropertyTests
{
    private const int Documents = 3;

    private static readonly long _iterations =
        long.TryParse(Environment.GetEnvironmentVariable("RESIFT_PROPERTY_ITERATIONS"), CultureInfo.InvariantCulture, out long iterations)
            ? iterations
            : 2_000;

    private static readonly string[] _pieces =
    [
        "{", "}", "[", "]", ":", ",", "\"index\":", "\"results\":", "\"data\":", "\"score\":", "\"relevance_score\":",
        "\"usage\":", "\"meta\":",
        "\"total_tokens\":", "\"model\":", "\"message\":", "\"detail\":", "\"error\":", "0", "1", "2", "-1", "0.5", "1e999",
        "NaN", "null", "true",
        "\"\\ud800\"", "\"text\"", "\"id\":", " ", "\\", "\"", "99999999999999999999",
    ];

    private static readonly int[] _statuses = [200, 200, 200, 200, 201, 204, 302, 400, 401, 429, 500];

    private static readonly Gen<byte[]> _garbage = Gen.OneOf(
        Gen.Byte.Array[0, 64],
        Gen.Int[0, _pieces.Length - 1].Select(piece => _pieces[piece]).Array[0, 40]
            .Select(pieces => Encoding.UTF8.GetBytes(string.Concat(pieces))));

    [Theory]
    [MemberData(nameof(ProviderCase.Names), MemberType = typeof(ProviderCase))]
    public void RerankAsync_AnyAnswer_CompleteResponseOrRerankerException(string name)
    {
        var provider = ProviderCase.All[name];
        byte[] recorded = JsonBody(name);
        byte[] small = Encoding.UTF8.GetBytes(provider.Scored([(2, 0.75), (0, 0.5), (1, 0.25)]).ToJsonString());
        HttpResponseMessage? next = null;
        using var reranker = provider.CreateStubbed(() => next!);
        Gen.Select(Gen.OneOf(_garbage, Mutated(small), Mutated(recorded)), Gen.Int[0, _statuses.Length - 1]).Sample(
            answer =>
            {
                next = new((HttpStatusCode)_statuses[answer.Item2]) { Content = new ByteArrayContent(answer.Item1) };
                next.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                AssertCompleteOrRefused(reranker);
            },
            iter: _iterations,
            threads: 1);
    }

    private static void AssertCompleteOrRefused(HttpReranker reranker)
    {
        // The stub answers at once, so the call has ended when it returns.
        var call = reranker.RerankAsync("q", ["a", "b", "c"], cancellationToken: CancellationToken.None);
        Assert.True(call.IsCompleted);
        if (call.IsFaulted)
        {
            Assert.IsType<RerankerException>(call.Exception.InnerException);
            return;
        }

        var results = call.GetAwaiter().GetResult().Results;
        Assert.Equal(Enumerable.Range(0, Documents), results.Select(result => result.Index).Order());
        Assert.All(results, result => Assert.True(double.IsFinite(result.Score)));
    }

    // Cuts, flips and splices, so that most of an answer is still right.
    private static Gen<byte[]> Mutated(byte[] answer) => Gen.Select(
        Gen.Int[0, answer.Length], Gen.Int[0, 8], _garbage, Gen.Bool,
        (place, length, insert, cut) => cut
            ? answer[..place]
            : (byte[])[.. answer[..place], .. insert.Take(6), .. answer[Math.Min(answer.Length, place + length)..]]);

    private static byte[] JsonBody(string name) => Encoding.UTF8.GetBytes(System.Text.Json.JsonElement
        .Parse(File.ReadAllText(TestData.InRepository($"test/Resift.Tests/Providers/Fixtures/{name}.response.json")))
        .GetProperty("body").GetRawText());
}
