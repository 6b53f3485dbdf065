namespace Resift;

/// <summary>Keeps of a response what an application can use: cuts, and choices among what is alike.</summary>
public static partial class RerankResponseExtensions
{
    /// <summary>Keeps the results whose score is at least a threshold. The threshold is stated on a scale.</summary>
    /// <remarks>
    /// <para>
    /// Where the response is on another scale, the threshold is converted to that, not the scores: near 0 and 1 probabilities lose
    /// differences that logits have. So a threshold of the probability 1 leaves out every finite logit.
    /// </para>
    /// <para>A degraded response comes back as it is, since its scores are not those that the threshold is meant for.</para>
    /// </remarks>
    /// <param name="response">The response.</param>
    /// <param name="threshold">The lowest score that stays.</param>
    /// <param name="scale">The scale that <paramref name="threshold"/> is on.</param>
    /// <param name="minimum">How many of the best results stay although they are below the threshold.</param>
    /// <returns>The response without the results below the threshold.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="threshold"/> is NaN or not on its scale, or <paramref name="minimum"/> is negative.
    /// </exception>
    /// <exception cref="NotSupportedException">No formula leads from <paramref name="scale"/> to the scale of the response.</exception>
    public static RerankResponse AtLeast(this RerankResponse response, double threshold, ScoreScale scale, int minimum = 0)
    {
        ArgumentNullException.ThrowIfNull(response);
        ThrowIfNotOnScale(threshold, scale);
        ArgumentOutOfRangeException.ThrowIfNegative(minimum);
        if (response.IsDegraded)
        {
            return response;
        }

        double least = scale.Convert(threshold, response.ScoreScale);
        int count = response.Results.Count(result => result.Score >= least);
        return response.KeepBest(Math.Max(count, minimum));
    }

    private static void ThrowIfNotOnScale(double threshold, ScoreScale scale)
    {
        bool isOnScale = scale switch
        {
            ScoreScale.Probability => threshold is >= 0 and <= 1,
            ScoreScale.Cosine => threshold is >= -1 and <= 1,
            _ => !double.IsNaN(threshold),
        };
        if (!isOnScale)
        {
            throw new ArgumentOutOfRangeException(
                nameof(threshold),
                threshold,
                $"The threshold {threshold} is not on the scale '{scale}', which is {Range(scale)}. State it there, or name its scale.");
        }
    }

    private static string Range(ScoreScale scale) => scale switch
    {
        ScoreScale.Probability => "from 0 to 1",
        ScoreScale.Cosine => "from -1 to 1",
        _ => "any number",
    };
}
