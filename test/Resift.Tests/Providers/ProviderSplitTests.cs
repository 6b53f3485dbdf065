using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Resift.Testing;

namespace Resift.Tests.Providers;

/// <summary>Calls that are too long for one request.</summary>
public sealed class ProviderSplitTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RerankAsync_MoreThanARequestTakes_SplitMergedAndSummed()
    {
        var provider = ProviderCase.All["cohere-v2"];
        await using var server = new LoopbackServer(request =>
        {
            int count = request.Json.GetProperty("documents").GetArrayLength();
            var answer = provider.Scored(Enumerable.Range(0, count).Select(index =>
                (index, double.Parse(request.Json.GetProperty("documents")[index].GetString()!, CultureInfo.InvariantCulture))));
            answer["meta"] = JsonNode.Parse("""{"billed_units":{"search_units":2}}""");
            return LoopbackReply.Json(answer.ToJsonString());
        });
        var prices = new PriceTable(
            new(2026, 1, 1), new Dictionary<string, ModelPrice> { ["cohere/m"] = new() { PerThousandSearchUnits = 5 } });
        using var reranker = new CohereReranker(
            new() { Endpoint = server.Address, MaxDocumentsPerRequest = 3, MaxConcurrentRequests = 2, ModelId = "m", Prices = prices });
        string[] documents = ["0.1", "0.7", "0.3", "0.9", "0.5", "0.2", "0.8"];

        var response = await reranker.RerankAsync("q", documents, new() { TopN = 4 }, Cancellation);

        Assert.Equal([new(3, 0.9), new(6, 0.8), new(1, 0.7), new(4, 0.5)], response.Results);
        Assert.Equal(3, server.Requests.Count);
        Assert.Equal((7, 6.0, 0.03m), (response.Usage!.Pairs, response.Usage.SearchUnits, response.Usage.EstimatedCost));
        Assert.DoesNotContain(server.Requests, request => request.Json.TryGetProperty("top_n", out _));
    }

    [Fact]
    public async Task RerankAsync_UsageMissingInOneAnswer_UnknownInTheSum()
    {
        int requests = 0;
        using var client = Client(() => requests++ == 0
            ? """{"data":[{"index":0,"relevance_score":0.1}],"usage":{"total_tokens":5}}"""
            : """{"data":[{"index":0,"relevance_score":0.1}]}""");
        using var reranker = new VoyageReranker(new() { ApiKey = "k", MaxDocumentsPerRequest = 1, MaxConcurrentRequests = 1 }, client);
        var response = await reranker.RerankAsync("q", ["a", "b"], cancellationToken: Cancellation);
        Assert.Null(response.Usage!.InputTokens);
        Assert.Null(response.Usage.EstimatedCost);
    }

    [Fact]
    public async Task RerankAsync_LongDocumentsOnVoyage_KeepTheLimitOfTokensWithTheQuery()
    {
        var provider = ProviderCase.All["voyage"];
        await using var server = new LoopbackServer(provider.Answer);
        using var reranker = new VoyageReranker(new() { ApiKey = ProviderCase.Key, Endpoint = server.Address });
        string query = string.Concat(Enumerable.Repeat("query ", 500));
        string[] documents = [.. Enumerable.Range(0, 700).Select(i => string.Concat(Enumerable.Repeat("word ", 600)))];

        await reranker.RerankAsync(query, documents, cancellationToken: Cancellation);

        Assert.True(server.Requests.Count > 1);
        Assert.All(server.Requests, request =>
        {
            int count = request.Json.GetProperty("documents").GetArrayLength();
            Assert.InRange(count * (query.Length + documents[0].Length) / 3, 1, 600_000);
        });
    }

    [Fact]
    public async Task RerankAsync_DocumentBeyondTheLimit_GoesAlone()
    {
        var provider = ProviderCase.All["tei"];
        await using var server = new LoopbackServer(provider.Answer);
        using var reranker = new TeiReranker(provider.Options(server.Address));
        string[] documents = ["a", new('x', 1_100_000), "b", "c"];
        var response = await reranker.RerankAsync("q", documents, cancellationToken: Cancellation);
        Assert.Equal(4, response.Results.Count);
        Assert.Equal([1, 1, 2], server.Requests.Select(request => request.Json.GetProperty("texts").GetArrayLength()).Order());
    }

    [Theory]
    [InlineData("jina", "jina-reranker-v3", 64)]
    [InlineData("jina", "jina-reranker-v3.5", 64)]
    [InlineData("vllm", "jinaai/jina-reranker-v3", 64)]
    [InlineData("vllm", "JinaAI/Jina-Reranker-v3.5", 64)]
    public async Task RerankAsync_ListwiseModel_TakesOneRequestAndRefusesMore(string name, string model, int most)
    {
        var provider = ProviderCase.All[name];
        await using var server = new LoopbackServer(provider.Answer);
        using var reranker = provider.Create(new() { ApiKey = ProviderCase.Key, Endpoint = server.Address, ModelId = model }, null);
        string[] documents = [.. Enumerable.Range(0, most + 1).Select(i => $"document {i}")];

        var metadata = reranker.GetService<RerankerMetadata>()!;
        Assert.Equal((false, most, ScoreScale.Unspecified), (metadata.IsPointwise, metadata.MaxDocuments, metadata.ScoreScale));
        Assert.Equal(most, (await reranker.RerankAsync("q", documents[..most], cancellationToken: Cancellation)).Results.Count);
        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => reranker.RerankAsync("q", documents, cancellationToken: Cancellation));
        Assert.Contains("reads all documents together", error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(HttpRerankerOptions.MaxDocumentsPerRequest), error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task RerankAsync_ListwiseModelNamedByTheCall_RefusesMoreAsWell()
    {
        using var client = Client(() => "{}");
        using var reranker = new JinaReranker(new() { ApiKey = "k" }, client);
        string[] documents = [.. Enumerable.Repeat("d", 65)];
        await Assert.ThrowsAsync<ArgumentException>(
            () => reranker.RerankAsync("q", documents, new() { ModelId = "jina-reranker-v3" }, Cancellation));
    }

    [Fact]
    public async Task RerankAsync_ListwiseModelOfAServerThatTakesMore_OneRequest()
    {
        var provider = ProviderCase.All["vllm"];
        await using var server = new LoopbackServer(provider.Answer);
        using var reranker = new VllmReranker(
            new() { ApiKey = ProviderCase.Key, Endpoint = server.Address, ModelId = "jina-reranker-v3", MaxDocumentsPerRequest = 125 });
        var response = await reranker.RerankAsync("q", [.. Enumerable.Repeat("d", 100)], cancellationToken: Cancellation);
        Assert.Equal(100, response.Results.Count);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task RerankAsync_ModelThatTheOptionsSayIsListwise_RefusesMoreThanOneRequest()
    {
        using var client = Client(() => "{}");
        using var reranker = new VllmReranker(new() { ModelId = "mine", IsPointwise = false, MaxDocumentsPerRequest = 2 }, client);
        var metadata = reranker.GetService<RerankerMetadata>()!;
        Assert.Equal((false, 2), (metadata.IsPointwise, metadata.MaxDocuments));
        await Assert.ThrowsAsync<ArgumentException>(() => reranker.RerankAsync("q", ["a", "b", "c"], cancellationToken: Cancellation));
    }

    [Fact]
    public async Task RerankAsync_LettersBeyondTheBasicPlane_CountAsTheyAreSent()
    {
        var provider = ProviderCase.All["tei"];
        await using var server = new LoopbackServer(provider.Answer);
        using var reranker = new TeiReranker(provider.Options(server.Address));
        string document = string.Concat(Enumerable.Repeat("\U0001F600", 30_000));

        await reranker.RerankAsync("q", [.. Enumerable.Repeat(document, 8)], cancellationToken: Cancellation);

        Assert.All(server.Requests, request => Assert.InRange(request.Body.Length, 1, 1_001_000));
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task RerankAsync_ManyRequests_NoMoreAtOnceThanTheOptionsSay()
    {
        int now = 0;
        int most = 0;
        using var client = new HttpClient(new CountingHandler(async () =>
        {
            int count = Interlocked.Increment(ref now);
            InterlockedMax(ref most, count);
            await Task.Yield();
            Interlocked.Decrement(ref now);
            return "[{\"index\":0,\"score\":0.5}]";
        }));
        using var reranker = new TeiReranker(new() { MaxDocumentsPerRequest = 1, MaxConcurrentRequests = 3 }, client);
        var response = await reranker.RerankAsync("q", [.. Enumerable.Repeat("d", 500)], cancellationToken: Cancellation);
        Assert.Equal(500, response.Results.Count);
        Assert.InRange(most, 1, 3);

        static void InterlockedMax(ref int target, int value)
        {
            int seen;
            while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
            {
                // Somebody else was faster: look again.
            }
        }
    }

    [Fact]
    public async Task RerankAsync_OneRequestFails_ThatErrorAndTheOthersEnd()
    {
        int requests = 0;
        await using var server = new LoopbackServer(request => Interlocked.Increment(ref requests) == 2
            ? LoopbackReply.Json("""{"error":"boom","error_type":"Backend"}""", 424)
            : LoopbackReply.Json("[]") with { HeadersAfter = LoopbackReply.Never });
        using var reranker = new TeiReranker(new() { Endpoint = server.Address, MaxDocumentsPerRequest = 1, MaxConcurrentRequests = 4 });
        var error = await Assert.ThrowsAsync<RerankerException>(
            () => reranker.RerankAsync("q", ["a", "b", "c", "d", "e", "f"], cancellationToken: Cancellation));
        Assert.Contains("boom", error.Message, StringComparison.Ordinal);
        Assert.InRange(server.Requests.Count, 2, 4);
    }

    [Fact]
    public async Task RerankAsync_BlankDocumentsOnCohere_NotSentAndIrrelevant()
    {
        var provider = ProviderCase.All["cohere-v2"];
        await using var server = new LoopbackServer(provider.Answer);
        using var reranker = new CohereReranker(provider.Options(server.Address));
        var response = await reranker.RerankAsync("cats", ["", "cats", "\t"], cancellationToken: Cancellation);
        Assert.Equal([new(1, 1), new(0, 0), new(2, 0)], response.Results);
        Assert.Equal(1, response.Usage!.Pairs);
        Assert.Equal("cats", Assert.Single(Assert.Single(server.Requests).Json.GetProperty("documents").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task RerankAsync_EmptyDocumentOnVoyage_NotSentAndLast()
    {
        var provider = ProviderCase.All["voyage"];
        await using var server = new LoopbackServer(provider.Answer);
        using var reranker = new VoyageReranker(provider.Options(server.Address));
        var response = await reranker.RerankAsync("cats", ["", "dogs", " ", "cats", "birds"], cancellationToken: Cancellation);
        Assert.Equal([3, 1, 2, 4, 0], response.Results.Select(result => result.Index));
        Assert.InRange(response.Results[^1].Score, -1e-300, double.BitDecrement(response.Results[^2].Score));
        Assert.Equal(4, response.Usage!.Pairs);
        Assert.Equal(4, Assert.Single(server.Requests).Json.GetProperty("documents").GetArrayLength());
    }

    [Fact]
    public async Task RerankAsync_OnlyEmptyDocumentsOnVoyage_NothingSent()
    {
        using var client = Client(() => throw new InvalidOperationException("Nothing was to be sent."));
        using var reranker = new VoyageReranker(new() { ApiKey = "k" }, client);
        var response = await reranker.RerankAsync("cats", ["", ""], cancellationToken: Cancellation);
        Assert.Equal([new(0, 0), new(1, 0)], response.Results);
        Assert.Equal(0, response.Usage!.Pairs);
    }

    [Fact]
    public async Task RerankAsync_ChunkingOverCohere_NothingOfALongDocumentIsLost()
    {
        var provider = ProviderCase.All["cohere-v2"];
        await using var server = new LoopbackServer(provider.Answer);
        using var reranker = new ChunkingReranker(
            new CohereReranker(provider.Options(server.Address)), new() { CountTokens = text => text.Count(' ') + 1 });

        await reranker.RerankAsync("cats", [string.Concat(Enumerable.Repeat("word ", 20_000))], cancellationToken: Cancellation);

        var sent = Assert.Single(server.Requests).Json;
        Assert.Equal(1, sent.GetProperty("documents").GetArrayLength());
        Assert.True(sent.GetProperty("max_tokens_per_doc").GetInt32() >= 20_000);
    }

    [Fact]
    public async Task RerankAsync_BlankDocumentsOnAServerWithLogits_Sent()
    {
        using var client = Client(() => """{"results":[{"index":0,"relevance_score":-7},{"index":1,"relevance_score":-2}]}""");
        using var reranker = new CohereReranker(new() { ApiKey = "k", ScoreScale = ScoreScale.Logit }, client);
        var response = await reranker.RerankAsync("cats", ["", "cats"], cancellationToken: Cancellation);
        Assert.Equal([new(1, -2), new(0, -7)], response.Results);
    }

    private static HttpClient Client(Func<string> body) => new(new CountingHandler(() => Task.FromResult(body())));

    private sealed class CountingHandler(Func<Task<string>> body) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            new() { Content = new StringContent(await body(), Encoding.UTF8, "application/json") };
    }
}
