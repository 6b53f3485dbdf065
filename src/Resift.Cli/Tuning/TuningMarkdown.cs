namespace Resift.Cli;

/// <summary>Writes what a tuning found as a section of a Markdown document, without times, which belong to one machine.</summary>
internal static class TuningMarkdown
{
    private const string SettingsHeading = "## Which settings";
    private const string DefaultsHeading = "## Are the defaults right?";

    /// <summary>Gets the section on a tuning.</summary>
    public static string Of(TuningReport report)
    {
        var writer = Begin(SettingsHeading);
        foreach (var set in report.Sets)
        {
            writer.Write($"- {MarkdownReport.Cell(TuningWords.Of(set, report.Seed))}\n");
        }

        writer.Write("\n");
        Table(writer, TuningWords.Columns(report), TuningWords.Rows(report));
        writer.Write($"\n{MarkdownReport.Cell(TuningWords.Choices(report))}\n\n**{MarkdownReport.Cell(TuningWords.Verdict(report))}**\n");
        if (TuningWords.Of(report.Threshold) is { } threshold)
        {
            writer.Write($"\n{MarkdownReport.Cell(threshold)}\n");
        }

        writer.Write($"\n{MarkdownReport.MadeBy(report.Command)}\n");
        return writer.ToString();
    }

    /// <summary>Gets the section on defaults.</summary>
    public static string Of(DefaultsReport report)
    {
        var writer = Begin(DefaultsHeading);
        string sets = string.Join(", ", report.Sets.Select(set => $"{MarkdownReport.Cell(set.Name)} ({Figures.Count(set.Queries)})"));
        writer.Write($"Judged queries of {sets}. Each default is chosen on all sets but one, the others being as they are, and measured " +
            $"on that one by {report.Measure}; the change is over all of these, with its 95 % interval, and p is adjusted for as many " +
            "comparisons as there are rows. A setting within one standard error of the best is as good, so the default stays where it is " +
            "one. A default is changed only where the interval leaves 0 out and p is below 0.05. " +
            $"{MarkdownReport.MadeBy(report.Command)}\n\n");
        Table(writer, TuningWords.DefaultsColumns, report.Defaults.Select(part => TuningWords.Cells(part, report)));
        return writer.ToString();
    }

    /// <summary>Puts a section into a document, in place of one with the same heading, or at the end.</summary>
    public static string Put(string document, string section)
    {
        string[] lines = document.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        int start = Array.IndexOf(lines, section[..section.IndexOf('\n', StringComparison.Ordinal)]);
        int next = start < 0 ? -1 : Array.FindIndex(lines, start + 1, IsHeading);
        string[] before = start < 0 ? lines : lines[..start];
        string[] after = next < 0 ? [] : lines[next..];
        return string.Join("\n\n", new[] { Joined(before), section.TrimEnd('\n'), Joined(after) }.Where(part => part.Length > 0)) + "\n";

        static string Joined(string[] part) => string.Join('\n', part).Trim('\n');
    }

    private static bool IsHeading(string line) =>
        line.StartsWith("# ", StringComparison.Ordinal) || line.StartsWith("## ", StringComparison.Ordinal);

    private static StringWriter Begin(string heading)
    {
        var writer = new StringWriter { NewLine = "\n" };
        writer.Write($"{heading}\n\n");
        return writer;
    }

    private static void Table(TextWriter writer, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        MarkdownReport.Row(writer, columns);
        MarkdownReport.Row(writer, columns.Select(_ => "---"));
        foreach (var row in rows)
        {
            MarkdownReport.Row(writer, row);
        }
    }
}
