using System.Globalization;

namespace Resift.Cli;

/// <summary>Adds up what a batch did.</summary>
internal sealed class BatchSummary
{
    private int _queries;
    private long _pairs;
    private long? _tokens = 0;
    private int _cut;
    private int _largestCut;
    private int _degraded;
    private string? _firstReason;

    /// <summary>Gets how many queries an earlier batch had done, with which this one went on.</summary>
    public int ResumedAt { get; init; }

    /// <summary>Gets what the batch has cost so far in US dollars; null if that is unknown.</summary>
    public decimal? Cost { get; private set; } = 0;

    /// <summary>Gets how the language model answered; null if none was asked.</summary>
    public LlmRerankReport? LlmReport { get; private set; }

    /// <summary>Gets how many answers are degraded, and why the first is; null if none is.</summary>
    public string? Degraded => _degraded == 0
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"that of {_degraded:N0} of {_queries:N0} queries, the first because {_firstReason}");

    public void Add(int pairs, RerankResponse response)
    {
        var usage = response.Usage;
        LlmReport = LlmRerankReport.Sum([LlmReport, response.LlmReport]);
        if (response.DegradedReason is { } reason)
        {
            _degraded++;
            _firstReason ??= reason;
        }

        _queries++;
        _pairs += pairs;
        // One unknown makes the sum unknown.
        _tokens += usage?.InputTokens;
        Cost += usage?.EstimatedCost;
        foreach (var document in usage?.TruncatedDocuments ?? [])
        {
            _cut++;
            _largestCut = Math.Max(_largestCut, document.TokensCut);
        }
    }

    /// <summary>Stops a batch that turns out to cost more than is allowed.</summary>
    /// <param name="limit">The limit in US dollars; null for none.</param>
    /// <param name="isLast">Whether nothing more would be asked anyway.</param>
    /// <exception cref="InvalidDataException">It does.</exception>
    public void ThrowIfAbove(decimal? limit, bool isLast)
    {
        if (Cost > limit && !isLast)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"The batch has cost {Cost} US dollars, more than --max-cost {limit} and than was estimated."));
        }
    }

    public string Line(TimeSpan elapsed)
    {
        string tokens = _tokens is { } known ? string.Create(CultureInfo.InvariantCulture, $", {known:N0} tokens") : "";
        string cut = _cut == 0
            ? "no document was cut"
            : string.Create(CultureInfo.InvariantCulture, $"{_cut:N0} documents were cut (largest cut: {_largestCut:N0} tokens)");
        string cost = Cost > 0 ? string.Create(CultureInfo.InvariantCulture, $", about {Cost:0.####} US dollars") : "";
        string before = ResumedAt == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"after {ResumedAt:N0} queries done before: ");
        return string.Create(CultureInfo.InvariantCulture,
            $"{before}{_queries:N0} queries, {_pairs:N0} pairs in {elapsed.TotalSeconds:F1} s " +
            $"({_pairs / elapsed.TotalSeconds:F1} pairs/s){tokens}{cost}; {cut}");
    }
}
