using System.Globalization;

namespace Resift.Cli;

/// <summary>What a batch will cost, about, by the prices that are known.</summary>
/// <param name="Tokens">How many tokens go to the provider, estimated.</param>
/// <param name="Model">The provider and its model.</param>
/// <param name="Dollars">US dollars; null where no price is known.</param>
internal sealed record BatchCost(long Tokens, string Model, decimal? Dollars)
{
    // By which providers that bill by the search count: https://cohere.com/pricing
    private const int TokensPerUnitDocument = 500;
    private const int DocumentsPerUnit = 100;

    /// <summary>Estimates the cost of calls to a provider.</summary>
    public static BatchCost Estimate(RerankerMetadata provider, IEnumerable<RerankRequest> requests, PriceTable? prices)
    {
        long tokens = 0;
        long units = 0;
        foreach (var (query, documents) in requests)
        {
            int asked = TokenEstimate.Count(query);
            int[] read = [.. documents.Select(document => asked + TokenEstimate.Count(document))];
            tokens += read.Sum(count => (long)count);
            long billed = read.Sum(count => (long)Math.Max(1, Quotient(count, TokensPerUnitDocument)));
            units += Quotient(billed, DocumentsPerUnit);
        }

        return new(
            tokens,
            $"{provider.ProviderName}/{provider.DefaultModelId}",
            prices?.Estimate(provider.ProviderName, provider.DefaultModelId, new() { InputTokens = tokens, SearchUnits = units }));
    }

    /// <summary>Refuses a batch that would cost more than is allowed.</summary>
    /// <exception cref="UsageException">It would, or nobody knows whether it would.</exception>
    public void ThrowIfAbove(decimal? limit)
    {
        if (limit is not null && Dollars is null)
        {
            throw new UsageException($"--max-cost cannot be kept: no price of {Model} is known. Leave it out.");
        }

        if (Dollars > limit)
        {
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture, $"{this}, more than --max-cost {limit}. Raise it, lower --depth, or ask fewer queries."));
        }
    }

    /// <summary>Gets what <c>--max-cost</c> allows; null for any amount.</summary>
    /// <exception cref="UsageException">It is no amount.</exception>
    public static decimal? Limit(double? dollars) => dollars switch
    {
        null => null,
        > 0 and <= 1e9 and { } amount => (decimal)amount,
        { } amount => throw new UsageException(FormattableString.Invariant($"--max-cost expects dollars above 0, but got {amount}.")),
    };

    /// <summary>Gets what to say of <c>--max-cost</c> where nobody is paid.</summary>
    public static UsageException NothingToPay() =>
        new("--max-cost is about hosted rerankers, and a model on this machine costs nothing; leave it out.");

    public override string ToString()
    {
        string price = Dollars is { } dollars
            ? FormattableString.Invariant($"about {dollars:0.####} US dollars by the prices of {PriceTable.Default.AsOf:MMMM yyyy}")
            : "an unknown amount: there is no price of it here";
        return FormattableString.Invariant($"about {Tokens:N0} tokens go to {Model}, which cost {price}");
    }

    private static long Quotient(long count, int per) => (count + per - 1) / per;
}
