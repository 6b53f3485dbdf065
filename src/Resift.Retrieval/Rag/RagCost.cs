using Microsoft.Extensions.AI;

namespace Resift.Retrieval;

/// <summary>
/// What an answer cost, in US dollars: an estimate from the usage that each stage reports. Discounts, such as for cached tokens, and
/// minimum charges are not known here.
/// </summary>
/// <param name="Embedding">
/// The cost of embedding the question; null if its usage or price is unknown. A search that embeds nothing reports no usage either: give it
/// the price 0.
/// </param>
/// <param name="Rerank">
/// The cost of reranking, as the rerankers estimate it (<see cref="RerankUsage.EstimatedCost"/>); null if unknown, 0 if nothing was
/// reranked.
/// </param>
/// <param name="Chat">
/// The cost of the chat model, that of making a question self-contained included; null if its usage or price is unknown, 0 if it was not
/// asked.
/// </param>
public sealed record RagCost(decimal? Embedding, decimal? Rerank, decimal? Chat)
{
    private const decimal Million = 1_000_000;

    /// <summary>Gets the sum of all stages; null if that of one is unknown.</summary>
    public decimal? Total => Embedding + Rerank + Chat;

    internal static RagCost Estimate(RagPrompt prompt, ChatResponse? chat, RagPrices prices) => new(
        PerMillion(prompt.Search.EmbeddingUsage?.InputTokenCount, prices.EmbeddingPerMillionTokens),
        prompt.Search.Timings.Any(timing => timing.Stage is SearchStages.Rerank or SearchStages.Light)
            ? prompt.Search.RerankUsage?.EstimatedCost
            : 0,
        (chat is null ? 0 : Chatting(chat.Usage, prices)) + (prompt.RewriteUsage is { } rewriting ? Chatting(rewriting, prices) : 0));

    private static decimal? Chatting(UsageDetails? usage, RagPrices prices) =>
        PerMillion(usage?.InputTokenCount, prices.ChatInputPerMillionTokens)
            + PerMillion(usage?.OutputTokenCount, prices.ChatOutputPerMillionTokens);

    private static decimal? PerMillion(long? tokens, decimal? price) => price is 0 ? 0 : tokens * price / Million;
}

/// <summary>
/// What embedder and chat model charge, in US dollars. A price that is null is unknown; a model that runs here costs 0. What reranking
/// costs is known to the reranker.
/// </summary>
public sealed class RagPrices
{
    /// <summary>Gets or sets the price of a million tokens that the chat model reads.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public decimal? ChatInputPerMillionTokens
    {
        get;
        set => field = NotNegative(value, nameof(ChatInputPerMillionTokens));
    }

    /// <summary>Gets or sets the price of a million tokens that the chat model writes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public decimal? ChatOutputPerMillionTokens
    {
        get;
        set => field = NotNegative(value, nameof(ChatOutputPerMillionTokens));
    }

    /// <summary>Gets or sets the price of a million tokens that the embedder reads.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public decimal? EmbeddingPerMillionTokens
    {
        get;
        set => field = NotNegative(value, nameof(EmbeddingPerMillionTokens));
    }

    /// <summary>Creates a copy that can be changed without changing this one.</summary>
    /// <returns>The copy.</returns>
    public RagPrices Clone() => (RagPrices)MemberwiseClone();

    private static decimal? NotNegative(decimal? value, string name) => value is < 0
        ? throw new ArgumentOutOfRangeException(name, value, $"{name} must not be negative; null is unknown.")
        : value;
}
