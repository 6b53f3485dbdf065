namespace Resift.Retrieval;

/// <summary>
/// Linear interpolation of a reranker's scores with the first stage's, both z-normalised over the candidates of one query (Wang, Zhuang and
/// Zuccon, 2021, "BERT-based Dense Retrievers Require Interpolation with BM25 for Effective Passage Retrieval").
/// </summary>
internal static class Interpolation
{
    /// <summary>Mixes the scores of everything that was reranked.</summary>
    /// <param name="reranked">The reranker's response.</param>
    /// <param name="firstStage">The first stage's scores, by the index of the candidate.</param>
    /// <param name="weight">The share of the first stage, in [0, 1].</param>
    /// <returns>The same indices in the order of weight · z(first stage) + (1 - weight) · z(reranker), with these scores.</returns>
    public static RerankResponse Mix(RerankResponse reranked, IReadOnlyList<double> firstStage, double weight)
    {
        // Odds add up where probabilities saturate, so scores are mixed as logits where they are convertible.
        var scale = reranked.ScoreScale;
        var mixable = scale.CanConvertTo(ScoreScale.Logit) ? ScoreScale.Logit : scale;
        double[] first = ZScores([.. reranked.Results.Select(result => firstStage[result.Index])]);
        double[] second = ZScores([.. reranked.Results.Select(result => scale.Convert(result.Score, mixable))]);
        return RerankResponse.Create(
            reranked.Results.Select((result, i) => new RerankResult(result.Index, (weight * first[i]) + ((1 - weight) * second[i]))),
            ScoreScale.Unspecified,
            topN: null);
    }

    /// <summary>Subtracts the mean and divides by the standard deviation; equal scores become 0.</summary>
    private static double[] ZScores(double[] scores)
    {
        scores = Finite(scores);
        double mean = scores.DefaultIfEmpty(0).Average();
        double deviation = Math.Sqrt(scores.Select(score => (score - mean) * (score - mean)).DefaultIfEmpty(0).Average());

        // Equal scores are compared as they are, since rounding may leave their deviation a little above 0.
        bool flat = scores.Distinct().Count() < 2 || deviation == 0 || !double.IsFinite(deviation);
        return [.. scores.Select(score => flat ? 0 : (score - mean) / deviation)];
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
