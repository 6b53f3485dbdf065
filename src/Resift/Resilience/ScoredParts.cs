using System.Runtime.ExceptionServices;
using Microsoft.Extensions.AI;

namespace Resift;

/// <summary>The parts of one call with a deadline: which are still to be scored, and what came of those that were.</summary>
/// <remarks>Safe for concurrent use: late parts may still come in while the answer is made.</remarks>
internal sealed class ScoredParts(int documents, int partSize)
{
    private readonly Dictionary<int, (int Offset, RerankResponse Response)> _scored = [];
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
            _scored.Add(part, (offset, response));
        }
    }

    /// <summary>Notes why the call has failed; the first failure counts.</summary>
    public void Fail(Exception error) => Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(error), null);

    public void ThrowIfFailed() => Volatile.Read(ref _failure)?.Throw();

    public RerankResponse Answer(ScoreScale emptyScale, int? topN, TimeSpan deadline)
    {
        (int Offset, RerankResponse Response)[] scored;
        lock (_lock)
        {
            scored = [.. _scored.OrderBy(part => part.Key).Select(part => part.Value)];
        }

        var results = scored
            .SelectMany(part => part.Response.Results.Select(result => result with { Index = result.Index + part.Offset }))
            .ToList();
        if (documents == 0)
        {
            return RerankResponse.Create(results, emptyScale, topN);
        }

        if (scored is [])
        {
            return RerankCalls.FirstStageOrder(documents, topN) with
            {
                DegradedReason = $"no document was scored within {deadline.TotalMilliseconds:0} ms; all keep the order in which they came",
                AdditionalProperties = new() { [DeadlineReranker.ScoredDocumentsKey] = 0 },
            };
        }

        var first = scored[0].Response;
        if (scored.Any(part => part.Response.ScoreScale != first.ScoreScale))
        {
            string scales = string.Join(", ", scored.Select(part => part.Response.ScoreScale).Distinct());
            throw new RerankerException($"The parts of one call were scored on different scales ({scales}), so they cannot be put into one " +
                "order. Put the fallback around the deadline, not inside.");
        }

        bool complete = results.Count == documents;
        return RerankResponse.Create(complete ? results : results.Concat(Unscored(results, first.ScoreScale)), first.ScoreScale, topN) with
        {
            ModelId = first.ModelId,
            Usage = RerankUsage.Sum([.. scored.Select(part => (part.Response.Usage ?? new()).MapIndices(index => index + part.Offset))]),
            DegradedReason = Reason(scored, complete, results.Count, deadline),
            AdditionalProperties = Properties(scored, complete ? null : results.Count),
        };
    }

    // What a cache counts is counted for the whole call.
    private static AdditionalPropertiesDictionary? Properties((int Offset, RerankResponse Response)[] scored, int? scoredDocuments)
    {
        var properties = scoredDocuments is { } count
            ? new() { [DeadlineReranker.ScoredDocumentsKey] = count }
            : scored[0].Response.AdditionalProperties?.Clone();
        int[] cached = [.. scored.Select(part => part.Response.AdditionalProperties?.GetValueOrDefault(CachingReranker.CachedDocumentsKey)).OfType<int>()];
        if (properties is not null && cached is not [])
        {
            properties[CachingReranker.CachedDocumentsKey] = cached.Sum();
        }

        return properties;
    }

    private IEnumerable<RerankResult> Unscored(List<RerankResult> results, ScoreScale scale)
    {
        double lowest = scale switch
        {
            ScoreScale.Probability => 0,
            ScoreScale.Cosine => -1,
            _ => double.NegativeInfinity,
        };
        var seen = results.Select(result => result.Index).ToHashSet();
        return Enumerable.Range(0, documents).Where(index => !seen.Contains(index)).Select(index => new RerankResult(index, lowest));
    }

    private string? Reason((int Offset, RerankResponse Response)[] scored, bool complete, int count, TimeSpan deadline)
    {
        var reasons = scored.Select(part => part.Response.DegradedReason).OfType<string>().Distinct();
        if (!complete)
        {
            reasons = reasons.Prepend($"{count} of {documents} documents were scored within {deadline.TotalMilliseconds:0} ms; the others " +
                "keep their order behind them");
        }

        return string.Join("; ", reasons) is { Length: > 0 } all ? all : null;
    }
}
