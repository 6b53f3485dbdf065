using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>A lowest score and the scale it is stated on, which is also the scale that scores are shown on.</summary>
/// <param name="MinScore">The lowest score that is kept; null for all.</param>
/// <param name="Scale">The scale; null for that of the response.</param>
internal readonly record struct ScoreThreshold(double? MinScore, ScoreScale? Scale)
{
    /// <summary>Refuses, before anything is asked and paid, what could not be done with a provider's scores.</summary>
    /// <exception cref="UsageException">The scores mean too little, or no formula leads from one scale to the other.</exception>
    public void ThrowUnlessApplicable(string provider, ScoreScale of)
    {
        if (this == default || (of is not (ScoreScale.Unspecified or ScoreScale.Rank) && of.CanConvertTo(Scale ?? of)))
        {
            return;
        }

        string why = of switch
        {
            ScoreScale.Unspecified => "does not say what its scores mean, so they order documents and allow no threshold. If you know " +
                "what the model gives, say so by \"scale\" in resift.json",
            ScoreScale.Rank => "gives an order only, so there is no score to compare with a threshold; use --top-n",
            _ => $"gives scores on the scale '{of.Name()}', which nothing converts to '{(Scale ?? of).Name()}'",
        };
        throw new UsageException($"--min-score and --scale cannot be used here: {provider} {why}.");
    }

    /// <summary>Gets the threshold of a profile where none is asked for, on the scale that is asked for.</summary>
    public ScoreThreshold Or(SearchProfile? profile)
    {
        if (MinScore is not null || profile is not { MinScore: { } fitted, MinScoreScale: var on })
        {
            return this;
        }

        return Scale is { } scale
            ? this with { MinScore = on.CanConvertTo(scale) ? on.Convert(fitted, scale) : fitted }
            : new(fitted, on);
    }

    /// <summary>Leaves out what is below the threshold and converts the scores that stay.</summary>
    /// <exception cref="UsageException">No formula leads from one scale to the other.</exception>
    public RerankResponse Apply(RerankResponse response)
    {
        if (Scale is { } wanted && !response.ScoreScale.CanConvertTo(wanted))
        {
            throw new UsageException(
                $"--scale {wanted.Name()} cannot be had here: the scores are on the scale '{response.ScoreScale.Name()}', and no formula " +
                "leads from one to the other.");
        }

        if (MinScore is { } minScore)
        {
            ThrowUnlessComparable(response.ScoreScale);
            ThrowUnlessOn(Scale ?? response.ScoreScale, minScore);
            response = response.AtLeast(minScore, Scale ?? response.ScoreScale);
        }

        return Scale is { } scale ? response.ConvertTo(scale) : response;
    }

    /// <summary>Gets a search's answer with its scores on the scale that is asked for.</summary>
    /// <exception cref="UsageException">No formula leads from one scale to the other.</exception>
    public SearchResponse Shown(SearchResponse response)
    {
        if (Scale is not { } scale || response.ScoreScale == scale || response.IsDegraded || response.Hits.Count == 0)
        {
            return response;
        }

        return response.ScoreScale.CanConvertTo(scale)
            ? response with { ScoreScale = scale, Hits = [.. response.Hits.Select(hit => Shown(hit, scale))] }
            : throw new UsageException($"The scores are on the scale '{response.ScoreScale.Name()}', which cannot be converted to " +
                $"'{scale.Name()}'. Leave out --scale{(response.RerankedCount == 0 ? ", or use --tier full or light" : "")}.");
    }

    private static SearchHit Shown(SearchHit hit, ScoreScale scale) => (hit.ScoreScale.CanConvertTo(scale)
        ? hit with { Score = hit.ScoreScale.Convert(hit.Score, scale), ScoreScale = scale }
        : hit) with
    {
        OtherPassages = [.. hit.OtherPassages.Select(other => Shown(other, scale))],
    };

    private static void ThrowUnlessComparable(ScoreScale scale)
    {
        if (scale is ScoreScale.Unspecified or ScoreScale.Rank)
        {
            throw new UsageException($"--min-score needs scores that mean something by themselves, but these are on the scale " +
                $"'{scale.Name()}'. Use --tier full or light, or --retriever dense with a cosine.");
        }
    }

    private static void ThrowUnlessOn(ScoreScale scale, double score)
    {
        string? range = scale switch
        {
            ScoreScale.Probability when score is < 0 or > 1 => "from 0 to 1",
            ScoreScale.Cosine when score is < -1 or > 1 => "from -1 to 1",
            _ => null,
        };
        if (range is not null)
        {
            throw new UsageException(FormattableString.Invariant(
                $"--min-score {score} is not on the scale '{scale.Name()}', which is {range}; another is named by --scale."));
        }
    }
}
