namespace Resift.Retrieval;

/// <summary>
/// Linear interpolation of a reranker's scores with the first stage's, both z-normalised over what was read (Wang, Zhuang and Zuccon, 2021,
/// "BERT-based Dense Retrievers Require Interpolation with BM25 for Effective Passage Retrieval").
/// </summary>
internal static class Interpolation
{
    /// <summary>Mixes the scores of everything that was reranked.</summary>
    /// <param name="reranked">The reranker's response, with the candidates' indices.</param>
    /// <param name="firstStage">The first stage's scores and priors, by these indices.</param>
    /// <param name="weight">The share of the first stage, in [0, 1].</param>
    /// <returns>
    /// The same indices in the order of weight · z(first stage) + (1 - weight) · z(reranker) + prior, with these scores.
    /// </returns>
    public static RerankResponse Mix(RerankResponse reranked, FirstStage firstStage, double weight)
    {
        // Odds add up where probabilities saturate, so scores are mixed as logits where they are convertible.
        var scale = reranked.ScoreScale;
        var mixable = scale.CanConvertTo(ScoreScale.Logit) ? ScoreScale.Logit : scale;
        double[] first = ZScores.Of(Finite([.. reranked.Results.Select(result => firstStage.Scores[result.Index])]));
        double[] second = ZScores.Of(Finite([.. reranked.Results.Select(result => scale.Convert(result.Score, mixable))]));
        return RerankResponse.Create(
            reranked.Results.Select((result, i) =>
                new RerankResult(result.Index, (weight * first[i]) + ((1 - weight) * second[i]) + firstStage.Prior[result.Index])),
            ScoreScale.Unspecified,
            topN: null);
    }

    // A probability of exactly 0 or 1 is an infinite logit, which has no mean: it is put one unit beyond the others.
    private static double[] Finite(double[] scores)
    {
        double[] finite = [.. scores.Where(double.IsFinite).DefaultIfEmpty(0)];
        double lowest = finite.Min() - 1;
        double highest = finite.Max() + 1;
        return [.. scores.Select(score => double.IsFinite(score) ? score : score > 0 ? highest : lowest)];
    }
}
