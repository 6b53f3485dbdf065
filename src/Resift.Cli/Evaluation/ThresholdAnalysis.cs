using Resift.Evaluation;

namespace Resift.Cli;

/// <summary>Finds out what the scores of a reranker say about relevance.</summary>
internal static class ThresholdAnalysis
{
    private const int Bins = 20;
    private const int PointsShown = 41;

    /// <summary>Analyses the scores of rankings.</summary>
    /// <param name="rankings">The rankings, with the scores of what was read.</param>
    /// <param name="qrels">The judgements; what they do not have is not relevant.</param>
    /// <param name="scale">The scale of the scores.</param>
    /// <param name="precision">The wanted precision.</param>
    /// <returns>Null where scores have no size that can be compared, or nothing relevant was scored.</returns>
    public static ThresholdReport? Of(IReadOnlyList<QueryRanking> rankings, Qrels qrels, ScoreScale scale, double precision)
    {
        var examples = JudgedScores.Of(rankings, qrels);
        int relevant = examples.Count(example => example.IsRelevant);
        if (scale is ScoreScale.Rank or ScoreScale.Unspecified || relevant == 0 || relevant == examples.Count)
        {
            return null;
        }

        var curve = ThresholdCurve.Of(examples.Select(example => (example.Score, example.IsRelevant)));
        var recommended = curve.ForPrecision(precision) is { } point ? Value(point) : null;
        return new()
        {
            Scale = scale.Name(),
            Relevant = relevant,
            Others = examples.Count - relevant,
            Distribution = Distribute(examples),
            Points = Shown(curve, recommended),
            WantedPrecision = precision,
            Recommended = recommended,
            Calibrations = scale.CanConvertTo(ScoreScale.Logit) ? CalibrationCheck.Of(examples, scale) : [],
        };
    }

    private static ThresholdValue Value(ThresholdPoint point) => new(point.Threshold, point.Precision, point.Recall);

    // A point for each score is more than a page can show: some in equal distances, and the one that matters.
    private static IReadOnlyList<ThresholdValue> Shown(ThresholdCurve curve, ThresholdValue? recommended)
    {
        var points = curve.Points;
        double step = Math.Max(1, (points.Count - 1) / (PointsShown - 1.0));
        var shown = Enumerable.Range(0, PointsShown)
            .Select(i => (int)Math.Round(i * step))
            .Where(index => index < points.Count)
            .Select(index => Value(points[index]));
        return [.. shown.Append(recommended).OfType<ThresholdValue>().Distinct().OrderBy(point => point.Threshold)];
    }

    private static IReadOnlyList<ScoreBin> Distribute(IReadOnlyList<JudgedExample> examples)
    {
        double[] finite = [.. examples.Select(example => example.Score).Where(double.IsFinite)];
        double low = finite.Min();
        double width = Math.Max((finite.Max() - low) / Bins, 1e-9);
        int[] relevant = new int[Bins];
        int[] others = new int[Bins];
        foreach (var example in examples)
        {
            double place = (example.Score - low) / width;
            (example.IsRelevant ? relevant : others)[place >= Bins ? Bins - 1 : Math.Max(0, (int)place)]++;
        }

        return [.. Enumerable.Range(0, Bins).Select(i => new ScoreBin(low + (i * width), low + ((i + 1) * width), relevant[i], others[i]))];
    }
}

/// <summary>A score with its judgement.</summary>
internal readonly record struct JudgedExample(string QueryId, double Score, bool IsRelevant);

/// <summary>Takes judged scores out of rankings.</summary>
internal static class JudgedScores
{
    public static IReadOnlyList<JudgedExample> Of(IReadOnlyList<QueryRanking> rankings, Qrels qrels) =>
    [
        .. rankings.SelectMany(ranking => ranking.Scores.Select(score => new JudgedExample(
            ranking.QueryId, score.Score, qrels.GetGrades(ranking.QueryId).GetValueOrDefault(score.DocumentId) > 0))),
    ];
}
