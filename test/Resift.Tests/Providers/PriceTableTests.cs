namespace Resift.Tests.Providers;

// The provider's public address is the default only while no variable names another.
[Collection("Environment variables of providers")]
public sealed class PriceTableTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Estimate_KnownPrices_OfUnitsAndTokens()
    {
        Assert.Equal(0.006m, PriceTable.Default.Estimate("cohere", "rerank-v3.5", new() { SearchUnits = 3 }));
        Assert.Equal(0.05m, PriceTable.Default.Estimate("voyage", "rerank-2.5", new() { InputTokens = 1_000_000 }));
    }

    [Fact]
    public void Estimate_UnknownModelOrAmount_UnknownAndNotFree()
    {
        Assert.Null(PriceTable.Default.Estimate("cohere", "rerank-next", new() { SearchUnits = 3 }));
        Assert.Null(PriceTable.Default.Estimate("jina", null, new() { InputTokens = 3 }));
        Assert.Null(PriceTable.Default.Estimate("cohere", "rerank-v3.5", new() { InputTokens = 3 }));
        Assert.Null(PriceTable.Default.Estimate("voyage", "rerank-2.5", new()));
        Assert.Null(new PriceTable(new(2026, 1, 1), new Dictionary<string, ModelPrice> { ["a/b"] = new() }).Estimate("a", "b", new()));
    }

    [Fact]
    public void Estimate_PriceOfBothKinds_TheirSumOrUnknown()
    {
        var table = new PriceTable(
            new(2026, 1, 1),
            new Dictionary<string, ModelPrice> { ["a/b"] = new() { PerThousandSearchUnits = 1, PerMillionTokens = 2 } });
        Assert.Equal(3m, table.Estimate("a", "b", new() { SearchUnits = 1_000, InputTokens = 1_000_000 }));
        Assert.Null(table.Estimate("a", "b", new() { SearchUnits = 1_000 }));
    }

    [Fact]
    public async Task RerankAsync_DefaultPrices_OnlyAtThePublicAddress()
    {
        Assert.Equal(0.002m, (await AnswerAsync(null)).Usage!.EstimatedCost);
        Assert.Null((await AnswerAsync(new("https://example.com"))).Usage!.EstimatedCost);
    }

    private static async Task<RerankResponse> AnswerAsync(Uri? endpoint)
    {
        using var client = new HttpClient(new StubHandler(() => new()
        {
            Content = new StringContent(
                """{"results":[{"index":0,"relevance_score":0.5}],"meta":{"billed_units":{"search_units":1}}}""", null, "application/json"),
        }));
        using var reranker = new CohereReranker(new() { ApiKey = "k", Endpoint = endpoint }, client);
        return await reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation);
    }
}
