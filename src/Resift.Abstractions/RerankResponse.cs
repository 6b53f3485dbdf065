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

    /// <summary>
    /// Gets the answers of the stages that this one was made of, such as those of a cascade, first to last; empty if there was one only.
    /// Their indices are those of this response's list, and what they consumed is a part of <see cref="Usage"/>.
    /// </summary>
    public IReadOnlyList<RerankResponse> Stages { get; init; } = [];

    /// <summary>Gets how a language model's answer came about; null if none was asked.</summary>
    public LlmRerankReport? LlmReport { get; init; }

    /// <summary>
    /// Gets what a particular reranker says about the call beyond the properties above. Nothing about single documents may stand here:
    /// layers around that reranker count documents otherwise.
    /// </summary>
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
            mapped[i] = Results[i] with { Score = previous };
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
    /// Creates the same response with other results, such as one for each group of documents; all else that it says stays. What
    /// <see cref="Usage"/> and <see cref="Stages"/> say about documents must fit the new results already.
    /// </summary>
    /// <param name="results">The results; no two with the same index.</param>
    /// <param name="scoreScale">What the scores mean.</param>
    /// <param name="topN">How many of the best results to keep; null for all.</param>
    /// <returns>The response with the other results.</returns>
    /// <exception cref="RerankerException">A score is NaN, an index is negative, or an index occurs twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="topN"/> is below 1.</exception>
    public RerankResponse WithResults(IEnumerable<RerankResult> results, ScoreScale scoreScale, int? topN) =>
        this with { Results = Create(results, scoreScale, topN).Results, ScoreScale = scoreScale };

    /// <summary>
    /// Creates the same response about another list of documents, of which this one's are a part: every index, of results, of
    /// <see cref="Stages"/> and of what <see cref="Usage"/> says about documents, becomes another. The order stays as it is.
    /// </summary>
    /// <param name="map">Gets the index in the other list for an index in this one; no two may become the same.</param>
    /// <returns>The response with the other indices.</returns>
    /// <exception cref="RerankerException">An index became negative, or two became the same.</exception>
    public RerankResponse MapIndices(Func<int, int> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        RerankResult[] mapped = [.. Results.Select(result => result with { Index = map(result.Index) })];
        Check(mapped);
        return this with
        {
            Results = mapped,
            Stages = [.. Stages.Select(stage => stage.MapIndices(map))],
            Usage = Usage?.MapIndices(map),
        };
    }

    /// <summary>
    /// Creates the same response about other texts of the same documents, such as those that were given before something was cut off or
    /// replaced in them.
    /// </summary>
    /// <param name="map">
    /// Gets the window in the other text of a document, by its index, for that in this one; null if there is no such place.
    /// </param>
    /// <returns>The response with the other windows, those of <see cref="Stages"/> too.</returns>
    public RerankResponse MapWindows(Func<int, DocumentWindow, DocumentWindow?> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return this with
        {
            Results =
            [
                .. Results.Select(result => result.Window is { } window ? result with { Window = map(result.Index, window) } : result),
            ],
            Stages = [.. Stages.Select(stage => stage.MapWindows(map))],
        };
    }

    /// <summary>Creates the response of a call from those of its parts, each of which scored other documents of the same list.</summary>
    /// <remarks>
    /// Usages add up; what one part does not know is unknown of the whole. Reasons of degradation stand side by side. Stages are merged
    /// one by one if all parts have equally many, and left out else. Of additional properties with the same name the first counts.
    /// </remarks>
    /// <param name="parts">The parts, at least one, with indices into the list of the whole call: see <see cref="MapIndices"/>.</param>
    /// <param name="topN">How many of the best results to keep; null for all.</param>
    /// <returns>The response about all documents that the parts are about.</returns>
    /// <exception cref="RerankerException">
    /// The parts are on different scales, so that their scores make no common order, or two are about the same document.
    /// </exception>
    /// <exception cref="ArgumentException">There are no parts.</exception>
    public static RerankResponse Merge(IReadOnlyList<RerankResponse> parts, int? topN)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts is [])
        {
            throw new ArgumentException("There is nothing to merge; at least one response was expected.", nameof(parts));
        }

        var first = parts[0];
        if (parts.Any(part => part.ScoreScale != first.ScoreScale))
        {
            throw new RerankerException("The parts of one call were scored on different scales " +
                $"({string.Join(", ", parts.Select(part => part.ScoreScale).Distinct())}), so they cannot be put into one order. Let one " +
                "reranker answer all of them: put a fallback around what takes a call apart, not inside.");
        }

        string[] reasons = [.. parts.Select(part => part.DegradedReason).OfType<string>().Distinct()];
        return Create(parts.SelectMany(part => part.Results), first.ScoreScale, topN) with
        {
            ModelId = parts.Select(part => part.ModelId).FirstOrDefault(id => id is not null),
            Usage = RerankUsage.Sum([.. parts.Select(part => part.Usage ?? new())]),
            DegradedReason = reasons is [] ? null : string.Join("; ", reasons),
            Stages = parts.All(part => part.Stages.Count == first.Stages.Count)
                ? [.. first.Stages.Select((_, stage) => Merge([.. parts.Select(part => part.Stages[stage])], topN: null))]
                : [],
            LlmReport = LlmRerankReport.Sum(parts.Select(part => part.LlmReport)),
            AdditionalProperties = Union(parts),
        };
    }

    private static AdditionalPropertiesDictionary? Union(IReadOnlyList<RerankResponse> parts)
    {
        AdditionalPropertiesDictionary? union = null;
        foreach (var (name, value) in parts.SelectMany(part => part.AdditionalProperties ?? []))
        {
            (union ??= []).TryAdd(name, value);
        }

        return union;
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
