namespace Resift;

/// <summary>What a relevance score means. On every scale a higher score is more relevant.</summary>
public enum ScoreScale
{
    /// <summary>Not stated. Scores order documents of one response; nothing else may be concluded from them.</summary>
    Unspecified,

    /// <summary>The log-odds that the document is relevant: any real number, 0 is undecided.</summary>
    Logit,

    /// <summary>The probability that the document is relevant, in [0, 1].</summary>
    Probability,

    /// <summary>The cosine of two embedding vectors, in [-1, 1].</summary>
    Cosine,

    /// <summary>Only the order means something, such as reciprocal ranks or a listwise model's permutation.</summary>
    Rank,
}

/// <summary>Converts scores between scales, where mathematics allows it.</summary>
public static class ScoreScaleExtensions
{
    /// <summary>Determines whether a score can be converted.</summary>
    /// <param name="from">The scale that the score is on.</param>
    /// <param name="to">The scale that is wanted.</param>
    /// <returns>True for the same scale, and between logit and probability.</returns>
    public static bool CanConvertTo(this ScoreScale from, ScoreScale to) => from == to ||
        (from, to) is (ScoreScale.Logit, ScoreScale.Probability) or (ScoreScale.Probability, ScoreScale.Logit);

    /// <summary>
    /// Converts a score: logit to probability by the logistic function 1 / (1 + e⁻ˣ), and back by its inverse
    /// ln(p / (1 - p)).
    /// </summary>
    /// <param name="from">The scale that the score is on.</param>
    /// <param name="score">The score.</param>
    /// <param name="to">The scale that is wanted.</param>
    /// <returns>The score on that scale. The probabilities 0 and 1 become infinite logits.</returns>
    /// <exception cref="NotSupportedException">No formula leads from one scale to the other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The score is not on its own scale, such as a probability of 1.2.</exception>
    public static double Convert(this ScoreScale from, double score, ScoreScale to)
    {
        if (!from.CanConvertTo(to))
        {
            throw new NotSupportedException($"A score on the scale '{from}' cannot be converted to '{to}': no formula leads from one to " +
                $"the other. State the threshold on the scale '{from}', or fit a calibration on judged examples.");
        }

        if (double.IsNaN(score) || (from == ScoreScale.Probability && score is < 0 or > 1))
        {
            throw new ArgumentOutOfRangeException(nameof(score), score, $"{score} is not a score on the scale '{from}'.");
        }

        return (from, to) switch
        {
            (ScoreScale.Logit, ScoreScale.Probability) => 1 / (1 + Math.Exp(-score)),
            (ScoreScale.Probability, ScoreScale.Logit) => Math.Log(score / (1 - score)),
            _ => score,
        };
    }
}
