using Resift.Evaluation;

namespace Resift.Cli;

/// <summary>Chooses the threshold for a precision, and says what it keeps of queries that it was not chosen by.</summary>
internal static class ThresholdChoice
{
    /// <summary>Chooses it.</summary>
    /// <param name="examples">The judged scores.</param>
    /// <param name="folds">The queries of each fold, by their names in the examples.</param>
    /// <param name="scale">The scale of the scores.</param>
    /// <param name="precision">The wanted precision.</param>
    /// <returns>Null where scores have no size that can be compared, or nothing relevant was scored.</returns>
    public static TunedThreshold? Of(
        IReadOnlyList<JudgedExample> examples, IReadOnlyList<IReadOnlyList<string>> folds, ScoreScale scale, double precision)
    {
        if (scale is ScoreScale.Rank or ScoreScale.Unspecified || Find(examples, precision) is not { } curve)
        {
            return null;
        }

        int kept = 0;
        int relevantKept = 0;
        foreach (var fold in folds)
        {
            var unseen = fold.ToHashSet();
            if (Find(examples.Where(example => !unseen.Contains(example.QueryId)), precision)?.Point is not { } point)
            {
                continue;
            }

            foreach (var example in examples.Where(example => unseen.Contains(example.QueryId) && example.Score >= point.Threshold))
            {
                kept++;
                relevantKept += example.IsRelevant ? 1 : 0;
            }
        }

        return new(
            scale,
            precision,
            curve.Point?.Threshold,
            kept == 0 ? null : (double)relevantKept / kept,
            (double)relevantKept / examples.Count(example => example.IsRelevant));
    }

    // Null where nothing is relevant, so that there is no recall.
    private static Found? Find(IEnumerable<JudgedExample> examples, double precision)
    {
        (double Score, bool IsRelevant)[] scores = [.. examples.Select(example => (example.Score, example.IsRelevant))];
        return Array.Exists(scores, score => score.IsRelevant) ? new(ThresholdCurve.Of(scores).ForPrecision(precision)) : null;
    }

    private sealed record Found(ThresholdPoint? Point);
}
