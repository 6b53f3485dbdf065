using System.Globalization;

namespace Resift.Cli;

/// <summary>What hosted rerankers may cost in an evaluation, by known prices: more is refused before any of it is sent.</summary>
/// <param name="limit">US dollars.</param>
internal sealed class ScoringBudget(decimal limit)
{
    private decimal _reserved;

    /// <summary>Takes the cost of calls out of the budget.</summary>
    /// <param name="provider">Who is asked.</param>
    /// <param name="requests">The calls.</param>
    /// <exception cref="UsageException">They cost more than is left, or nobody knows whether they do.</exception>
    public void Reserve(RerankerMetadata provider, IReadOnlyList<RerankRequest> requests)
    {
        if (provider.ProviderUri is null || requests.Count == 0)
        {
            return;
        }

        var cost = BatchCost.Estimate(provider, requests, PriceTable.Default);
        cost.ThrowIfAbove(limit);
        if (_reserved + cost.Dollars > limit)
        {
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture,
                $"{cost}, beside about {_reserved:0.####} for what was asked before, together more than --max-cost {limit}. Raise it, " +
                    $"lower --depth, or ask fewer queries."));
        }

        _reserved += cost.Dollars ?? 0;
    }
}
