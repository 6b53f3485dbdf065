using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Resift.Evaluation;

namespace Resift.Cli;

/// <summary>The options that say what of an evaluation is measured, and where it is written.</summary>
internal sealed class ReportOptionGroup
{
    private readonly Option<string[]> _measure = new("--measure")
    {
        Description = "What is measured, as in nDCG@10, RR@10, R@100, AP(rel=2)@100; may be given again, the first decides. Default: " +
            $"{string.Join(", ", EvaluationPlan.DefaultMeasures)}.",
        HelpName = "MEASURE",
    };

    private readonly Option<string> _depths = OptionTypes.Text(
        "--depths",
        $"The depths of the curve, as in 10,20,50. Default: {string.Join(',', EvaluationPlan.DefaultDepths)} of models on this machine; " +
            "none of hosted ones, which are paid for what they read.",
        "N,N");

    private readonly Option<double?> _precision = OptionTypes.Score(
        "--want-precision",
        "The share of what passes the recommended threshold that shall be relevant. Default: " +
            $"{EvaluationPlan.DefaultPrecision.ToString(CultureInfo.InvariantCulture)}.",
        "SHARE");

    private readonly Option<bool> _noTexts = new("--no-texts")
    {
        Description = "Leave the texts of queries and documents out of reports, which go to people who may not read them.",
    };

    private readonly Option<bool> _judge = new("--judge")
    {
        Description = "Let a language model judge what people have not: the ten best of every ranking. Its grades are kept in --store.",
    };

    private readonly ChatOptionGroup _judgeModel = new("--judge-", hasTemperature: false);

    private readonly Option<string> _html = OptionTypes.Text(
        "--html", "Write one page with charts, which asks nobody for anything.", "FILE");

    private readonly Option<string> _markdown = OptionTypes.Text("--markdown", "Write tables and verdicts as Markdown.", "FILE");

    private readonly Option<string> _json = OptionTypes.Text("--json", "Write everything as JSON; '-' is standard output.", "FILE");

    private readonly Option<string> _csv = OptionTypes.Text("--csv", "Write all figures as one table; '-' is standard output.", "FILE");

    private readonly Option<string> _junit = OptionTypes.Text(
        "--junit", "Write as JUnit's XML which systems dropped by more than --max-drop.", "FILE");

    private readonly Option<string> _baseline = OptionTypes.Text(
        "--baseline", "With --max-drop: an older report of --json to compare with. Default: each system's first stage.", "FILE");

    private readonly Option<double?> _maxDrop = OptionTypes.Score(
        "--max-drop", "By how much the deciding measure may drop; a larger drop ends with exit code 1.", "NUMBER");

    public void AddTo(Command command)
    {
        command.Add(_measure);
        command.Add(_depths);
        command.Add(_precision);
        command.Add(_noTexts);
        command.Add(_judge);
        _judgeModel.AddTo(command);
        command.Add(_html);
        command.Add(_markdown);
        command.Add(_json);
        command.Add(_csv);
        command.Add(_junit);
        command.Add(_baseline);
        command.Add(_maxDrop);
    }

    /// <summary>Determines whether a language model judges.</summary>
    public bool Judges(ParseResult parsed) => parsed.GetValue(_judge);

    /// <summary>Opens the language model that judges. Nothing is sent yet.</summary>
    public ChatServer OpenJudge(ParseResult parsed, CliConsole console) => _judgeModel.Open(parsed, console);

    /// <summary>Gets the name of the language model that judges.</summary>
    public string JudgeModel(ParseResult parsed) => _judgeModel.Model(parsed);

