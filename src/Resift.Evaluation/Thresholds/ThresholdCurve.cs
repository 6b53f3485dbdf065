using System.Collections.ObjectModel;

namespace Resift.Evaluation;

/// <summary>What a threshold on scores lets through: precision and recall for each score at which that changes.</summary>
/// <remarks>It does not change, and may be used from any number of threads.</remarks>
public sealed class ThresholdCurve
{
    private ThresholdCurve(ThresholdPoint[] points) => Points = points.AsReadOnly();

    /// <summary>Gets a point for each score there is, by falling threshold: recall only rises, precision goes up and down.</summary>
    public ReadOnlyCollection<ThresholdPoint> Points { get; }

    /// <summary>Computes the curve of judged scores.</summary>
    /// <param name="examples">Scores on one scale, each with whether its document is relevant.</param>
    /// <returns>The curve.</returns>
    /// <exception cref="ArgumentException">Nothing is relevant, so that there is no recall, or a score is NaN.</exception>
    public static ThresholdCurve Of(IEnumerable<(double Score, bool IsRelevant)> examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        (double Score, bool IsRelevant)[] sorted = [.. examples.OrderByDescending(example => example.Score)];
        int relevant = sorted.Count(example => example.IsRelevant);
        if (relevant == 0 || double.IsNaN(sorted[^1].Score))
        {
            throw new ArgumentException(
                relevant == 0
                    ? $"None of the {sorted.Length} examples is relevant; at least one was expected, since recall is a share of these."
                    : "A score is NaN; numbers were expected.",
                nameof(examples));
        }

        var points = new List<ThresholdPoint>();
        int relevantKept = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            relevantKept += sorted[i].IsRelevant ? 1 : 0;
            if (i + 1 == sorted.Length || sorted[i + 1].Score != sorted[i].Score)
            {
                points.Add(new(sorted[i].Score, i + 1, relevantKept, (double)relevantKept / (i + 1), (double)relevantKept / relevant));
            }
        }

        return new([.. points]);
    }

    /// <summary>Finds the threshold that keeps the most relevant documents while a share of what is kept is relevant.</summary>
    /// <param name="precision">The share of relevant ones that is wanted among the kept, from 0 to 1.</param>
    /// <returns>The point; null if no threshold is as precise. Of those with the same recall, the one that keeps least.</returns>
    /// <remarks>
    /// It is as good as the examples: <see cref="ThresholdPoint.Kept"/> tells on how many it rests. What it keeps of other data differs.
    /// </remarks>
    public ThresholdPoint? ForPrecision(double precision)
    {
        if (precision is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(precision), precision, "A share from 0 to 1 was expected.");
        }

        ThresholdPoint? best = null;
        foreach (var point in Points)
        {
            if (point.Precision >= precision && !(best?.RelevantKept >= point.RelevantKept))
            {
                best = point;
            }
        }

        return best;
    }
}

/// <summary>What is kept by a threshold.</summary>
/// <param name="Threshold">The lowest score that is kept.</param>
/// <param name="Kept">How many examples are kept.</param>
/// <param name="RelevantKept">How many of these are relevant.</param>
/// <param name="Precision">The share of relevant ones among the kept.</param>
/// <param name="Recall">The share of kept ones among the relevant.</param>
public readonly record struct ThresholdPoint(double Threshold, int Kept, int RelevantKept, double Precision, double Recall);
