namespace Resift;

/// <content>Keeps results whose relevance is not far below that of the best one.</content>
public static partial class RerankResponseExtensions
{
    /// <summary>Keeps the results whose probability is at least a share of the best one's.</summary>
    /// <remarks>
    /// <para>
    /// A ratio is defined on probabilities; logits are converted for the comparison, and the scores stay as they are. Other scales are
    /// refused. Cosine is one of them: its zero means a right angle and not "irrelevant", and unrelated texts have other cosines with
    /// every model.
    /// </para>
    /// <para>
    /// The best result always stays, however bad it is: combine with
    /// <see cref="RerankResponseExtensions.AtLeast(RerankResponse, double, ScoreScale, int)"/>. A degraded response comes back as it is.
    /// </para>
    /// </remarks>
    /// <param name="response">The response.</param>
    /// <param name="ratio">The share of the best probability, from 0 (everything stays) to 1 (only what equals the best).</param>
    /// <param name="minimum">How many of the best results stay although they are below.</param>
    /// <returns>The response without the results that are far below the best.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="ratio"/> is not in [0, 1], or <paramref name="minimum"/> is negative.
    /// </exception>
    /// <exception cref="NotSupportedException">The response is neither on the logit nor on the probability scale.</exception>
    public static RerankResponse AtLeastRatioOfTop(this RerankResponse response, double ratio = 0.5, int minimum = 0)
    {
        ArgumentNullException.ThrowIfNull(response);
        UnitInterval.ThrowIfOutside(ratio);
        ArgumentOutOfRangeException.ThrowIfNegative(minimum);
        if (response.IsDegraded)
        {
            return response;
        }

        double[] probabilities = RelevanceProbability.From(response, "A ratio of the top score");
        int count = probabilities.Count(probability => probability >= ratio * probabilities[0]);
        return response.KeepBest(Math.Max(count, minimum));
    }
}
