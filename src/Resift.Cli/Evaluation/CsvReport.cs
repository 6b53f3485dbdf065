using System.Globalization;

namespace Resift.Cli;

/// <summary>Writes the figures of a report as one table: a row for each set, first stage, system, subject and figure.</summary>
internal static class CsvReport
{
    public static void Write(EvaluationReport report, TextWriter writer)
    {
        Row(writer, "set", "first_stage", "system", "kind", "key", "name", "value");
        foreach (var set in report.Sets)
        {
            foreach (var stage in set.Stages)
            {
                foreach (var point in stage.Ceiling)
                {
                    string depth = Number(point.Depth);
                    Row(writer, set.Name, stage.Name, "", "ceiling", depth, "recall", Number(point.Recall));
                    Row(writer, set.Name, stage.Name, "", "ceiling", depth, report.Measure, Number(point.Best));
                }

                foreach (var system in stage.All)
                {
                    foreach (var (kind, key, name, value) in Values(report.Measure, system))
                    {
                        Row(writer, set.Name, stage.Name, system.Name, kind, key, name, value is { } number ? Number(number) : "");
                    }
                }
            }
        }
    }

    private static IEnumerable<(string Kind, string Key, string Name, double? Value)> Values(string measure, SystemReport system)
    {
        foreach (var quality in system.Quality)
        {
            yield return ("quality", quality.Measure, "mean", quality.Mean);
            yield return ("quality", quality.Measure, "low", quality.Low);
            yield return ("quality", quality.Measure, "high", quality.High);
        }

        if (system.Comparison is { } comparison)
        {
            yield return ("comparison", measure, "difference", comparison.Difference);
            yield return ("comparison", measure, "low", comparison.Low);
            yield return ("comparison", measure, "high", comparison.High);
            yield return ("comparison", measure, "p_value", comparison.PValue);
        }

        yield return ("effort", "", "median_milliseconds", system.Effort.MedianMilliseconds);
        yield return ("effort", "", "slow_milliseconds", system.Effort.SlowMilliseconds);
        yield return ("effort", "", "pairs_per_second", system.Effort.PairsPerSecond);
        yield return ("effort", "", "pairs", system.Effort.Pairs);
        yield return ("effort", "", "tokens", system.Effort.Tokens);
        yield return ("effort", "", "cost_per_thousand", system.Effort.CostPerThousand);
        foreach (var point in system.Curve)
        {
            yield return ("curve", Number(point.Depth), measure, point.Mean);
            yield return ("curve", Number(point.Depth), "median_milliseconds", point.MedianMilliseconds);
        }

        foreach (var point in system.Thresholds?.Points ?? [])
        {
            yield return ("threshold", Number(point.Threshold), "precision", point.Precision);
            yield return ("threshold", Number(point.Threshold), "recall", point.Recall);
        }

        foreach (var query in system.Queries)
        {
            yield return ("query", query.Id, measure, query.Value);
        }
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static void Row(TextWriter writer, params ReadOnlySpan<string> cells)
    {
        for (int i = 0; i < cells.Length; i++)
        {
            writer.Write(i == 0 ? "" : ",");
            writer.Write(Cell(cells[i]));
        }

        writer.Write('\n');
    }

    // Spreadsheets take a cell that begins so for a formula, and would run it.
    private static string Cell(string text)
    {
        bool isFormula = text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r'
            && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
        string safe = isFormula ? $"'{text}" : text;
        return safe.AsSpan().ContainsAny(",\"\r\n") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
