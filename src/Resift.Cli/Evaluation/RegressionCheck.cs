using System.Globalization;
using System.Text.Json;
using System.Xml;

namespace Resift.Cli;

/// <summary>Whether a system is worse than it may be.</summary>
/// <param name="Name">The set, the first stage and the system.</param>
/// <param name="Failure">What is wrong, as a sentence; null if nothing is.</param>
internal sealed record CheckedSystem(string Name, string? Failure);

/// <summary>Holds a report against an older one, or systems against their first stage, for a CI job that fails on a drop.</summary>
internal static class RegressionCheck
{
    // What a sum of other order may differ by.
    private const double Rounding = 1e-12;

    /// <summary>Checks every system.</summary>
    /// <param name="report">The report.</param>
    /// <param name="baseline">The older report; null to compare what is reranked with its first stage.</param>
    /// <param name="maxDrop">By how much the deciding measure may drop.</param>
    /// <exception cref="InvalidDataException">The older report decides by another measure.</exception>
    public static IReadOnlyList<CheckedSystem> Check(EvaluationReport report, EvaluationReport? baseline, double maxDrop)
    {
        if (baseline is not null && baseline.Measure != report.Measure)
        {
            throw new InvalidDataException($"The baseline is about {baseline.Measure}, and this evaluation about {report.Measure}; " +
                "evaluate both by the same measure.");
        }

        var before = baseline is null ? null : Flatten(baseline).ToDictionary(entry => entry.Name, entry => entry.System.Mean);
        var systems = Flatten(report);
        return before is null
            ? [.. systems.Where(entry => entry.System != entry.Stage.Base)
                .Select(entry => CheckOne(entry.Name, entry.System.Mean, entry.Stage.Base.Mean, "the first stage"))]
            : [.. systems.Select(entry => before.TryGetValue(entry.Name, out double mean)
                ? CheckOne(entry.Name, entry.System.Mean, mean, "the baseline")
                : new(entry.Name, "The baseline has no such system."))];

        CheckedSystem CheckOne(string name, double now, double then, string what) => new(name, then - now <= maxDrop + Rounding
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{report.Measure} is {now:F4}, {then - now:F4} below {what}'s {then:F4}; at most {maxDrop:0.####} was allowed."));
    }

    /// <summary>Reads an older report.</summary>
    /// <exception cref="InvalidDataException">The file is none.</exception>
    public static async Task<EvaluationReport> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        try
        {
            return await JsonSerializer.DeserializeAsync(file, EvaluationJsonContext.Default.EvaluationReport, cancellationToken)
                is { Version: 1 } report
                    ? report
                    : throw new InvalidDataException(
                        $"{path} is no report of this version; one that resift eval --json wrote was expected.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path} is no report that resift eval --json wrote: {exception.Message}", exception);
        }
    }

    /// <summary>Writes the checks in JUnit's XML, which CI systems show.</summary>
    public static void WriteJUnit(IReadOnlyList<CheckedSystem> checks, TextWriter writer)
    {
        using var xml = XmlWriter.Create(writer, new() { Indent = true, CheckCharacters = false, OmitXmlDeclaration = true });
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", "resift eval");
        xml.WriteAttributeString("tests", checks.Count.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("failures", checks.Count(check => check.Failure is not null).ToString(CultureInfo.InvariantCulture));
        foreach (var (name, failure) in checks)
        {
            xml.WriteStartElement("testcase");
            xml.WriteAttributeString("classname", "resift.eval");
            xml.WriteAttributeString("name", Printable.OneLine(name));
            if (failure is not null)
            {
                xml.WriteStartElement("failure");
                xml.WriteAttributeString("message", failure);
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static IEnumerable<(string Name, StageReport Stage, SystemReport System)> Flatten(EvaluationReport report) =>
        from set in report.Sets
        from stage in set.Stages
        from system in stage.All
        select ($"{set.Name}, {stage.Name}{(system == stage.Base ? "" : $", {system.Name}")}", stage, system);
}
