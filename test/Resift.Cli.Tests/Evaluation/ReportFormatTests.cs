using System.Text.Json;
using System.Xml.Linq;

namespace Resift.Cli.Tests.Evaluation;

public sealed class ReportFormatTests
{
    private readonly EvaluationReport _report = SampleReport.Create();

    [Fact]
    public void Json_ReadBack_IsTheSameReport()
    {
        string json = JsonSerializer.Serialize(_report, EvaluationJsonContext.Default.EvaluationReport);

        var again = JsonSerializer.Deserialize(json, EvaluationJsonContext.Default.EvaluationReport)!;

        Assert.Equal(json, JsonSerializer.Serialize(again, EvaluationJsonContext.Default.EvaluationReport));
        Assert.Contains("\"first_stage_weight\": 0.4", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_Rows_HaveTheColumnsOfTheHeadAndNoFormula()
    {
        var first = _report.Sets[0].Stages[0].Base with { Name = "@SUM(A1)", Queries = [] };
        var stage = new StageReport("=1+1", [new(10, 0.5, 0.6)], first, []);
        string csv = Written(writer => CsvReport.Write(new() { Measure = "nDCG@10", Sets = [new("a, \"b\"", 1, 1, [stage])] }, writer));

        string[] lines = csv.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("set,first_stage,system,kind,key,name,value", lines[0]);
        Assert.Equal("\"a, \"\"b\"\"\",'=1+1,,ceiling,10,recall,0.5", lines[1]);
        Assert.Contains("\"a, \"\"b\"\"\",'=1+1,'@SUM(A1),quality,nDCG@10,mean,0.66", lines);
        Assert.All(lines.Skip(1), line => Assert.Equal(6, line[11..].Count(c => c == ',') + 1));
    }

    [Fact]
    public void Markdown_HostileTexts_StayInTheirCells()
    {
        string markdown = Written(writer => MarkdownReport.Write(_report, writer));

        // Between backticks, markup is text.
        Assert.DoesNotContain("<script>", string.Concat(markdown.Split('`').Where((_, i) => i % 2 == 0)), StringComparison.Ordinal);
        Assert.Contains("| lexical | light | 0.710 |", markdown, StringComparison.Ordinal);
        Assert.Contains("- **full over hybrid: hurts.**", markdown, StringComparison.Ordinal);
        Assert.Contains("Query q2 (-0.700): A relevant document fell from 1 to 14.", markdown, StringComparison.Ordinal);
        var rows = markdown.Split('\n').Where(line => line.StartsWith('|')).ToArray();
        Assert.Single(rows.Select(row => row.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|')).Distinct());
    }

    [Fact]
    public void JUnit_HostileNames_AreWellFormed()
    {
        var checks = RegressionCheck.Check(_report, baseline: null, maxDrop: 0.001);

        var suite = XDocument.Parse(Written(writer => RegressionCheck.WriteJUnit(checks, writer))).Root!;

        Assert.Equal(checks.Count, suite.Elements("testcase").Count());
        Assert.Equal(3, suite.Descendants("failure").Count());
        string message = suite.Descendants("failure").First().Attribute("message")!.Value;
        Assert.Contains("below the first stage's", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_SystemThatTheBaselineLacks_Fails()
    {
        var less = _report with { Sets = [_report.Sets[0] with { Stages = [_report.Sets[0].Stages[0]] }] };

        Assert.Contains(RegressionCheck.Check(_report, less, 1), check => check.Failure == "The baseline has no such system.");
        Assert.DoesNotContain(RegressionCheck.Check(less, _report, 0), check => check.Failure is not null);
        Assert.Throws<InvalidDataException>(() => RegressionCheck.Check(_report with { Measure = "RR@10" }, less, 1));
    }

    [Theory]
    [InlineData(0, 1, new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 })]
    [InlineData(0.61, 0.78, new[] { 0.65, 0.7, 0.75 })]
    [InlineData(-3, 4, new double[] { -2, 0, 2, 4 })]
    public void Ticks_OfARange_AreRoundNumbersInIt(double low, double high, double[] expected) =>
        Assert.Equal(expected, Figures.Ticks(low, high).Select(tick => Math.Round(tick, 9)));

    private static string Written(Action<TextWriter> write)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        write(writer);
        return writer.ToString();
    }
}
