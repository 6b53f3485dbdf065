namespace Resift.Cli;

/// <summary>Writes quality and verdicts as Markdown, for a document or a comment on a change; times belong to one machine.</summary>
internal static class MarkdownReport
{
    private const int LossesShown = 2;

    public static void Write(EvaluationReport report, TextWriter writer)
    {
        writer.Write("# Does reranking help?\n\n");
        writer.Write($"Decided by {report.Measure}, the mean over all queries, with 95 % intervals of the difference between the same " +
            "queries with and without reranking. Documents that nobody judged count as not relevant. " +
            $"{MadeBy(report.Command)}\n");
        foreach (var set in report.Sets)
        {
            if (set.Agreements.Count > 0)
            {
                writer.Write($"\n## {Cell(set.Name)}\n\n{AgreementWords.Heading}\n\n");
                Row(writer, AgreementWords.Columns);
                Row(writer, AgreementWords.Columns.Select(_ => "---"));
                foreach (var agreement in set.Agreements)
                {
                    Row(writer, AgreementWords.Cells(agreement));
                }

                continue;
            }

            string drawn = set.Queries < set.Judged ? $", drawn from {Figures.Count(set.Judged)} by the seed {report.Seed}" : "";
            writer.Write($"\n## {Cell(set.Name)}\n\n{Figures.Count(set.Queries)} judged queries{drawn}.\n\n");
            if (set.Judge is { } judge)
            {
                writer.Write($"{Cell(JudgeWords.Of(judge))}\n\n");
            }

            WriteSystems(set, writer);
            foreach (var stage in set.Stages)
            {
                WriteStage(report.Measure, stage, writer);
            }
        }
    }

    /// <summary>Says by which command a report was made.</summary>
    public static string MadeBy(string command) => $"Made by `{Printable.OneLine(command).Replace('`', '\'')}`.";

    private static void WriteSystems(SetReport set, TextWriter writer)
    {
        string[] measures = [.. set.Stages[0].Base.Quality.Select(quality => quality.Measure)];
        Row(writer, ["first stage", "reranker", .. measures, "difference", "p"]);
        Row(writer, [.. Enumerable.Repeat("---", measures.Length + 4)]);
        foreach (var stage in set.Stages)
        {
            foreach (var system in stage.All)
            {
                Row(writer,
                [
                    stage.Name,
                    system.Comparison is null ? "none" : system.Name,
                    .. system.Quality.Select(quality => Figures.Quality(quality.Mean)),
                    DifferenceOf(system.Comparison),
                    system.Comparison is { } compared ? Figures.PValue(compared.PValue) : Figures.Unknown,
                ]);
            }
        }
    }

    private static void WriteStage(string measure, StageReport stage, TextWriter writer)
    {
        writer.Write('\n');
        foreach (var system in stage.Systems)
        {
            var comparison = system.Comparison!;
            writer.Write($"- **{Cell(system.Name)} over {Cell(stage.Name)}: {comparison.Verdict}.** {Cell(comparison.Words)}.");
            foreach (string warning in system.Warnings)
            {
                writer.Write($" {Cell(warning)}");
            }

            if (comparison.Verdict == Comparisons.Hurts)
            {
                foreach (var loss in system.Movements.Where(movement => movement.Difference < 0).Take(LossesShown))
                {
                    writer.Write($" Query {Cell(loss.QueryId)} ({Figures.Difference(loss.Difference)}): {Cell(loss.Why)}");
                }
            }

            writer.Write('\n');
        }

        string found = string.Join(", ", stage.Ceiling.Select(point => $"{Figures.Share(point.Recall)} at {Figures.Count(point.Depth)}"));
        writer.Write($"- The candidates of {Cell(stage.Name)} hold {found} of the relevant documents; the best order of " +
            $"{Figures.Count(stage.Ceiling[^1].Depth)} has a {measure} of {Figures.Quality(stage.Ceiling[^1].Best)}.\n");
    }

    /// <summary>Gets a difference with its interval; a dash for none.</summary>
    public static string DifferenceOf(ComparisonReport? comparison) => comparison is null
        ? Figures.Unknown
        : $"{Figures.Difference(comparison.Difference)} ({Figures.Difference(comparison.Low)} … {Figures.Difference(comparison.High)})";

    /// <summary>Writes a row of a table.</summary>
    public static void Row(TextWriter writer, IEnumerable<string> cells) =>
        writer.Write($"| {string.Join(" | ", cells.Select(Cell))} |\n");

    /// <summary>Gets a text that means nothing in Markdown.</summary>
    public static string Cell(string text) => Printable.OneLine(text)
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("|", "\\|", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace("[", "\\[", StringComparison.Ordinal);
}
