namespace Resift;

/// <content>Keeps results until they hold most of the relevance.</content>
public static partial class RerankResponseExtensions
{
    /// <summary>Keeps the fewest best results whose probabilities make up a share of the sum over all results.</summary>
    /// <remarks>
    /// <para>
    /// The cut of nucleus sampling (Holtzman et al. 2020, "The Curious Case of Neural Text Degeneration"), over the results of the response
    /// instead of a vocabulary: the probabilities, divided by their sum, are added up from the best on. Logits are converted for that by
    /// the logistic function, and the scores stay as they are; other scales are refused.
    /// </para>
    /// <para>
    /// The share depends on which results there are, so the cut is not idempotent: what is left is the whole of the next call. Where all
    /// probabilities are 0 there is nothing to share and everything stays. A degraded response comes back as it is.
    /// </para>
    /// </remarks>
    /// <param name="response">The response.</param>
    /// <param name="mass">The share of the sum that is kept, above 0 and up to 1.</param>
    /// <param name="minimum">How many of the best results stay although fewer would do.</param>
    /// <returns>The response without its tail.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="mass"/> is not in (0, 1], or <paramref name="minimum"/> is negative.
    /// </exception>
    /// <exception cref="NotSupportedException">The response is neither on the logit nor on the probability scale.</exception>
    public static RerankResponse TopP(this RerankResponse response, double mass = 0.9, int minimum = 0)
    {
        ArgumentNullException.ThrowIfNull(response);
        UnitInterval.ThrowIfOutsideOrZero(mass);
        ArgumentOutOfRangeException.ThrowIfNegative(minimum);
        if (response.IsDegraded)
        {
            return response;
        }

        double[] probabilities = RelevanceProbability.From(response, "A share of the probability mass");
        return response.KeepBest(Math.Max(CountOfMass(probabilities, mass), minimum));
    }

    private static int CountOfMass(double[] probabilities, double mass)
    {
        // Both sums are made in the same order, so that the whole reaches a mass of 1 exactly.
        double total = 0;
        foreach (double probability in probabilities)
        {
            total += probability;
        }

        double sum = 0;
        int count = 0;
        while (count < probabilities.Length && (total == 0 || sum < mass * total))
        {
            sum += probabilities[count++];
        }

        return count;
    }
}
