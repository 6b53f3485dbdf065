using System.CommandLine;

namespace Resift.Cli;

/// <summary>The options that say which results come back.</summary>
internal sealed class ResultOptionGroup
{
    private readonly Option<int?> _topN = OptionTypes.Number(
        "--top-n", "How many of the best documents to show. Default: all.", minimum: 1);

    private readonly Option<double?> _minScore = OptionTypes.Score("--min-score", "Leave out documents with a lower score.");

    private readonly Option<ScoreScale?> _scale = OptionTypes.Choice(
        "--scale", "The scale that --min-score is stated on and scores are shown on. Default: the model's own.",
        ScoreScale.Logit, ScoreScale.Probability, ScoreScale.Cosine);

    private readonly Option<TruncationPolicy?> _truncate = OptionTypes.Choice(
        "--truncate", "Whether the end of a document that is too long is cut (and reported), or it is an error. Default: truncate.",
        TruncationPolicy.Truncate, TruncationPolicy.Error);

    public void AddTo(Command command)
    {
        command.Add(_topN);
        command.Add(_minScore);
        command.Add(_scale);
        command.Add(_truncate);
    }

    /// <summary>Gets the options of the call.</summary>
    public RerankOptions Call(ParseResult parsed) => new()
    {
        TopN = parsed.GetValue(_topN),
        Truncation = parsed.GetValue(_truncate),
    };

    public ScoreThreshold Threshold(ParseResult parsed) => new(parsed.GetValue(_minScore), parsed.GetValue(_scale));
}
