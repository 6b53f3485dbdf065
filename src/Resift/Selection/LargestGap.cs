namespace Resift;

/// <content>Cuts a response where the scores fall most from one result to the next.</content>
public static partial class RerankResponseExtensions
{
    /// <summary>Keeps the results before the largest gap between two neighbouring scores.</summary>
    /// <remarks>
    /// <para>
    /// Gaps are measured on the response's own scale, which is logit, probability or cosine. The largest gap may lie elsewhere on another
    /// scale: among logits often between bad results and very bad ones, among probabilities between good and bad. Convert with
    /// <see cref="RerankResponse.ConvertTo"/> first for the latter. On the scales rank and unspecified a difference means nothing, and
    /// they are refused.
    /// </para>
    /// <para>
    /// Of several largest gaps the first one counts. Where all scores are equal there is no gap, and no cut but by
    /// <paramref name="maximum"/>. Not idempotent: what is left has a largest gap too. A degraded response comes back as it is.
    /// </para>
    /// </remarks>
    /// <param name="response">The response.</param>
    /// <param name="minimum">How many results stand before the gap at least; fewer results than that all stay.</param>
    /// <param name="maximum">How many results stand before the gap at most; null for no limit.</param>
    /// <returns>The response without the results behind the gap.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="minimum"/> is below 1, or <paramref name="maximum"/> below <paramref name="minimum"/>.
    /// </exception>
    /// <exception cref="NotSupportedException">The response is on the scale rank or unspecified.</exception>
    public static RerankResponse BeforeLargestGap(this RerankResponse response, int minimum = 1, int? maximum = null)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentOutOfRangeException.ThrowIfLessThan(minimum, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximum ?? minimum, minimum, nameof(maximum));
        if (response.IsDegraded)
        {
            return response;
        }

        if (response.ScoreScale is ScoreScale.Rank or ScoreScale.Unspecified)
        {
            throw new NotSupportedException($"The largest gap cannot be found on the scale '{response.ScoreScale}', where a difference " +
                "of scores means nothing. Use a reranker that answers with logits, probabilities or cosines, or cut with AtMost.");
        }

        return response.KeepBest(CountBeforeGap(response.Results, minimum, maximum ?? int.MaxValue));
    }

    private static int CountBeforeGap(IReadOnlyList<RerankResult> results, int minimum, int maximum)
    {
        int count = maximum;
        double largest = 0;
        for (int i = minimum; i < results.Count && i <= maximum; i++)
        {
            // Equal scores have no gap, although the difference of two infinite ones is not a number.
            double gap = results[i - 1].Score == results[i].Score ? 0 : results[i - 1].Score - results[i].Score;
            if (gap > largest)
            {
                (count, largest) = (i, gap);
            }
        }

        return count;
    }
}
