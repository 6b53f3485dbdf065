using Resift.Selection;

namespace Resift.Cli;

/// <summary>A lowest score and the scale it is stated on, which is also the scale that scores are shown on.</summary>
/// <param name="MinScore">The lowest score that is kept; null for all.</param>
/// <param name="Scale">The scale; null for that of the response.</param>
internal readonly record struct ScoreThreshold(double? MinScore, ScoreScale? Scale)
{
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
