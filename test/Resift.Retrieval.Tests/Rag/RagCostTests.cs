using Microsoft.Extensions.AI;
using static Resift.Retrieval.Tests.RagSetup;

namespace Resift.Retrieval.Tests;

public sealed class RagCostTests
{
    private static readonly RagPrices _prices = new()
    {
        ChatInputPerMillionTokens = 2,
        ChatOutputPerMillionTokens = 10,
        EmbeddingPerMillionTokens = 0.02m,
        RerankPerMillionTokens = 0.05m,
        RerankPerThousandSearchUnits = 2,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cost_OfEveryStage_IsUsageTimesPrice()
    {
        var cost = await Cost(_prices, new() { InputTokens = 4000 }, new UsageDetails { InputTokenCount = 500 });

        Assert.Equal(0.00001m, cost!.Embedding);
        Assert.Equal(0.0002m, cost.Rerank);
        Assert.Equal((120 * 2m + 30 * 10m) / 1_000_000, cost.Chat);
        Assert.Equal(0.00075m, cost.Total);
    }

    [Fact]
    public async Task Cost_OfSearchUnits_IsUsedBeforeThatOfTokens()
    {
        var cost = await Cost(_prices, new() { InputTokens = 4000, SearchUnits = 1.5 }, null);

        Assert.Equal(0.003m, cost!.Rerank);
    }

    [Fact]
    public async Task Cost_OfUnknownUsageOrPrice_IsUnknownAndNotZero()
    {
        var noUsage = await Cost(_prices, null, null);
        var noPrice = await Cost(
            _prices with { ChatOutputPerMillionTokens = null }, new() { InputTokens = 1 }, new UsageDetails { InputTokenCount = 1 });

        Assert.Null(noUsage!.Embedding);
        Assert.Null(noUsage.Rerank);
        Assert.Null(noUsage.Total);
        Assert.Null(noPrice!.Chat);
        Assert.NotNull(noPrice.Rerank);
        Assert.Null(noPrice.Total);
    }

    [Fact]
    public async Task Cost_OfFreeModels_IsZeroWhateverTheyUse()
    {
        var free = _prices with { EmbeddingPerMillionTokens = 0, RerankPerMillionTokens = 0 };

        var cost = await Cost(free, null, null);

        Assert.Equal((0m, 0m), (cost!.Embedding, cost.Rerank));
        Assert.Equal(cost.Chat, cost.Total);
    }

    [Fact]
    public async Task Cost_OfWhatDidNotTakePlace_IsZero()
    {
        var options = new RagOptions { Prices = _prices, Search = new() { Tier = SearchTier.Embedding } };
        var nothingFound = new TwoStageRetriever(new ScriptedRetriever(new RetrievalResponse([])), Equal);

        var answer = await new RagPipeline(nothingFound, new ScriptedChatClient("x"), options).AskAsync(Question, cancellationToken: Token);

        Assert.Equal((0m, 0m), (answer.Cost!.Rerank, answer.Cost.Chat));
    }

    [Fact]
    public async Task Cost_WithoutPrices_IsNull() => Assert.Null(await Cost(null, new() { InputTokens = 1 }, null));

    [Fact]
    public void Prices_Negative_AreRefused()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new RagPrices { ChatInputPerMillionTokens = -1 });

        Assert.Equal(nameof(RagPrices.ChatInputPerMillionTokens), error.ParamName);
    }

    private static async Task<RagCost?> Cost(RagPrices? prices, RerankUsage? rerank, UsageDetails? embedding)
    {
        var reranker = Rerankers.Answering((_, texts) =>
            RerankResponse.Create([.. texts.Select(_ => 1.0)], ScoreScale.Probability, null) with { Usage = rerank });
        var retriever = new ScriptedRetriever(new RetrievalResponse([ScriptedRetriever.Candidate(Moons, 1)]) { Usage = embedding });
        var pipeline = new RagPipeline(new(retriever, reranker), new ScriptedChatClient("Two."), new() { Prices = prices });
        return (await pipeline.AskAsync(Question, cancellationToken: Token)).Cost;
    }
}
