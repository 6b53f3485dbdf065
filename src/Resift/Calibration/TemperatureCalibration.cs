namespace Resift;

/// <summary>Calibration by one divisor: probability = 1 / (1 + e^−(logit / temperature)).</summary>
/// <remarks>
/// Guo et al. 2017, "On Calibration of Modern Neural Networks". One parameter, so it needs the fewest examples; a logit of 0 stays
/// undecided, and the order of different scores stays. A temperature above 1 makes a model less sure, one below 1 surer.
/// </remarks>
public sealed class TemperatureCalibration : ScoreCalibration
{
    /// <summary>Creates a calibration of a known temperature.</summary>
    /// <param name="temperature">What logits are divided by; above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The temperature is not a finite number above 0.</exception>
    public TemperatureCalibration(double temperature)
    {
        CalibrationParameter.ThrowIfNotPositive(temperature);
        Temperature = temperature;
    }

    /// <summary>Gets what logits are divided by.</summary>
    public double Temperature { get; }

    /// <summary>Finds the temperature of maximum likelihood.</summary>
    /// <param name="examples">Scores with their judgements; some relevant and some not.</param>
    /// <returns>The calibration.</returns>
    /// <exception cref="ArgumentException">
    /// There are not both relevant and irrelevant examples, a score is not finite, relevance does not rise with the score, or no relevant
    /// example scores noticeably below 0 and no irrelevant one above: then no temperature is the most likely.
    /// </exception>
    /// <exception cref="InvalidOperationException">The fit did not settle, since there is almost no overlap.</exception>
    public static TemperatureCalibration Fit(IEnumerable<JudgedScore> examples)
    {
        var set = new CalibrationExamples(examples);

        // The slope of the likelihood where all probabilities are one half: only if it rises from there is a positive factor the best.
        if (set.All.Average(example => example.Relevant ? example.Score : -example.Score) <= 0)
        {
            throw CalibrationExamples.DoNotRise(nameof(examples));
        }

        double overlap = Math.Max(-set.LowestRelevant, set.HighestIrrelevant);
        if (overlap <= CalibrationExamples.LeastOverlap * set.Scores.Max(Math.Abs))
        {
            throw new ArgumentException("No relevant example scores noticeably below 0 and no irrelevant one above, so a lower " +
                "temperature is always more likely and none is the most likely. Give more examples, or fit a PlattCalibration with " +
                "smoothed targets.",
                nameof(examples));
        }

        double[] targets = [.. set.All.Select(example => example.Relevant ? 1.0 : 0.0)];
        return new(1 / LogisticFit.WithoutIntercept(set.Scores, targets));
    }

    /// <inheritdoc />
    private protected override double Probability(double logit) => Logistic(logit / Temperature);
}
