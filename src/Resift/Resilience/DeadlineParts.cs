using System.Runtime.ExceptionServices;

namespace Resift;

/// <summary>The parts of one call with a deadline: which are still to be scored, and what came of those that were.</summary>
/// <remarks>Safe for concurrent use: late parts may still come in while the answer is made.</remarks>
internal sealed class DeadlineParts(int documents, int partSize)
{
    private readonly SortedDictionary<int, RerankResponse> _scored = [];
    private readonly Lock _lock = new();
    private int _next = -1;
    private ExceptionDispatchInfo? _failure;

    public int Count => (documents + partSize - 1) / partSize;

    public bool TryTake(out int part, out Range range)
    {
        part = Interlocked.Increment(ref _next);
        long start = Math.Min(part * (long)partSize, documents);
        range = new((int)start, (int)Math.Min(start + partSize, documents));
        return part < Count;
    }

    public void Add(int part, int offset, RerankResponse response)
    {
        lock (_lock)
        {
            _scored.Add(part, response.MapIndices(index => index + offset));
        }
    }

    /// <summary>Notes why the call has failed; the first failure counts.</summary>
    public void Fail(Exception error) => Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(error), null);

    public void ThrowIfFailed() => Volatile.Read(ref _failure)?.Throw();

    /// <summary>Gets the answer of what is scored by now.</summary>
    /// <exception cref="RerankerException">Nothing is.</exception>
    public RerankResponse Answer(ScoreScale emptyScale, int? topN, TimeSpan deadline)
    {
        if (documents == 0)
        {
            return RerankResponse.Create(Array.Empty<double>(), emptyScale, topN) with { Usage = RerankUsage.None };
        }

        RerankResponse[] scored;
        lock (_lock)
        {
            scored = [.. _scored.Values];
        }

        if (scored is [])
        {
            throw new RerankerException($"No document was scored within {deadline.TotalMilliseconds:0} ms, the deadline of the call. Put " +
                "a fallback around the deadline for another answer, give it more time, or send fewer documents.")
            { IsTransient = true };
        }

        if (scored.Length == Count)
        {
            // Which may be fewer results than documents, if what lies inside leaves some out.
            return RerankResponse.Merge(scored, topN);
        }

        var merged = RerankResponse.Merge(scored, topN: null);
        int count = merged.Results.Count;
        string late = $"{count} of {documents} documents were scored within {deadline.TotalMilliseconds:0} ms; the others keep their " +
            "order behind them";
        return merged.WithResults(merged.Results.Concat(Unscored(merged)), merged.ScoreScale, topN) with
        {
            DegradedReason = merged.DegradedReason is { } others ? $"{late}; {others}" : late,
        };
    }

    private IEnumerable<RerankResult> Unscored(RerankResponse scored)
    {
        double lowest = scored.ScoreScale switch
        {
            ScoreScale.Probability => 0,
            ScoreScale.Cosine => -1,
            _ => double.NegativeInfinity,
        };
        var seen = scored.Results.Select(result => result.Index).ToHashSet();
        return Enumerable.Range(0, documents).Where(index => !seen.Contains(index))
            .Select(index => new RerankResult(index, lowest) { IsUnscored = true });
    }
}
