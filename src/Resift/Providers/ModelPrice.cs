namespace Resift;

/// <summary>What a provider asks for one model, in US dollars. What it does not bill by is null.</summary>
public sealed record ModelPrice
{
    /// <summary>Gets the price of a thousand search units.</summary>
    public decimal? PerThousandSearchUnits { get; init; }

    /// <summary>Gets the price of a million tokens.</summary>
    public decimal? PerMillionTokens { get; init; }
}
