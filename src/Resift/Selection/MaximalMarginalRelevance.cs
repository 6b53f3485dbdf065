namespace Resift;

/// <content>Keeps results that are relevant and unlike each other.</content>
public static partial class RerankResponseExtensions
{
    /// <summary>Keeps a number of results by maximal marginal relevance.</summary>
    /// <remarks>
    /// <para>
    /// Carbonell and Goldstein (SIGIR 1998): one result after the other is chosen, each time the one with the largest
    /// λ · relevance − (1 − λ) · (its largest cosine with a result already chosen); the best of equals. The choice decides which results
    /// stay, and not their order: the results come back in the order of the response.
    /// </para>
    /// <para>
    /// Relevance must be comparable with a cosine. Probabilities and cosines are taken as they are, logits are converted to probabilities
    /// for the choice, and the scores stay as they are; the scales rank and unspecified are refused. A degraded response on one of these
    /// keeps its first <paramref name="count"/> results instead, so that a search whose reranker failed still answers.
    /// </para>
    /// <para>
    /// A document whose embedding is empty or zero counts as unlike every other (cosine 0): only its relevance decides. Idempotent for the
    /// same arguments. Takes time proportional to <paramref name="count"/> × results × dimensions, and memory for a copy of the embeddings.
    /// </para>
    /// </remarks>
    /// <param name="response">The response.</param>
    /// <param name="embeddings">Gives a document's embedding by its index in the caller's list; empty if it has none.</param>
    /// <param name="count">How many results stay at most.</param>
    /// <param name="lambda">How much relevance counts against diversity, from 0 (diversity alone) to 1 (relevance alone).</param>
    /// <returns>The response with no more than <paramref name="count"/> results.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="count"/> is below 1, or <paramref name="lambda"/> is not in [0, 1].
    /// </exception>
    /// <exception cref="ArgumentException">Embeddings have different lengths, or an element is not a finite number.</exception>
    /// <exception cref="NotSupportedException">The response is on the scale rank or unspecified and not degraded.</exception>
    public static RerankResponse Diversify(
        this RerankResponse response, Func<int, ReadOnlyMemory<float>> embeddings, int count, double lambda = 0.5)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(embeddings);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        UnitInterval.ThrowIfOutside(lambda);
        if (response.IsDegraded && response.ScoreScale is ScoreScale.Rank or ScoreScale.Unspecified)
        {
            return response.KeepBest(count);
        }

        double[] relevance = response.ScoreScale == ScoreScale.Cosine
            ? [.. response.Results.Select(result => result.Score)]
            : RelevanceProbability.From(response, "Maximal marginal relevance");
        if (count >= relevance.Length)
        {
            return response;
        }

        var chosen = Choose(relevance, new(response, embeddings), count, lambda);
        int place = 0;
        return response.Where(_ => chosen[place++]);
    }

    private static bool[] Choose(double[] relevance, EmbeddingSet embeddings, int count, double lambda)
    {
        bool[] chosen = new bool[relevance.Length];
        double[] likeness = new double[relevance.Length];
        for (int round = 0; round < count; round++)
        {
            int best = -1;
            double bestValue = 0;
            for (int i = 0; i < relevance.Length; i++)
            {
                double value = (lambda * relevance[i]) - ((1 - lambda) * likeness[i]);
                if (!chosen[i] && (best < 0 || value > bestValue))
                {
                    (best, bestValue) = (i, value);
                }
            }

            chosen[best] = true;
            for (int i = 0; i < relevance.Length; i++)
            {
                double cosine = embeddings.Cosine(i, best);
                likeness[i] = round == 0 ? cosine : Math.Max(likeness[i], cosine);
            }
        }

        return chosen;
    }
}
