namespace Resift.Retrieval;

/// <summary>
/// Linear interpolation of a reranker's scores with the first stage's (Wang, Zhuang and Zuccon, 2021, "BERT-based Dense Retrievers Require
/// Interpolation with BM25 for Effective Passage Retrieval"), over what was read.
/// </summary>
/// <remarks>
/// The first stage's scores are z-normalised: they mean something beside each other only. So are the reranker's, unless they are log-odds
/// or can be made such: those are taken as they are, so that a reranker which sees no difference decides nothing. Normalised, its noise
/// would count as much as its knowledge.
/// </remarks>
internal static class Interpolation
{
    // The log-odds of one in a million, beyond which models round to certainty.
    private const double CertainLogit = 14;

    /// <summary>Mixes the scores of everything that was reranked.</summary>
    /// <param name="reranked">The reranker's response, with the candidates' indices.</param>
    /// <param name="firstStage">The first stage's scores and priors, by these indices.</param>
    /// <param name="weight">The share of the first stage, in [0, 1].</param>
    /// <returns>The same indices in the order of weight · first stage + (1 - weight) · reranker + prior, with these scores.</returns>
    public static RerankResponse Mix(RerankResponse reranked, FirstStage firstStage, double weight)
    {
        double[] first = ZScores.Normalize(Finite([.. reranked.Results.Select(result => firstStage.Scores[result.Index])]));
        double[] second = SecondOf(reranked);
        return RerankResponse.Create(
            reranked.Results.Select((result, i) =>
                new RerankResult(result.Index, (weight * first[i]) + ((1 - weight) * second[i]) + firstStage.Prior[result.Index])),
            ScoreScale.Unspecified,
            topN: null);
    }

    private static double[] SecondOf(RerankResponse reranked)
    {
        var scale = reranked.ScoreScale;
        if (!scale.CanConvertTo(ScoreScale.Logit))
        {
            return ZScores.Normalize(Finite([.. reranked.Results.Select(result => result.Score)]));
        }

        double[] logits = Finite([.. reranked.Results.Select(result => scale.Convert(result.Score, ScoreScale.Logit))], CertainLogit);

        // Divided before they are added up, since a few of the largest numbers have no sum.
        double mean = logits.Length == 0 ? 0 : logits.Sum(logit => logit / logits.Length);
        return [.. logits.Select(logit => logit - mean)];
    }

    // An infinite score, such as the log-odds of a probability of exactly 0 or 1, has no mean: it is put at a limit, or beyond the others.
    private static double[] Finite(double[] scores, double limit = 0)
    {
        double[] finite = [.. scores.Where(double.IsFinite).DefaultIfEmpty(0)];
        double lowest = Math.Min(finite.Min() - 1, -limit);
        double highest = Math.Max(finite.Max() + 1, limit);
        return [.. scores.Select(score => double.IsFinite(score) ? score : score > 0 ? highest : lowest)];
    }
}
