using System.Globalization;

namespace Resift.Evaluation;

/// <summary>What a comparison shows, in words.</summary>
/// <remarks>
/// A system helps or hurts if the randomisation test has p below 0.05 and the 95 % interval leaves 0 out; both have to agree. Everything
/// else is "no difference shown", which is not the same as that there is none.
/// </remarks>
public sealed record Verdict
{
    private const double Level = 0.05;

    private readonly PairedComparison _comparison;
    private readonly double _p;
    private readonly bool _isAdjusted;

    private Verdict(PairedComparison comparison, double? adjustedP)
    {
        (_comparison, _p, _isAdjusted) = (comparison, adjustedP ?? comparison.Randomisation.P, adjustedP is not null);
        Kind = (comparison.Interval, _p < Level) switch
        {
            ({ Low: > 0 }, true) => VerdictKind.Helps,
            ({ High: < 0 }, true) => VerdictKind.Hurts,
            _ => VerdictKind.NoDifferenceShown,
        };
    }

    /// <summary>Gets what is shown.</summary>
    public VerdictKind Kind { get; }

    /// <summary>Gets it in two or three words: "helps", "hurts" or "no difference shown".</summary>
    public string Words => Kind switch
    {
        VerdictKind.Helps => "helps",
        VerdictKind.Hurts => "hurts",
        _ => "no difference shown",
    };

    /// <summary>Creates the verdict on a comparison.</summary>
    /// <param name="comparison">The comparison.</param>
    /// <param name="adjustedP">
    /// The probability of its randomisation test as <see cref="HolmBonferroni"/> adjusts it, where several systems are compared.
    /// </param>
    /// <returns>The verdict.</returns>
    public static Verdict Of(PairedComparison comparison, double? adjustedP = null)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        return new(comparison, adjustedP);
    }

    /// <summary>
    /// Returns the verdict with its uncertainty, such as <c>helps: +0.042 nDCG@10, 95 % interval +0.021 … +0.063, p = 0.0004; helps 61 %,
    /// hurts 22 % of the queries</c>.
    /// </summary>
    /// <returns>The sentence, without an end; what is too small to be seen is added where no difference is shown.</returns>
    public override string ToString()
    {
        string measure = _comparison.Measure is { } named ? $" {named}" : "";
        string interval = _comparison.Interval is { } ends ? $", 95 % interval {Signed(ends.Low)} … {Signed(ends.High)}" : "";
        string unseen = Kind == VerdictKind.NoDifferenceShown && _comparison.MinimumDetectableDifference is > 0 and var least
            ? Invariant($"; with {_comparison.QueryCount} queries like these, less than {least:F3} is likely to stay unseen")
            : "";
        return $"{Words}: {Signed(_comparison.MeanDifference)}{measure}{interval}, {Probability()}; helps {Share(_comparison.Wins)}, " +
            $"hurts {Share(_comparison.Losses)} of the queries{unseen}";
    }

    private static string Signed(double value) => Math.Round(value, 3) switch
    {
        < 0 and var below => Invariant($"−{-below:F3}"),
        var other => Invariant($"+{other:F3}"),
    };

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private string Probability()
    {
        string name = _isAdjusted ? "adjusted p" : "p";
        return _p < 0.00005 ? $"{name} < 0.0001" : string.Create(CultureInfo.InvariantCulture, $"{name} = {_p:0.0###}");
    }

    private string Share(int queries) => Invariant($"{100.0 * queries / _comparison.QueryCount:F0} %");
}

/// <summary>What a comparison shows.</summary>
public enum VerdictKind
{
    /// <summary>What was measured may be chance.</summary>
    NoDifferenceShown,

    /// <summary>The system is better than the baseline.</summary>
    Helps,

    /// <summary>The system is worse than the baseline.</summary>
    Hurts,
}
