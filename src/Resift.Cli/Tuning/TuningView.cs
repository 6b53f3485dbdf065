using Spectre.Console;

namespace Resift.Cli;

/// <summary>Shows on a terminal what a tuning found.</summary>
internal sealed class TuningView(CliConsole console)
{
    private readonly IAnsiConsole _ansi = AnsiOutput.Create(console);

    public void Write(TuningReport report)
    {
        foreach (var set in report.Sets)
        {
            Line(TuningWords.Of(set, report.Seed));
        }

        Write(TuningWords.Columns(report), TuningWords.Rows(report));
        Line(TuningWords.Choices(report));
        Line(TuningWords.Verdict(report), report.IsGained ? Color.Green : Color.Default);
        Line(TuningWords.Time(report));
        Line(TuningWords.Of(report.Threshold));
    }

    public void Write(DefaultsReport report)
    {
        Write(TuningWords.DefaultsColumns, report.Defaults.Select(part => TuningWords.Cells(part, report)));
        Line($"Each default was chosen on all sets but one, and measured on that one by {report.Measure}.");
    }

    private void Write(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns([.. columns.Select(name => new TableColumn(new Text(name)))]);
        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(cell => new Text(cell))]);
        }

        _ansi.Write(table);
    }

    private void Line(string? text, Color? colour = null)
    {
        if (text is not null)
        {
            _ansi.Write(new Text($"{text}\n", new Style(colour ?? Color.Default)));
        }
    }
}
