using System.CommandLine;

namespace Resift.Cli;

/// <summary>The options that say which results come back.</summary>
internal sealed class ResultOptionGroup
{
    private readonly Option<int?> _topN = OptionTypes.Number(
        "--top-n", "How many of the best documents to show. Default: all.", minimum: 1);

    private readonly ThresholdOptionGroup _threshold = new();

    private readonly Option<TruncationPolicy?> _truncate = OptionTypes.Choice(
        "--truncate", "Whether the end of a document that is too long is cut (and reported), or it is an error. Default: truncate.",
        TruncationPolicy.Truncate, TruncationPolicy.Error);

    public void AddTo(Command command)
    {
        command.Add(_topN);
        _threshold.AddTo(command);
        command.Add(_truncate);
    }

    /// <summary>Gets the options of the call.</summary>
    public RerankOptions Call(ParseResult parsed) => new()
    {
        TopN = parsed.GetValue(_topN),
        Truncation = parsed.GetValue(_truncate),
    };

    public ScoreThreshold Threshold(ParseResult parsed) => _threshold.Read(parsed);
}
