namespace Resift;

/// <summary>Reads the scores of a response as probabilities, for cuts that compare how large they are.</summary>
internal static class RelevanceProbability
{
    /// <summary>Gets the probability of each result, by its place in the response.</summary>
    /// <param name="response">A response of logits, which are converted, or of probabilities.</param>
    /// <param name="selection">What needs them, for the message.</param>
    /// <exception cref="NotSupportedException">The scores are on another scale.</exception>
    public static double[] From(RerankResponse response, string selection)
    {
        var scale = response.ScoreScale;
        return scale.CanConvertTo(ScoreScale.Probability)
            ? [.. response.Results.Select(result => scale.Convert(result.Score, ScoreScale.Probability))]
            : throw new NotSupportedException($"{selection} needs logits or probabilities, but the response is on the scale '{scale}', " +
                "where sizes of scores cannot be compared so. Use a reranker that answers with logits or probabilities, or cut with " +
                "AtMost or, on the response's own scale, AtLeast.");
    }
}
