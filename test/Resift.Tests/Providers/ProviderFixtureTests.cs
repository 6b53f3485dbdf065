using System.Text.Json;
using Resift.Testing;

namespace Resift.Tests.Providers;

/// <summary>
/// The seed exercise of <c>resift compare</c> through every provider: what is sent and what is read, against recordings in the form that
/// the provider documents. Nothing changes from one to another but the line that makes the reranker.
/// </summary>
public sealed class ProviderFixtureTests
{
    [Theory]
    [MemberData(nameof(ProviderCase.Names), MemberType = typeof(ProviderCase))]
    public async Task RerankAsync_SeedExercise_AsDocumented(string name)
    {
        var provider = ProviderCase.All[name];
        await AssertAsync(name, endpoint => provider.Create(provider.Options(endpoint), null));
    }

    [Fact]
    public async Task RerankAsync_TeiOnLogits_AsksForRawScores() => await AssertAsync(
        "tei-raw",
        endpoint => new TeiReranker(new() { ApiKey = ProviderCase.Key, Endpoint = endpoint, ScoreScale = ScoreScale.Logit }));

    private static async Task AssertAsync(string name, Func<Uri, IReranker> create)
    {
        var request = Fixture($"{name}.request.json");
        var response = Fixture($"{name}.response.json");
        var expected = response.GetProperty("expected");
        var reply = response.GetProperty("headers").EnumerateObject().Aggregate(
            LoopbackReply.Json(response.GetProperty("body").GetRawText()),
            (reply, header) => reply.With(header.Name, header.Value.GetString()!));
        await using var server = new LoopbackServer(reply);
        using var reranker = create(server.Address);
        string[] documents = [.. Fixture("voyage.request.json").GetProperty("body").GetProperty("documents").EnumerateArray()
            .Select(document => document.GetString()!)];

        var answer = await reranker.RerankAsync(
            "How do I fix memory leak in Python?", documents, cancellationToken: TestContext.Current.CancellationToken);

        var sent = Assert.Single(server.Requests);
        Assert.Equal(("POST", request.GetProperty("path").GetString()), (sent.Method, sent.Path));
        Assert.Equal("application/json", sent.Headers["Content-Type"]);
        Assert.All(
            request.GetProperty("headers").EnumerateObject(),
            header => Assert.Equal(header.Value.GetString(), sent.Headers.GetValueOrDefault(header.Name)));
        Assert.True(
            JsonElement.DeepEquals(request.GetProperty("body"), sent.Json),
            $"expected {request.GetProperty("body")}, sent {sent.Json}");

        Assert.Equal(
            expected.GetProperty("results").EnumerateArray()
                .Select(result => new RerankResult(result.GetProperty("index").GetInt32(), result.GetProperty("score").GetDouble())),
            answer.Results);
        Assert.Equal(expected.GetProperty("scale").GetString(), answer.ScoreScale.ToString());
        Assert.Equal(expected.GetProperty("model").GetString(), answer.ModelId);
        Assert.Equal(Number(expected, "inputTokens"), answer.Usage!.InputTokens);
        Assert.Equal(Number(expected, "searchUnits"), answer.Usage.SearchUnits);
        Assert.Equal(documents.Length, answer.Usage.Pairs);
    }

    private static long? Number(JsonElement json, string name) =>
        json.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : null;

    private static JsonElement Fixture(string file) =>
        JsonElement.Parse(File.ReadAllText(TestData.InRepository($"test/Resift.Tests/Providers/Fixtures/{file}")));
}
