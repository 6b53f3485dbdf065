using System.Text;
using System.Text.Json.Nodes;

namespace Resift.Tests.Providers;

/// <summary>An answer that says it is one and makes no sense is an error, whoever sends it.</summary>
public sealed class ProviderNonsenseTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(ProviderCase.Names), MemberType = typeof(ProviderCase))]
    public async Task RerankAsync_ResultsThatMakeNoSense_Refused(string name)
    {
        var provider = ProviderCase.All[name];
        await RefusedAsync(provider, Result(0), "scores 1 of 3 documents, and document 1 is not among them");
        await RefusedAsync(provider, Result(0) + "," + Result(1) + "," + Result(1), "has the index 1, as one before it has");
        await RefusedAsync(provider, Result(0) + "," + Result(1) + "," + Result(3), "has the index 3; 0 to 2 was expected");
        await RefusedAsync(provider, Result(0) + "," + Result(1) + "," + Result(-1), "has the index -1");
        await RefusedAsync(provider, Result(0) + "," + Result(1) + ",{\"index\":1.5,\"S\":0.1}", "has the index 1.5");
        await RefusedAsync(provider, Result(0) + "," + Result(1) + ",{\"index\":99999999999,\"S\":0.1}", "has the index 99999999999");
        await RefusedAsync(provider, Result(0) + "," + Result(1) + ",{\"index\":\"2\",\"S\":0.1}", "has the index a text");
        await RefusedAsync(provider, Result(0) + "," + Result(1) + ",{\"index\":null,\"S\":0.1}", "has the index null");
        await RefusedAsync(provider, Result(0) + "," + Result(1) + ",{\"S\":0.1}", "without 'index'");
        await RefusedAsync(provider, Result(0) + "," + Result(1) + ",7", "is a number without 'index'");
        await RefusedAsync(provider, Result(0) + "," + Result(1) + ",{\"index\":2}", $"has no '{provider.ScoreName}'");
        await RefusedAsync(provider, Result(0) + "," + Result(1) + ",{\"index\":2,\"S\":null}", "has the score null");
        await RefusedAsync(provider, Result(0) + "," + Result(1) + ",{\"index\":2,\"S\":\"0.5\"}", "has the score a text");
        await RefusedAsync(provider, Result(0) + "," + Result(1) + ",{\"index\":2,\"S\":1e999}", "a finite number was expected");
        await RefusedAsync(provider, Result(0) + "," + Result(1) + ",{\"index\":2,\"S\":NaN}", "not JSON");
        await RefusedAsync(provider, Result(0) + "," + Result(1) + "," + Result(2) + "," + Result(0), "as one before it has");

        string Result(int index) => $$"""{"index":{{index}},"S":0.5}""";
    }

    [Theory]
    [MemberData(nameof(ProviderCase.Names), MemberType = typeof(ProviderCase))]
    public async Task RerankAsync_BodyThatIsNoAnswer_Refused(string name)
    {
        var provider = ProviderCase.All[name];
        string whole = provider.Scored([(0, 0.1), (1, 0.2), (2, 0.3)]).ToJsonString();
        string[] bodies =
            ["", " ", "null", "{}", "[]", "3", "\"text\"", "<html>", whole[..^1], whole[..(whole.Length / 2)], whole + "x"];
        foreach (string body in bodies)
        {
            var error = await ErrorAsync(provider, body, "application/json");
            Assert.Contains("makes no sense", error.Message, StringComparison.Ordinal);
            Assert.False(error.IsTransient);
        }

        Assert.Contains("'text/html'", (await ErrorAsync(provider, whole, "text/html")).Message, StringComparison.Ordinal);
        Assert.Contains("'text/plain'", (await ErrorAsync(provider, whole, "text/plain")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.01")]
    [InlineData("-0.01")]
    [InlineData("7.5")]
    public async Task RerankAsync_ProbabilityOutOfRange_RefusedWithTheOptionThatHelps(string score)
    {
        var error = await ErrorAsync(ProviderCase.All["cohere-v2"], $$"""
            {"results":[{"index":0,"relevance_score":0.5},{"index":1,"relevance_score":{{score}}},{"index":2,"relevance_score":0}]}
            """, "application/json");
        Assert.Contains(nameof(HttpRerankerOptions.ScoreScale), error.Message, StringComparison.Ordinal);
        Assert.Equal(1, error.DocumentIndex);
    }

    [Fact]
    public async Task RerankAsync_ProbabilityBeyondItsEndByRounding_IsTheEnd()
    {
        using var reranker = ProviderCase.All["cohere-v2"].CreateStubbed(() => Response(
            """{"results":[{"index":0,"relevance_score":1.0000001},{"index":1,"relevance_score":-1e-9}]}""", "application/json"));
        var response = await reranker.RerankAsync("q", ["a", "b"], cancellationToken: Cancellation);
        Assert.Equal([1.0, 0.0], response.Results.Select(result => result.Score));
    }

    [Fact]
    public async Task RerankAsync_NonsenseInALaterRequest_NamesTheCallsDocument()
    {
        int request = 0;
        using var client = new HttpClient(new StubHandler(() => Response(
            request++ == 0 ? """[{"index":0,"score":0.1},{"index":1,"score":0.2}]""" : """[{"index":0,"score":0.1}]""",
            "application/json")));
        using var reranker = new TeiReranker(new() { MaxDocumentsPerRequest = 2, MaxConcurrentRequests = 1 }, client);
        var error = await Assert.ThrowsAsync<RerankerException>(
            () => reranker.RerankAsync("q", ["a", "b", "c", "d"], cancellationToken: Cancellation));
        Assert.Equal(3, error.DocumentIndex);
        Assert.Contains("in the call it is document 3", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"usage":{"total_tokens":"many"}}""")]
    [InlineData("""{"usage":{"total_tokens":-1}}""")]
    [InlineData("""{"usage":{"total_tokens":1e300}}""")]
    [InlineData("""{"usage":7,"meta":null}""")]
    [InlineData("""{"meta":{"billed_units":{"search_units":1e400}}}""")]
    public async Task RerankAsync_UsageThatMakesNoSense_Unknown(string usage)
    {
        var answer = ProviderCase.All["cohere-v2"].Scored([(0, 0.5)]).AsObject();
        foreach (var (name, value) in JsonNode.Parse(usage)!.AsObject())
        {
            answer[name] = value?.DeepClone();
        }

        string body = answer.ToJsonString();
        using var reranker = ProviderCase.All["cohere-v2"].CreateStubbed(() => Response(body, "application/json"));
        var response = await reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation);
        Assert.Equal((null, null, null), (response.Usage!.InputTokens, response.Usage.SearchUnits, response.Usage.EstimatedCost));
    }

    private static async Task RefusedAsync(ProviderCase provider, string results, string says)
    {
        string list = $"[{results.Replace("\"S\"", $"\"{provider.ScoreName}\"", StringComparison.Ordinal)}]";
        string body = provider.ListName is null ? list : $"{{\"{provider.ListName}\":{list}}}";
        var error = await ErrorAsync(provider, body, "application/json");
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
    }

    private static async Task<RerankerException> ErrorAsync(ProviderCase provider, string body, string contentType)
    {
        using var reranker = provider.CreateStubbed(() => Response(body, contentType));
        return await Assert.ThrowsAsync<RerankerException>(
            () => reranker.RerankAsync("q", ["a", "b", "c"], cancellationToken: Cancellation));
    }

    private static HttpResponseMessage Response(string body, string contentType) =>
        new() { Content = new StringContent(body, Encoding.UTF8, contentType) };
}
