using System.CommandLine;

namespace Resift.Cli;

/// <summary>The options that say which scores are good enough, and on which scale they are shown.</summary>
internal sealed class ThresholdOptionGroup
{
    private readonly Option<double?> _minScore = OptionTypes.Score("--min-score", "Leave out documents with a lower score.");

    private readonly Option<ScoreScale?> _scale = OptionTypes.Choice(
        "--scale", "The scale that --min-score is stated on and scores are shown on. Default: the model's own.",
        ScoreScale.Logit, ScoreScale.Probability, ScoreScale.Cosine);

    public void AddTo(Command command)
    {
        command.Add(_minScore);
        command.Add(_scale);
    }

    public ScoreThreshold Read(ParseResult parsed) => new(parsed.GetValue(_minScore), parsed.GetValue(_scale));
}
