using System.Text;
using System.Text.Json.Nodes;

namespace Resift.Tests.Providers;

/// <summary>An answer that says it is one and makes no sense is an error, whoever sends it.</summary>
public sealed class ProviderNonsenseTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(ProviderCase.NumberingNames), MemberType = typeof(ProviderCase))]
    public async Task RerankAsync_ResultsThatMakeNoSense_Refused(string name)
    {
        var provider = ProviderCase.All[name];
        await RefusedAsync(provider, Result(0), "scores 1 of 3 documents, and document 1 is not among them");
        await RefusedAsync(provider, Result(0) + "," + Result(1) + "," + Result(1), "has the index 1, as one before it has");
        await RefusedAsync(
            provider, Result(0) + "," + Result(1) + "," + Result(3), "has the index 3; a whole number from 0 to 2 was expected");
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
        await RefusedAsync(provider, Result(0) + "," + Result(1) + ",{\"index\":2,\"S\":NaN}", "or has NaN in the place of a score");
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
        Assert.Contains("'text/plain'", (await ErrorAsync(provider, "OK", "text/plain")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Application/JSON; charset=UTF-8", "")]
    [InlineData("text/plain", "")]
    [InlineData("application/octet-stream", "")]
    [InlineData("application/json", "\uFEFF")]
    public async Task RerankAsync_JsonUnderAnotherTypeOrBehindAMark_Read(string contentType, string before)
    {
        using var reranker = ProviderCase.All["cohere-v2"].CreateStubbed(() =>
        {
            var response = Response(before + """{"results":[{"index":0.0,"relevance_score":0.5}]}""", "application/json");
            response.Content.Headers.Remove("Content-Type");
            response.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
            return response;
        });
        Assert.Equal([new(0, 0.5)], (await reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation)).Results);
    }

    [Fact]
    public async Task RerankAsync_IndexWithADecimalPointOfZero_IsAWholeNumber()
    {
        using var reranker = ProviderCase.All["voyage"].CreateStubbed(() => Response(
            """{"data":[{"index":1.0,"relevance_score":0.9},{"index":0,"relevance_score":0.1}]}""", "application/json"));
        Assert.Equal([new(1, 0.9), new(0, 0.1)], (await reranker.RerankAsync("q", ["a", "b"], cancellationToken: Cancellation)).Results);
    }

    [Fact]
    public async Task RerankAsync_ErrorWithStatus200_SaysItsReason()
    {
        var error = await ErrorAsync(
            ProviderCase.All["jina"], """{"error":{"message":"upstream failed"}}""", "application/json");
        Assert.Contains("an object without 'results', and says 'upstream failed'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"records":[{"id":"0","score":0.1},{"id":"1","score":0.1},{"id":"3","score":0.1}]}""", "has the index a text")]
    [InlineData("""{"records":[{"id":"0","score":0.1},{"id":"1","score":0.1},{"id":"x","score":0.1}]}""", "has the index a text")]
    [InlineData("""{"records":[{"id":"0","score":0.1},{"id":"1","score":0.1},{"id":"1","score":0.1}]}""", "as one before it has")]
    [InlineData("""{"records":[{"id":"0","score":0.1},{"id":"1","score":0.1}]}""", "document 2 is not among them")]
    [InlineData("""{"records":[{"index":0,"score":0.1}]}""", "without 'id'")]
    public async Task RerankAsync_NamesThatMakeNoSense_Refused(string body, string says) => Assert.Contains(
        says, (await ErrorAsync(ProviderCase.All["vertex"], body, "application/json")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"scores":[0.1,0.2]}""", "it has 2 scores for 3 documents")]
    [InlineData("""{"scores":[0.1,0.2,0.3,0.4]}""", "it has 4 scores for 3 documents")]
    [InlineData("""{"scores":[0.1,null,0.3]}""", "result 1 has the score null")]
    [InlineData("""{"scores":[0.1,0.2,1e999]}""", "a finite number was expected")]
    [InlineData("""{"scores":{"0":0.1}}""", "scores is an object")]
    public async Task RerankAsync_NumbersThatMakeNoSense_Refused(string body, string says) => Assert.Contains(
        says, (await ErrorAsync(ProviderCase.All["deepinfra"], body, "application/json")).Message, StringComparison.Ordinal);

    [Fact]
    public async Task RerankAsync_NonsenseInTheOnlyRequest_NamesTheDocumentOnce()
    {
        var error = await ErrorAsync(
            ProviderCase.All["tei"], """[{"index":0,"score":0.1},{"index":1,"score":0.2}]""", "application/json");
        Assert.Equal(2, error.DocumentIndex);
        Assert.DoesNotContain("counted within their request", error.Message, StringComparison.Ordinal);
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
