using Microsoft.Extensions.AI;
using static Resift.Retrieval.Tests.RagSetup;

namespace Resift.Retrieval.Tests;

public sealed class RagCostTests
{
    private static RagPrices Prices => new()
    {
        ChatInputPerMillionTokens = 2,
        ChatOutputPerMillionTokens = 10,
        EmbeddingPerMillionTokens = 0.02m,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cost_OfEveryStage_IsUsageTimesPriceAndTheRerankersOwnEstimate()
    {
        var cost = await Cost(Prices, new() { EstimatedCost = 0.0002m }, new UsageDetails { InputTokenCount = 500 });

        Assert.Equal(0.00001m, cost!.Embedding);
        Assert.Equal(0.0002m, cost.Rerank);
        Assert.Equal((120 * 2m + 30 * 10m) / 1_000_000, cost.Chat);
        Assert.Equal(0.00075m, cost.Total);
    }

    [Fact]
    public async Task Cost_OfALocalReranker_IsZeroAsItSays()
    {
        using var local = MiniModels.LoadReranker();
        var search = new TwoStageRetriever(
            new ScriptedRetriever(new RetrievalResponse([ScriptedRetriever.Candidate(Moons, 1)]) { Usage = new() { InputTokenCount = 5 } }),
            local);
        var pipeline = new RagPipeline(search, new ScriptedChatClient("Two."), new() { Prices = Prices });

        var cost = (await pipeline.AskAsync(Question, cancellationToken: Token)).Cost;

        Assert.Equal(0m, cost!.Rerank);
        Assert.NotNull(cost.Total);
    }

    [Fact]
    public async Task Cost_OfUnknownUsageOrPrice_IsUnknownAndNotZero()
    {
        var noUsage = await Cost(Prices, null, null);
        var chatUnknown = Prices;
        chatUnknown.ChatOutputPerMillionTokens = null;
        var noPrice = await Cost(chatUnknown, new() { EstimatedCost = 1 }, new UsageDetails { InputTokenCount = 1 });

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
        var free = Prices;
        free.EmbeddingPerMillionTokens = 0;

        var cost = await Cost(free, new() { EstimatedCost = 0 }, null);

        Assert.Equal((0m, 0m), (cost!.Embedding, cost.Rerank));
        Assert.Equal(cost.Chat, cost.Total);
    }

    [Fact]
    public async Task Cost_OfWhatDidNotTakePlace_IsZero()
    {
        var options = new RagOptions { Prices = Prices, Search = new() { Tier = SearchTier.FirstStageOnly } };
        var nothingFound = new TwoStageRetriever(new ScriptedRetriever(new RetrievalResponse([])), Equal);

        var answer = await new RagPipeline(nothingFound, new ScriptedChatClient("x"), options).AskAsync(Question, cancellationToken: Token);

        Assert.Equal((0m, 0m), (answer.Cost!.Rerank, answer.Cost.Chat));
    }

    [Fact]
    public async Task Cost_WithoutPrices_IsNull() => Assert.Null(await Cost(null, new() { EstimatedCost = 1 }, null));

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
