namespace Resift;

/// <summary>Prices of a certain day, from which the cost of a call is estimated.</summary>
/// <param name="AsOf">The day when the prices were looked up.</param>
/// <param name="Prices">The prices by provider and model, such as <c>voyage/rerank-2.5</c>.</param>
public sealed record PriceTable(DateOnly AsOf, IReadOnlyDictionary<string, ModelPrice> Prices)
{
    /// <summary>
    /// Gets the prices that were publicly reported; <see cref="AsOf"/> is the age of the oldest. They change without notice: give a table
    /// of your own where money depends on them. Models that are not listed have no estimate.
    /// </summary>
    public static PriceTable Default { get; } = new(
        HostedModels.All.Where(model => model.Price is not null).Min(model => model.AsOf),
        HostedModels.All.Where(model => model.Price is not null)
            .ToDictionary(model => $"{model.Provider}/{model.Name}", model => model.Price!));

    /// <summary>Estimates what a call costs.</summary>
    /// <param name="providerName">The provider, as its metadata names it.</param>
    /// <param name="modelId">The model; null if unknown.</param>
    /// <param name="usage">What the call consumed.</param>
    /// <returns>US dollars; null if the price, or how much it is to be paid for, is unknown.</returns>
    public decimal? Estimate(string providerName, string? modelId, RerankUsage usage)
    {
        ArgumentNullException.ThrowIfNull(providerName);
        ArgumentNullException.ThrowIfNull(usage);
        if (modelId is null || !Prices.TryGetValue($"{providerName}/{modelId}", out var price))
        {
            return null;
        }

        // A price of both kinds is the sum of both; one whose amount is unknown makes the whole unknown.
        decimal? bySearch = price.PerThousandSearchUnits is { } unitPrice ? unitPrice * (decimal?)usage.SearchUnits / 1000 : 0;
        decimal? byToken = price.PerMillionTokens is { } tokenPrice ? tokenPrice * usage.InputTokens / 1_000_000 : 0;
        return price is { PerThousandSearchUnits: null, PerMillionTokens: null } ? null : bySearch + byToken;
    }
}

/// <summary>What a provider asks for one model, in US dollars. What it does not bill by is null.</summary>
public sealed record ModelPrice
{
    /// <summary>Gets the price of a thousand search units.</summary>
    public decimal? PerThousandSearchUnits { get; init; }

    /// <summary>Gets the price of a million tokens.</summary>
    public decimal? PerMillionTokens { get; init; }
}
