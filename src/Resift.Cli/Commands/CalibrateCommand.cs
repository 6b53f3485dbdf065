using System.CommandLine;

namespace Resift.Cli;

/// <summary><c>resift calibrate</c>: fits what turns a reranker's scores into true probabilities, and writes it to a file.</summary>
internal sealed class CalibrateCommand : Command, IHelpEpilogue
{
    private readonly CliConsole _console;
    private readonly EvaluationOptionGroup _evaluation;

    private readonly Option<CalibrationMethod?> _method = OptionTypes.Choice(
        "--method",
        "How: platt, a curve of two numbers, which a few dozen relevant documents are enough for; isotonic, steps, which need hundreds; " +
            "temperature, one number. Default: platt.",
        CalibrationMethod.Platt, CalibrationMethod.Isotonic, CalibrationMethod.Temperature);

    private readonly Option<string> _output = new("--output")
    {
        Description = "The file to write.",
        HelpName = "FILE",
        Required = true,
    };

    public CalibrateCommand(CliConsole console, IModelLoader loader)
        : base("calibrate", "Fits on judged queries what turns a reranker's scores into probabilities that can be believed.")
    {
        _console = console;
        _evaluation = new(console, loader, hasSeveral: false);
        _evaluation.AddTo(this);
        Add(_method);
        Add(_output);
        SetAction(RunAsync);
    }

    public string Epilogue => """
        Examples:
          resift calibrate scifact --output calibration.json
          resift calibrate --judged queries.jsonl --db docs.db --method isotonic --depth 50 --output calibration.json

        The file is what ScoreCalibration.Load reads, for UseCalibration around the same model. Documents that nobody judged count as not
        relevant.
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var plan = _evaluation.Read(parsed);
        plan = plan with { Depths = [plan.Systems[0].Depth] };
        var method = parsed.GetValue(_method) ?? CalibrationMethod.Platt;
        using var store = _evaluation.OpenStore(parsed);
        var run = new EvaluationRun(_console, plan, _evaluation.Opening(parsed), store);
        var (examples, scale) = await run.ReadScoresAsync(cancellationToken);
        var logits = CalibrationCheck.Logits(examples, scale);
        var calibration = Fit(method, logits);
        calibration.Save(parsed.GetValue(_output)!);
        Report(parsed.GetValue(_output)!, method, logits);
        return ExitCode.Ok;
    }

    private static ScoreCalibration Fit(CalibrationMethod method, IReadOnlyList<JudgedExample> logits)
    {
        try
        {
            return CalibrationCheck.Fit(method, logits);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            string why = exception.Message.Split(" (Parameter")[0];
            throw new InvalidDataException($"The {Figures.Count(logits.Count)} scored documents allow no calibration: {why}", exception);
        }
    }

    private void Report(string path, CalibrationMethod method, IReadOnlyList<JudgedExample> logits)
    {
        var before = CalibrationCheck.Report("", logits.Select(
            example => (ScoreScale.Logit.Convert(example.Score, ScoreScale.Probability), example.IsRelevant)));
        string after = CalibrationCheck.Unseen(method, logits) is { } unseen
            ? $"{Figures.Quality(CalibrationCheck.Report("", unseen).Error)} on queries that it has not seen"
            : "unknown on queries that it has not seen, since half of the queries are too few for a fit";
        _console.Output.WriteLine($"fitted on     {Figures.Count(logits.Count)} documents, {Figures.Count(logits.Count(
            example => example.IsRelevant))} of them relevant");
        _console.Output.WriteLine($"error before  {Figures.Quality(before.Error)}, the mean distance of probabilities from the truth");
        _console.Output.WriteLine($"error after   {after}");
        _console.Output.WriteLine($"written to    {Printable.OneLine(path)}");
    }
}
