using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Resift.Cli;

/// <summary>
/// Writes metrics as Prometheus reads them: the text format 0.0.4, with names as OpenTelemetry's specification of the exporter makes them.
/// </summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusExporter : BaseExporter<Metric>, IPullMetricExporter
{
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly Lock _lock = new();
    private string _text = "";

    /// <summary>Gets or sets what collects all metrics and gives them to <see cref="Export"/>; the reader around this sets it.</summary>
    public Func<int, bool>? Collect { get; set; }

    /// <summary>Reads all metrics. Safe for concurrent use: one after the other reads.</summary>
    /// <returns>The text.</returns>
    public string Read()
    {
        lock (_lock)
        {
            _text = "";
            Collect?.Invoke(Timeout.Infinite);
            return _text;
        }
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        // Several meters may have a metric of one name, which has to be one family here.
        var families = new SortedDictionary<string, List<Metric>>(StringComparer.Ordinal);
        foreach (var metric in batch)
        {
            string name = NameOf(metric);
            if (!families.TryGetValue(name, out var family))
            {
                families[name] = family = [];
            }

            family.Add(metric);
        }

        var text = new StringBuilder();
        foreach (var (name, family) in families)
        {
            Write(text, name, family);
        }

        _text = text.ToString();
        return ExportResult.Success;
    }

    private static void Write(StringBuilder text, string name, List<Metric> family)
    {
        string type = TypeOf(family[0].MetricType);
        text.Append("# HELP ").Append(name).Append(' ').Append(Escape(family[0].Description, quote: false)).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        foreach (var metric in family.Where(metric => TypeOf(metric.MetricType) == type))
        {
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                string labels = Labels(metric, point);
                if (metric.MetricType is MetricType.Histogram)
                {
                    WriteHistogram(text, name, labels, point);
                }
                else
                {
                    WriteSample(text, name, labels, Text(metric.MetricType, point));
                }
            }
        }
    }

    private static void WriteHistogram(StringBuilder text, string name, string labels, in MetricPoint point)
    {
        long below = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            below += bucket.BucketCount;
            string bound = double.IsPositiveInfinity(bucket.ExplicitBound) ? "+Inf" : Text(bucket.ExplicitBound);
            WriteSample(text, $"{name}_bucket", $"{labels},le=\"{bound}\"", Text(below));
        }

        WriteSample(text, $"{name}_sum", labels, Text(point.GetHistogramSum()));
        WriteSample(text, $"{name}_count", labels, Text(point.GetHistogramCount()));
    }

    private static void WriteSample(StringBuilder text, string name, string labels, string value) =>
        text.Append(name).Append('{').Append(labels).Append("} ").Append(value).Append('\n');

    private static string Text(MetricType type, in MetricPoint point) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => Text(point.GetSumLong()),
        MetricType.LongGauge => Text(point.GetGaugeLastValueLong()),
        MetricType.DoubleGauge => Text(point.GetGaugeLastValueDouble()),
        _ => Text(point.GetSumDouble()),
    };

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Labels(Metric metric, in MetricPoint point)
    {
        var labels = new StringBuilder().Append("otel_scope_name=\"").Append(Escape(metric.MeterName, quote: true)).Append('"');
        foreach (var tag in point.Tags)
        {
            string value = Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? "";
            labels.Append(',').Append(Clean(tag.Key)).Append("=\"").Append(Escape(value, quote: true)).Append('"');
        }

        return labels.ToString();
    }

    private static string TypeOf(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.Histogram => "histogram",
        _ => "gauge",
    };

    private static string NameOf(Metric metric)
    {
        string name = Clean(metric.Name);
        string unit = UnitOf(metric.Unit);
        if (unit.Length > 0 && !name.EndsWith($"_{unit}", StringComparison.Ordinal))
        {
            name = $"{name}_{unit}";
        }

        return TypeOf(metric.MetricType) is "counter" && !name.EndsWith("_total", StringComparison.Ordinal) ? $"{name}_total" : name;
    }

    // What is counted, which OpenTelemetry has in braces, is no unit here.
    private static string UnitOf(string unit) => unit switch
    {
        "s" => "seconds",
        "ms" => "milliseconds",
        "By" => "bytes",
        "1" or "" => "",
        ['{', ..] => "",
        _ => Clean(unit),
    };

    private static string Clean(string name) => string.Concat(
        name.Select((letter, index) => char.IsAsciiLetter(letter) || (index > 0 && char.IsAsciiDigit(letter)) ? letter : '_'));

    private static string Escape(string text, bool quote)
    {
        text = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quote ? text.Replace("\"", "\\\"", StringComparison.Ordinal) : text;
    }
}
