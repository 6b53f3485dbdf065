using Microsoft.Extensions.AI;

namespace Resift.Retrieval;

/// <summary>
/// What an answer cost, estimated from the usage that each stage reports and <see cref="RagPrices"/>: discounts, such as for cached tokens,
/// and minimum charges are not known here.
/// </summary>
/// <param name="Embedding">
/// The cost of embedding the question; null if its usage or price is unknown. A search that embeds nothing reports no usage either: give it
/// the price 0.
/// </param>
/// <param name="Rerank">The cost of reranking; null if its usage or price is unknown, 0 if nothing was reranked.</param>
/// <param name="Chat">The cost of the chat model; null if its usage or price is unknown, 0 if it was not asked.</param>
public sealed record RagCost(decimal? Embedding, decimal? Rerank, decimal? Chat)
{
    private const decimal Million = 1_000_000;
    private const decimal Thousand = 1_000;

    /// <summary>Gets the sum of all stages; null if that of one is unknown.</summary>
    public decimal? Total => Embedding + Rerank + Chat;

    internal static RagCost Of(SearchResponse search, ChatResponse? chat, RagPrices prices) => new(
        PerMillion(search.EmbeddingUsage?.InputTokenCount, prices.EmbeddingPerMillionTokens),
        RerankCost(search, prices),
        chat is null ? 0 : PerMillion(chat.Usage?.InputTokenCount, prices.ChatInputPerMillionTokens)
            + PerMillion(chat.Usage?.OutputTokenCount, prices.ChatOutputPerMillionTokens));

    private static decimal? RerankCost(SearchResponse search, RagPrices prices)
    {
        if (search.Timings.All(timing => timing.Stage != SearchStages.Rerank))
        {
            return 0;
        }

        var usage = search.RerankUsage;
        return usage?.SearchUnits is { } units && prices.RerankPerThousandSearchUnits is { } price
            ? (decimal)units * price / Thousand
            : PerMillion(usage?.InputTokens, prices.RerankPerMillionTokens);
    }

    private static decimal? PerMillion(long? tokens, decimal? price) => price is 0 ? 0 : tokens * price / Million;
}
