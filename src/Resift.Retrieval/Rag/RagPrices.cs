namespace Resift.Retrieval;

/// <summary>What a provider charges, in any currency. A price that is null is unknown; a model that runs here costs 0.</summary>
public sealed record RagPrices
{
    /// <summary>Gets the price of a million tokens that the chat model reads.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public decimal? ChatInputPerMillionTokens
    {
        get;
        init => field = NotNegative(value, nameof(ChatInputPerMillionTokens));
    }

    /// <summary>Gets the price of a million tokens that the chat model writes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public decimal? ChatOutputPerMillionTokens
    {
        get;
        init => field = NotNegative(value, nameof(ChatOutputPerMillionTokens));
    }

    /// <summary>Gets the price of a million tokens that the embedder reads.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public decimal? EmbeddingPerMillionTokens
    {
        get;
        init => field = NotNegative(value, nameof(EmbeddingPerMillionTokens));
    }

    /// <summary>Gets the price of a million tokens that the reranker reads, for one that is billed by tokens.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public decimal? RerankPerMillionTokens
    {
        get;
        init => field = NotNegative(value, nameof(RerankPerMillionTokens));
    }

    /// <summary>Gets the price of a thousand search units of the reranker, for one that is billed by them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public decimal? RerankPerThousandSearchUnits
    {
        get;
        init => field = NotNegative(value, nameof(RerankPerThousandSearchUnits));
    }

    private static decimal? NotNegative(decimal? value, string name) => value is < 0
        ? throw new ArgumentOutOfRangeException(name, value, $"{name} must not be negative; null is unknown.")
        : value;
}