    /// <summary>Adds what the options say to a plan.</summary>
    /// <exception cref="UsageException">Options contradict each other, or have a value that means nothing here.</exception>
    public EvaluationPlan Read(ParseResult parsed, EvaluationPlan plan)
    {
        if (parsed.GetValue(_maxDrop) is null && (parsed.GetValue(_junit) ?? parsed.GetValue(_baseline)) is not null)
        {
            throw new UsageException("--junit and --baseline need --max-drop, by how much a system may drop.");
        }

        double precision = parsed.GetValue(_precision) ?? EvaluationPlan.DefaultPrecision;
        if (precision is <= 0 or > 1 || parsed.GetValue(_maxDrop) < 0)
        {
            throw new UsageException("--want-precision expects a number above 0 and up to 1, and --max-drop one of at least 0.");
        }

        return plan with
        {
            Measures = Measures(parsed),
            Depths = Depths(parsed),
            PaysForCurve = parsed.GetValue(_depths) is not null,
            WantedPrecision = precision,
            ShowsTexts = !parsed.GetValue(_noTexts),
        };
    }

    /// <summary>Gets the depths that <c>--depths</c> lists, ascending.</summary>
    /// <exception cref="UsageException">It lists something else.</exception>
    public static IReadOnlyList<int> ParseDepths(string list)
    {
        int[] depths =
        [
            .. RecordFields.Split(list)!
                .Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int depth) ? depth : 0)
                .Order(),
        ];
        return depths is [>= 1, ..] && depths[^1] <= EvaluationOptionGroup.MostDepth && depths.Distinct().Count() == depths.Length
            ? depths
            : throw new UsageException(
                $"--depths expects different whole numbers from 1 to {EvaluationOptionGroup.MostDepth}, as in 10,20,50, but got '{list}'.");
    }

    /// <summary>Determines whether standard output is for another program, and nothing else may be written to it.</summary>
    public bool TakesOutput(ParseResult parsed) => parsed.GetValue(_json) == "-" || parsed.GetValue(_csv) == "-";

    /// <summary>Writes all files that the options name.</summary>
    /// <returns>False if a system dropped by more than it may.</returns>
    public async Task<bool> WriteAsync(ParseResult parsed, EvaluationReport report, CliConsole console, CancellationToken cancellationToken)
    {
        await WriteAsync(parsed.GetValue(_json), console, writer => writer.WriteLine(
            JsonSerializer.Serialize(report, EvaluationJsonContext.Default.EvaluationReport)));
        await WriteAsync(parsed.GetValue(_csv), console, writer => CsvReport.Write(report, writer));
        await WriteAsync(parsed.GetValue(_html), console, writer => writer.Write(new HtmlReport(report).ToString()));
        await WriteAsync(parsed.GetValue(_markdown), console, writer => MarkdownReport.Write(report, writer));
        if (parsed.GetValue(_maxDrop) is not { } maxDrop)
        {
            return true;
        }

        var baseline = parsed.GetValue(_baseline) is { } path ? await RegressionCheck.ReadAsync(path, cancellationToken) : null;
        var checks = RegressionCheck.Check(report, baseline, maxDrop);
        await WriteAsync(parsed.GetValue(_junit), console, writer => RegressionCheck.WriteJUnit(checks, writer));
        foreach (var (name, failure) in checks)
        {
            if (failure is not null)
            {
                console.Note($"{name}: {failure}");
            }
        }

        return checks.All(check => check.Failure is null);
    }

    private static async Task WriteAsync(string? path, CliConsole console, Action<TextWriter> write)
    {
        if (path is null)
        {
            return;
        }

        await using var output = OutputTarget.Open(path, console);
        write(output.Writer);
        await output.CommitAsync();
        if (output.Target is { } target)
        {
            console.Note($"{target} is written");
        }
    }

    private IReadOnlyList<string> Measures(ParseResult parsed)
    {
        string[] names = parsed.GetValue(_measure) ?? [];
        foreach (string name in names)
        {
            if (!Measure.TryParse(name, out _))
            {
                throw new UsageException($"--measure expects a measure such as nDCG@10, RR@10, AP@100 or R@50, but got '{name}'.");
            }
        }

        return names is [] ? EvaluationPlan.DefaultMeasures : names;
    }

    private IReadOnlyList<int> Depths(ParseResult parsed) =>
        parsed.GetValue(_depths) is { } list ? ParseDepths(list) : EvaluationPlan.DefaultDepths;
}
