namespace Resift;

/// <summary>Calibration by a logistic curve: probability = 1 / (1 + e^−(slope · logit + intercept)).</summary>
/// <remarks>
/// Platt 1999, "Probabilistic Outputs for Support Vector Machines". Two parameters, so a few dozen examples are enough. The order of
/// different scores stays.
/// </remarks>
public sealed class PlattCalibration : ScoreCalibration
{
    /// <summary>Creates a calibration of known parameters.</summary>
    /// <param name="slope">By how much the log-odds rise with the logit; above 0.</param>
    /// <param name="intercept">The log-odds of a document whose logit is 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not finite, or the slope is not above 0.</exception>
    public PlattCalibration(double slope, double intercept)
    {
        CalibrationParameter.ThrowIfNotPositive(slope);
        CalibrationParameter.ThrowIfNotFinite(intercept);
        Slope = slope;
        Intercept = intercept;
    }

    /// <summary>Gets by how much the log-odds rise with the logit.</summary>
    public double Slope { get; }

    /// <summary>Gets the log-odds of a document whose logit is 0.</summary>
    public double Intercept { get; }

    /// <summary>Finds the curve of maximum likelihood, without regularisation.</summary>
    /// <param name="examples">Scores with their judgements; some relevant and some not.</param>
    /// <param name="smoothed">
    /// True to aim at (n₁ + 1) / (n₁ + 2) for the n₁ relevant examples and 1 / (n₀ + 2) for the n₀ others instead of at 1 and 0, as Platt
    /// recommends: milder with few examples, and defined where scores tell relevant from irrelevant without a mistake.
    /// </param>
    /// <returns>The calibration.</returns>
    /// <exception cref="ArgumentException">
    /// There are not both relevant and irrelevant examples, a score is not finite, relevance does not rise with the score, or, unless
    /// smoothed, no relevant example has a score noticeably below one that is not: then no curve is the most likely.
    /// </exception>
    /// <exception cref="InvalidOperationException">The fit did not settle, since there is almost no overlap.</exception>
    public static PlattCalibration Fit(IEnumerable<JudgedScore> examples, bool smoothed = false)
    {
        var set = new CalibrationExamples(examples);
        double range = set.Highest - set.Lowest;

        // The slope of the likelihood where the curve is level: only if it rises from there is a rising curve the best.
        if (range == 0 || set.Mean(relevant: true) <= set.Mean(relevant: false))
        {
            throw CalibrationExamples.DoNotRise(nameof(examples));
        }

        if (!smoothed && set.HighestIrrelevant - set.LowestRelevant <= CalibrationExamples.LeastOverlap * range)
        {
            throw new ArgumentException("No relevant example scores noticeably below an irrelevant one, so a steeper curve is " +
                "always more likely and none is the most likely. Fit with smoothed targets, or give more examples.", nameof(examples));
        }

        double target1 = smoothed ? (set.RelevantCount + 1.0) / (set.RelevantCount + 2.0) : 1;
        double target0 = smoothed ? 1 / (set.IrrelevantCount + 2.0) : 0;
        double[] targets = [.. set.All.Select(example => example.Relevant ? target1 : target0)];
        var (slope, intercept) = LogisticFit.WithIntercept(set.Scores, targets);
        return new(slope, intercept);
    }

    /// <inheritdoc />
    // An infinite logit stays infinite: the slope is not 0.
    private protected override double Probability(double logit) => Logistic((Slope * logit) + Intercept);
}
