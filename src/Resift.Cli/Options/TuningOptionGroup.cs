using System.CommandLine;
using System.Globalization;
using Resift.Evaluation;

namespace Resift.Cli;

/// <summary>The options that say which settings are tried, and where what is chosen is written.</summary>
internal sealed class TuningOptionGroup
{
    private readonly Option<string> _measure = OptionTypes.Text(
        "--measure", $"What decides, as in nDCG@10 or RR@10. Default: {EvaluationPlan.DefaultMeasures[0]}.", "MEASURE");

    private readonly Option<string> _depths = OptionTypes.Text(
        "--depths",
        $"How many candidates may be read, beside as many as now. Default: {string.Join(',', TuningPlan.DefaultDepths)}; hosted " +
            "rerankers read deeper than now only where this says so.",
        "N,N");

    private readonly Option<string> _weights = OptionTypes.Text(
        "--weights",
        "The shares of the first stage in the order that may be, beside that of now. Default: " +
            $"{string.Join(',', TuningPlan.DefaultWeights.Select(weight => weight.ToString(CultureInfo.InvariantCulture)))}.",
        "SHARE,SHARE");

    private readonly Option<int?> _folds = OptionTypes.Number(
        "--folds",
        $"Into how many parts queries are cut, each of which is measured by a choice on the others. Default: {TuningPlan.DefaultFolds}.",
        minimum: 2);

    private readonly Option<double?> _precision = OptionTypes.Score(
        "--want-precision",
        "Write a threshold into the profile, by which this share of what stays is relevant. Default: none is written, and that for " +
            $"{EvaluationPlan.DefaultPrecision.ToString(CultureInfo.InvariantCulture)} is shown.",
        "SHARE");

    private readonly Option<bool> _leaveOneOut = new("--leave-one-out")
    {
        Description = "Fit each default of the search again: choose it on all DATA folders but one, and measure it on that one.",
    };

    private readonly Option<string> _output = OptionTypes.Text("--output", "The profile to write.", "FILE");

    private readonly Option<string> _markdown = OptionTypes.Text(
        "--markdown", "Write what was found as a section of this Markdown file, in place of the one that is there, or at its end.", "FILE");

    public void AddTo(Command command)
    {
        command.Add(_measure);
        command.Add(_depths);
        command.Add(_weights);
        command.Add(_folds);
        command.Add(_precision);
        command.Add(_leaveOneOut);
        command.Add(_output);
        command.Add(_markdown);
    }

    public bool LeavesOneOut(ParseResult parsed) => parsed.GetValue(_leaveOneOut);

    /// <summary>Gets the file of the profile; null for none.</summary>
    public string? Output(ParseResult parsed) => parsed.GetValue(_output);

    /// <summary>Gets the Markdown file that gets a section; null for none.</summary>
    public string? Markdown(ParseResult parsed) => parsed.GetValue(_markdown);

    /// <summary>Gets what is tried.</summary>
    /// <exception cref="UsageException">Options contradict each other, or have a value that means nothing here.</exception>
    public TuningPlan Read(ParseResult parsed, EvaluationPlan plan)
    {
        if (LeavesOneOut(parsed))
        {
            if (plan.Folders.Count < 2)
            {
                throw new UsageException("--leave-one-out chooses on all DATA folders but one; name at least two.");
            }

            if (Output(parsed) is not null || parsed.GetValue(_folds) is not null || parsed.GetValue(_precision) is not null)
            {
                throw new UsageException("--output, --folds and --want-precision are about a profile, and --leave-one-out about the " +
                    "defaults; leave out one or the other.");
            }
        }

        string measure = parsed.GetValue(_measure) ?? EvaluationPlan.DefaultMeasures[0];
        if (!Measure.TryParse(measure, out _))
        {
            throw new UsageException($"--measure expects a measure such as nDCG@10, RR@10, AP@100 or R@50, but got '{measure}'.");
        }

        if (parsed.GetValue(_precision) is <= 0 or > 1)
        {
            throw new UsageException("--want-precision expects a number above 0 and up to 1.");
        }

        return new(plan with
        {
            Measures = [measure],
            Depths = parsed.GetValue(_depths) is { } depths ? ReportOptionGroup.ParseDepths(depths) : TuningPlan.DefaultDepths,
            PaysForCurve = parsed.GetValue(_depths) is not null,
        })
        {
            Weights = parsed.GetValue(_weights) is { } weights ? ParseWeights(weights) : TuningPlan.DefaultWeights,
            Folds = parsed.GetValue(_folds) ?? TuningPlan.DefaultFolds,
            WantedPrecision = parsed.GetValue(_precision),
        };
    }

    private static double[] ParseWeights(string list)
    {
        double[] weights =
        [
            .. RecordFields.Split(list)!
                .Select(text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double weight) ? weight : -1)
                .Order(),
        ];
        return weights.Length > 0 && weights.All(weight => weight is >= 0 and <= 1) && weights.Distinct().Count() == weights.Length
            ? weights
            : throw new UsageException($"--weights expects different numbers from 0 to 1, as in 0,0.5, but got '{list}'.");
    }
}
