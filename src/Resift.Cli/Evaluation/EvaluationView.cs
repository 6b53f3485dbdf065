using Spectre.Console;

namespace Resift.Cli;

/// <summary>Draws a report on a terminal.</summary>
internal sealed class EvaluationView(EvaluationReport report)
{
    private const int BarLength = 20;
    private const int Shown = 3;

    public void Write(CliConsole console)
    {
        var ansi = AnsiOutput.Create(console);
        foreach (var set in report.Sets)
        {
            if (set.Agreements.Count > 0)
            {
                Line(ansi, $"{set.Name}: {Figures.Count(set.Queries)} queries. {AgreementWords.Heading}", Color.Default);
                ansi.Write(Agreements(set));
                continue;
            }

            string drawn = set.Queries < set.Judged ? $" of {Figures.Count(set.Judged)}, drawn by the seed {report.Seed}" : "";
            Line(ansi, $"{set.Name}: {Figures.Count(set.Queries)} judged queries{drawn}", Color.Default);
            if (set.Judge is { } judge)
            {
                Line(ansi, JudgeWords.Of(judge), Color.Default);
            }

            foreach (var stage in set.Stages)
            {
                Line(ansi, "", Color.Default);
                Write(ansi, stage);
            }
        }
    }

    private static Table Agreements(SetReport set)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns([.. AgreementWords.Columns.Select(
            name => new TableColumn(new Text(name)))]);
        foreach (var agreement in set.Agreements)
        {
            table.AddRow([.. AgreementWords.Cells(agreement).Select(cell => new Text(cell))]);
        }

        return table;
    }

    private void Write(IAnsiConsole ansi, StageReport stage)
    {
        ansi.Write(SystemsOf(stage));
        foreach (var system in stage.Systems)
        {
            Line(ansi, $"{system.Name} {system.Comparison!.Verdict}: {system.Comparison.Words}", ColourOf(system.Comparison.Verdict));
            foreach (string warning in system.Warnings)
            {
                Line(ansi, $"  Mind: {warning}", Color.Default);
            }
        }

        ansi.Write(DepthsOf(stage));
        foreach (var system in stage.Systems)
        {
            if (system.Thresholds is { } thresholds)
            {
                Line(ansi, $"{system.Name}: {ThresholdWords.Of(thresholds)}", Color.Default);
            }

            Write(ansi, $"{system.Name} helps most with", system.Movements.Where(movement => movement.Difference > 0));
            Write(ansi, $"{system.Name} hurts most with", system.Movements.Where(movement => movement.Difference < 0));
        }
    }

    private static Table SystemsOf(StageReport stage)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn(new TableColumn(new Text("system")));
        foreach (string name in (string[])[.. stage.Base.Quality.Select(quality => quality.Measure), "difference", "p50", "p95", "pairs/s",
            "$/1000"])
        {
            table.AddColumn(new TableColumn(new Text(name)).RightAligned().NoWrap());
        }

        foreach (var system in stage.All)
        {
            table.AddRow(
            [
                new Text($"{system.Name}{(system.IsPareto ? " ★" : "")}"),
                .. system.Quality.Select(quality => new Text(Figures.Quality(quality.Mean))),
                new Text(system.Comparison is { } comparison ? Figures.Difference(comparison.Difference) : Figures.Unknown),
                new Text(Figures.Time(system.Effort.MedianMilliseconds)),
                new Text(Figures.Time(system.Effort.SlowMilliseconds)),
                new Text(Figures.Rate(system.Effort.PairsPerSecond)),
                new Text(Figures.Cost(system.Effort.CostPerThousand)),
            ]);
        }

        return table.Caption("★ nothing else here is both better and faster");
    }

    private Table DepthsOf(StageReport stage)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (string name in (string[])["candidates", "relevant found", "best possible", .. stage.Systems.Select(system => system.Name)])
        {
            table.AddColumn(new TableColumn(new Text(name)));
        }

        foreach (var point in stage.Ceiling)
        {
            table.AddRow(
            [
                new Text(Figures.Count(point.Depth)),
                new Text($"{Bar(point.Recall)} {Figures.Share(point.Recall)}"),
                new Text(Figures.Quality(point.Best)),
                .. stage.Systems.Select(system => new Text(system.Curve.FirstOrDefault(at => at.Depth == point.Depth) is { } at
                    ? $"{Figures.Quality(at.Mean)} in {Figures.Time(at.MedianMilliseconds)}"
                    : Figures.Unknown)),
            ]);
        }

        return table.Caption($"{report.Measure} and median time by how many candidates are reranked");
    }

    private static void Write(IAnsiConsole ansi, string heading, IEnumerable<MovementReport> movements)
    {
        bool isFirst = true;
        foreach (var movement in movements.Take(Shown))
        {
            if (isFirst)
            {
                Line(ansi, heading, Color.Default);
                isFirst = false;
            }

            Line(ansi, $"  {Figures.Difference(movement.Difference)}  {Printable.OneLine(movement.Query ?? movement.QueryId)}",
                movement.Difference > 0 ? Color.Green : Color.Red);
            Line(ansi, $"          {movement.Why}", Color.Default);
            foreach (var document in movement.Documents.Take(Shown))
            {
                string grade = document.Grade is { } known ? $"grade {known}" : "not judged";
                Line(ansi, $"          {document.From} → {document.To}, {grade}: {Printable.OneLine($"{document.Id} {document.Text}")}",
                    Color.Default);
            }
        }
    }

    private static void Line(IAnsiConsole ansi, string text, Color colour) => ansi.Write(new Text($"{text}\n", new Style(colour)));

    private static string Bar(double share)
    {
        int full = (int)Math.Round(Math.Clamp(share, 0, 1) * BarLength);
        return new string('█', full) + new string('░', BarLength - full);
    }

    private static Color ColourOf(string verdict) =>
        verdict == Comparisons.Helps ? Color.Green : verdict == Comparisons.Hurts ? Color.Red : Color.Default;
}
