using Resift.Selection;

namespace Resift.Cli;

/// <summary>A lowest score and the scale it is stated on, which is also the scale that scores are shown on.</summary>
/// <param name="MinScore">The lowest score that is kept; null for all.</param>
/// <param name="Scale">The scale; null for that of the response.</param>
internal readonly record struct ScoreThreshold(double? MinScore, ScoreScale? Scale)
{
    /// <summary>Refuses, before anything is asked and paid, what could not be done with a provider's scores.</summary>
    /// <exception cref="NotSupportedException">The scores mean too little, or no formula leads from one scale to the other.</exception>
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
        throw new NotSupportedException($"--min-score and --scale cannot be used here: {provider} {why}.");
    }

    /// <summary>Leaves out what is below the threshold and converts the scores that stay.</summary>
    /// <exception cref="NotSupportedException">No formula leads from one scale to the other.</exception>
    public RerankResponse Apply(RerankResponse response)
    {
        if (MinScore is { } minScore)
        {
            response = response.AtLeast(minScore, Scale ?? response.ScoreScale);
        }

        return Scale is { } scale ? response.ConvertTo(scale) : response;
    }
}
