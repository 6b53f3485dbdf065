using Microsoft.Extensions.AI;

namespace Resift;

/// <summary>The answer of a reranker: results in order of relevance, and everything needed to read their scores.</summary>
/// <remarks>
/// Immutable. Results are sorted by falling score, equal scores by rising index, and cut to the number asked for: in
/// <see cref="Create(IEnumerable{RerankResult}, ScoreScale, int?)"/> and nowhere else.
/// </remarks>
public sealed record RerankResponse
{
    private RerankResponse(IReadOnlyList<RerankResult> results, ScoreScale scoreScale)
    {
        Results = results;
        ScoreScale = scoreScale;
    }

    /// <summary>Gets the results, most relevant first.</summary>
    public IReadOnlyList<RerankResult> Results { get; private init; }

    /// <summary>Gets what the scores mean, and so which thresholds can be applied to them.</summary>
    public ScoreScale ScoreScale { get; private init; }

    /// <summary>Gets the model that gave the scores; null if unknown.</summary>
    public string? ModelId { get; init; }

    /// <summary>Gets what the call consumed; null if unknown.</summary>
    public RerankUsage? Usage { get; init; }

    /// <summary>Gets why the answer is worse than the reranker could give, such as a fallback order; null if it is not.</summary>
    public string? DegradedReason { get; init; }

    /// <summary>Gets a value indicating whether the answer is worse than the reranker could give.</summary>
    public bool IsDegraded => DegradedReason is not null;

    /// <summary>Gets what a particular reranker says beyond the properties above.</summary>
    public AdditionalPropertiesDictionary? AdditionalProperties { get; init; }

    /// <summary>Creates a response from one score for each document.</summary>
    /// <param name="scores">The scores, by document index.</param>
    /// <param name="scoreScale">What the scores mean.</param>
    /// <param name="topN">How many of the best results to keep; null for all.</param>
    /// <returns>The response.</returns>
    /// <exception cref="RerankerException">A score is NaN.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="topN"/> is below 1.</exception>
    public static RerankResponse Create(IReadOnlyList<double> scores, ScoreScale scoreScale, int? topN)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return Create(scores.Select((score, index) => new RerankResult(index, score)), scoreScale, topN);
    }

    /// <summary>Creates a response from results in any order, such as a provider's answer or the part that was ready in time.</summary>
    /// <param name="results">The results; no two with the same index.</param>
    /// <param name="scoreScale">What the scores mean.</param>
    /// <param name="topN">How many of the best results to keep; null for all.</param>
    /// <returns>The response.</returns>
    /// <exception cref="RerankerException">A score is NaN, an index is negative, or an index occurs twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="topN"/> is below 1.</exception>
    public static RerankResponse Create(IEnumerable<RerankResult> results, ScoreScale scoreScale, int? topN)
    {
        ArgumentNullException.ThrowIfNull(results);
        if (topN is { } n)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(n, 1, nameof(topN));
        }

        var sorted = results.ToArray();
        Check(sorted);
        Array.Sort(sorted, static (a, b) => a.Score != b.Score ? b.Score.CompareTo(a.Score) : a.Index.CompareTo(b.Index));
        return new(topN < sorted.Length ? sorted[..topN.Value] : sorted, scoreScale);
    }

    /// <summary>Creates the same response with its scores on another scale. The order stays as it is.</summary>
    /// <param name="scale">The scale that is wanted.</param>
    /// <returns>The converted response.</returns>
    /// <exception cref="NotSupportedException">No formula leads from this response's scale to the wanted one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A score is not on this response's scale, such as a probability of 1.2.</exception>
    public RerankResponse ConvertTo(ScoreScale scale) =>
        scale == ScoreScale ? this : MapScores(score => ScoreScale.Convert(score, scale), scale);

    /// <summary>Creates the same response with every score put through a function that never falls. The order stays as it is.</summary>
    /// <remarks>
    /// Scores that the function makes equal keep their order, which is what the reranker knew. Where rounding lets a score rise by a
    /// billionth above the one before it, it is set equal to that.
    /// </remarks>
    /// <param name="map">Gives the new score for an old one.</param>
    /// <param name="scale">The scale of the new scores.</param>
    /// <returns>The response with the new scores.</returns>
    /// <exception cref="ArgumentException">
    /// The function gave NaN, or it falls, so that the order would no longer be that of the scores.
    /// </exception>
    public RerankResponse MapScores(Func<double, double> map, ScoreScale scale)
    {
        ArgumentNullException.ThrowIfNull(map);
        var mapped = new RerankResult[Results.Count];
        double previous = double.PositiveInfinity;
        for (int i = 0; i < mapped.Length; i++)
        {
            double score = map(Results[i].Score);
            if (double.IsNaN(score) || score - previous > 1e-9)
            {
                throw new ArgumentException($"The score {Results[i].Score} of document {Results[i].Index} became {score}; a number not " +
                    $"above {previous}, the new score of the result before it, was expected.", nameof(map));
            }

            previous = Math.Min(score, previous);
            mapped[i] = new(Results[i].Index, previous);
        }

        return this with { Results = mapped, ScoreScale = scale };
    }

    /// <summary>Creates the same response with some of its results left out. The order stays as it is.</summary>
    /// <param name="keep">Tells of each result, best first, whether it stays.</param>
    /// <returns>The shorter response.</returns>
    public RerankResponse Where(Func<RerankResult, bool> keep)
    {
        ArgumentNullException.ThrowIfNull(keep);
        return this with { Results = [.. Results.Where(keep)] };
    }

    /// <summary>
    /// Creates the same response about another list of documents, of which this one's are a part: every index, of results and of what
    /// <see cref="Usage"/> says about documents, becomes another. The order stays as it is.
    /// </summary>
    /// <param name="map">Gets the index in the other list for an index in this one; no two may become the same.</param>
    /// <returns>The response with the other indices.</returns>
    /// <exception cref="RerankerException">An index became negative, or two became the same.</exception>
    public RerankResponse MapIndices(Func<int, int> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        RerankResult[] mapped = [.. Results.Select(result => result with { Index = map(result.Index) })];
        Check(mapped);
        return this with { Results = mapped, Usage = Usage?.MapIndices(map) };
    }

    private static void Check(RerankResult[] results)
    {
        var seen = new HashSet<int>(results.Length);
        foreach (var (index, score) in results)
        {
            if (double.IsNaN(score))
            {
                throw new RerankerException($"The score of document {index} is NaN; a number was expected. A score that is not a number " +
                    "cannot be ranked: check the model's weights.")
                { DocumentIndex = index };
            }

            if (index < 0 || !seen.Add(index))
            {
                throw new RerankerException(index < 0
                    ? $"A result has the index {index}; an index into the documents was expected."
                    : $"Document {index} has two scores; one was expected.")
                { DocumentIndex = index };
            }
        }
    }
}
