using System.Security.Cryptography;
using System.Text;

namespace Resift.Cli;

/// <summary>
/// Writes a report as one page that asks nobody for anything: style and script are in it, and its policy forbids whatever else a foreign
/// text might bring along.
/// </summary>
internal sealed class HtmlReport(EvaluationReport report)
{
    private readonly HtmlWriter _html = new();
    private int _tables;

    public override string ToString()
    {
        string style = Resource("report.css");
        string script = Resource("report.js");
        _html.Markup("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        _html.Void("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
        _html.Void("meta", ("http-equiv", "Content-Security-Policy"), ("content",
            $"default-src 'none'; style-src '{HashOf(style)}'; script-src '{HashOf(script)}'; img-src data:; base-uri 'none'; " +
            "form-action 'none'"));
        // Browsers ask for an icon unless they are given one.
        _html.Void("link", ("rel", "icon"), ("href", "data:,"));
        _html.Element("title", $"Does reranking help? {string.Join(", ", report.Sets.Select(set => set.Name))}");
        _html.Markup($"<style>{style}</style>\n</head>\n<body>\n");
        _html.Element("a", "Skip to the results", ("class", "skip"), ("href", "#results"));
        using (_html.Open("header"))
        {
            _html.Element("h1", "Does reranking help?");
            _html.Element("p", $"Decided by {report.Measure}, the mean over all queries. Intervals are of 95 %; differences are between " +
                "the same queries with and without reranking. Times are those of the machine that made this page.", ("class", "quiet"));
            WriteNavigation();
        }

        using (_html.Open("main", ("id", "results")))
        {
            for (int i = 0; i < report.Sets.Count; i++)
            {
                WriteSet(report.Sets[i], i);
            }
        }

        using (_html.Open("footer"))
        {
            _html.Element("p", $"Made by {report.Command}", ("class", "quiet"));
        }

        _html.Markup($"<script>{script}</script>\n</body>\n</html>\n");
        return _html.ToString();
    }

    private static string Resource(string name)
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static string HashOf(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    private static string IdOf(int set, int stage) => FormattableString.Invariant($"set{set}-stage{stage}");

    private void WriteNavigation()
    {
        if (report.Sets.Sum(set => set.Stages.Count) < 2)
        {
            return;
        }

        using var nav = _html.Open("nav", ("aria-label", "Results"));
        using var list = _html.Open("ul");
        for (int i = 0; i < report.Sets.Count; i++)
        {
            for (int j = 0; j < report.Sets[i].Stages.Count; j++)
            {
                using var item = _html.Open("li");
                _html.Element("a", $"{report.Sets[i].Name}, {report.Sets[i].Stages[j].Name}", ("href", $"#{IdOf(i, j)}"));
            }
        }
    }

    private void WriteSet(SetReport set, int number)
    {
        using var section = _html.Open("section");
        _html.Element("h2", set.Name);
        if (set.Agreements.Count > 0)
        {
            _html.Element("p", AgreementWords.Heading);
            Table(AgreementWords.Columns, set.Agreements.Select(AgreementWords.Cells));
            return;
        }

        string drawn = set.Queries < set.Judged ? $", drawn from {Figures.Count(set.Judged)} by the seed {report.Seed}" : "";
        _html.Element("p", $"{Figures.Count(set.Queries)} judged queries{drawn}", ("class", "quiet"));
        if (set.Judge is { } judge)
        {
            _html.Element("p", JudgeWords.Of(judge));
        }

        for (int i = 0; i < set.Stages.Count; i++)
        {
            WriteStage(set.Stages[i], IdOf(number, i));
        }
    }

    private void WriteStage(StageReport stage, string id)
    {
        using var section = _html.Open("section", ("id", id));
        _html.Element("h3", $"First stage: {stage.Name}");
        WriteVerdicts(stage);
        WriteSystems(stage);
        using (_html.Open("div", ("class", "charts")))
        {
            Figure("Quality, with intervals", () => QualityChart.Write(_html, stage, report.Measure));
            Figure("What more candidates give", () => DepthChart.Write(_html, stage, report.Measure), Legend(stage.Systems.Select(
                (system, i) => (system.Name, ChartFrame.Style(i + 1))), [("best possible order", "dots"), ("first stage", "dashes")]));
            Figure("Quality and time", () => PlaneChart.Write(_html, stage, report.Measure), Legend(stage.All.Select(
                (system, i) => (system.Name, ChartFrame.Style(i))), []));
        }

        WriteCeiling(stage);
        foreach (var system in stage.Systems)
        {
            WriteThresholds(system);
            WriteMovements(system);
        }
    }

    private void WriteVerdicts(StageReport stage)
    {
        using var list = _html.Open("ul", ("class", "verdicts"));
        foreach (var system in stage.Systems)
        {
            using var item = _html.Open("li", ("class", VerdictStyle(system.Comparison)));
            _html.Element("strong", system.Name);
            _html.Text(" ");
            _html.Element("span", system.Comparison?.Verdict ?? "", ("class", "badge"));
            _html.Text($": {system.Comparison?.Words}");
            foreach (string warning in system.Warnings)
            {
                _html.Element("p", $"Mind: {warning}", ("class", "warning"));
            }
        }
    }

    private static string VerdictStyle(ComparisonReport? comparison) =>
        comparison?.Verdict is Comparisons.Helps or Comparisons.Hurts ? comparison.Verdict : "even";

    private void WriteSystems(StageReport stage)
    {
        string[] head = ["system", .. stage.Base.Quality.Select(quality => quality.Measure), "difference", "median", "95 % within",
            "pairs/s", "$/1000 queries"];
        Table(head, stage.All.Select(system => (IReadOnlyList<string>)
        [
            $"{system.Name}{(system.IsPareto ? " ★" : "")}",
            .. system.Quality.Select(quality => Figures.Quality(quality.Mean)),
            system.Comparison is { } comparison ? Figures.Difference(comparison.Difference) : Figures.Unknown,
            Figures.Time(system.Effort.MedianMilliseconds),
            Figures.Time(system.Effort.SlowMilliseconds),
            Figures.Rate(system.Effort.PairsPerSecond),
            Figures.Cost(system.Effort.CostPerThousand),
        ]));
        _html.Element("p", "★ nothing else here is both better and faster.", ("class", "hint"));
    }

    private void WriteCeiling(StageReport stage) => Details("The first stage's ceiling, and the numbers of the curve", () => Table(
        ["candidates", "relevant found", "best possible", .. stage.Systems.Select(system => system.Name)],
        stage.Ceiling.Select(point => (IReadOnlyList<string>)
        [
            Figures.Count(point.Depth),
            Figures.Share(point.Recall),
            Figures.Quality(point.Best),
            .. stage.Systems.Select(system => system.Curve.FirstOrDefault(at => at.Depth == point.Depth) is { } at
                ? $"{Figures.Quality(at.Mean)} in {Figures.Time(at.MedianMilliseconds)}"
                : Figures.Unknown),
        ])));

    private void WriteThresholds(SystemReport system)
    {
        if (system.Thresholds is not { } thresholds)
        {
            return;
        }

        _html.Element("h4", $"What scores of {system.Name} mean");
        _html.Element("p", ThresholdWords.Of(thresholds));
        using var charts = _html.Open("div", ("class", "charts"));
        Figure("Scores of relevant and other documents", () => ScoreCharts.WriteDistribution(_html, thresholds),
            [("relevant", "s0"), ("others", "s1")]);
        Figure("Precision and recall by threshold", () => ScoreCharts.WriteThresholds(_html, thresholds),
            [("precision", "s0"), ("recall", "s1")]);
        if (thresholds.Calibrations.Count > 0)
        {
            Figure("Are probabilities true?", () => ScoreCharts.WriteCalibration(_html, thresholds), Legend(
                thresholds.Calibrations.Select((calibration, i) =>
                    ($"{calibration.Name}, error {Figures.Quality(calibration.Error)}", ChartFrame.Style(i))), [("perfect", "dashes")]));
        }
    }

    private void WriteMovements(SystemReport system)
    {
        if (system.Movements.Count == 0)
        {
            return;
        }

        _html.Element("h4", $"Biggest wins and losses of {system.Name}");
        string table = FormattableString.Invariant($"moved{_tables}");
        string said = FormattableString.Invariant($"said{_tables++}");
        using (_html.Open("p", ("class", "search")))
        {
            using (_html.Open("label"))
            {
                _html.Text("Search ");
                _html.Void("input", ("type", "search"), ("data-table", table), ("data-said", said), ("placeholder", "query, document, id"));
            }

            _html.Element("span", "", ("id", said), ("class", "quiet"), ("role", "status"));
        }

        using var rows = _html.Open("table", ("class", "movements"), ("id", table));
        Head(["query", "before", "after", "change", "what moved"]);
        using var body = _html.Open("tbody");
        foreach (var movement in system.Movements)
        {
            WriteMovement(movement);
        }
    }

    private void WriteMovement(MovementReport movement)
    {
        using var row = _html.Open("tr");
        using (_html.Open("td"))
        {
            _html.Element("strong", movement.Query ?? movement.QueryId);
            _html.Element("span", movement.Query is null ? "" : $" {movement.QueryId}", ("class", "quiet"));
        }

        _html.Element("td", Figures.Quality(movement.Before), ("class", "number"));
        _html.Element("td", Figures.Quality(movement.After), ("class", "number"));
        _html.Element("td", Figures.Difference(movement.Difference), ("class", movement.Difference > 0 ? "number up" : "number down"));
        using var cell = _html.Open("td");
        _html.Text(movement.Why);
        using var details = _html.Open("details");
        _html.Element("summary", "documents");
        using var list = _html.Open("ul", ("class", "moved"));
        foreach (var document in movement.Documents)
        {
            using var item = _html.Open("li");
            _html.Text($"{document.From} → {document.To}, {GradeOf(document)}: ");
            _html.Element("span", $"{document.Id} {document.Text}", ("class", "quiet"));
        }
    }

    private static string GradeOf(MovedDocument document) =>
        document.Grade is { } grade ? FormattableString.Invariant($"grade {grade}") : "not judged";

    private static IReadOnlyList<(string Name, string Style)> Legend(
        IEnumerable<(string Name, string Style)> series, IEnumerable<(string Name, string Style)> lines) => [.. series, .. lines];

    private void Figure(string caption, Action draw, IReadOnlyList<(string Name, string Style)>? legend = null)
    {
        using var figure = _html.Open("figure");
        _html.Element("figcaption", caption);
        draw();
        if (legend is null)
        {
            return;
        }

        using var list = _html.Open("ul", ("class", "legend"));
        foreach (var (name, style) in legend)
        {
            _html.Element("li", name, ("class", style));
        }
    }

    private void Details(string summary, Action write)
    {
        using var details = _html.Open("details");
        _html.Element("summary", summary);
        write();
    }

    private void Table(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        using var scroll = _html.Open("div", ("class", "scroll"), ("tabindex", 0), ("role", "group"), ("aria-label", "Table"));
        using var table = _html.Open("table");
        Head(head);
        using var body = _html.Open("tbody");
        foreach (var cells in rows)
        {
            using var row = _html.Open("tr");
            for (int i = 0; i < cells.Count; i++)
            {
                _html.Element(i == 0 ? "th" : "td", cells[i], i == 0 ? ("scope", "row") : ("class", "number"));
            }
        }
    }

    private void Head(IReadOnlyList<string> names)
    {
        using var head = _html.Open("thead");
        using var row = _html.Open("tr");
        for (int i = 0; i < names.Count; i++)
        {
            _html.Element("th", names[i], ("scope", "col"), ("class", i == 0 || names[i] == "what moved" ? null : "number"));
        }
    }
}
