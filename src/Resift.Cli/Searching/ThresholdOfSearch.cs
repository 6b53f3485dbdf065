using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>Applies a threshold where nothing was reranked, so that the search itself could not apply it.</summary>
internal static class ThresholdOfSearch
{
    /// <summary>
    /// Leaves out hits below the threshold, unless the response is degraded: its scores are not those that the threshold is meant for.
    /// </summary>
    /// <exception cref="NotSupportedException">The scores are on a scale that the threshold cannot be converted to.</exception>
    public static SearchResponse Apply(SearchResponse response, ScoreThreshold threshold, SearchTier asked)
    {
        if (asked != SearchTier.Embedding || response.IsDegraded || response.Hits.Count == 0)
        {
            return response;
        }

        if (response.ScoreScale is not ScoreScale.Cosine && threshold.MinScore is not null)
        {
            throw new NotSupportedException($"--min-score needs scores that mean something by themselves, but those of this first stage " +
                $"are on the scale '{response.ScoreScale.Name()}'. Use --tier full or light, or --retriever dense with a cosine.");
        }

        var scale = threshold.Scale ?? response.ScoreScale;
        if (!response.ScoreScale.CanConvertTo(scale))
        {
            throw new NotSupportedException($"Without reranking, scores are on the scale '{response.ScoreScale.Name()}', which cannot be " +
                $"converted to '{scale.Name()}'. Leave out --scale, or use --tier full or light.");
        }

        return threshold.MinScore is { } least
            ? response with { Hits = [.. response.Hits.TakeWhile(hit => hit.Score >= least)] }
            : response;
    }
}
