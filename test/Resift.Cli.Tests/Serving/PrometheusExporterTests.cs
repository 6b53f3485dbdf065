using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Resift.Cli.Tests.Serving;

/// <summary>How metrics are written for Prometheus.</summary>
public sealed class PrometheusExporterTests
{
    [Fact]
    public void Read_OfNamesUnitsAndLabels_WritesThemAsPrometheusHasThem()
    {
        using var meter = new Meter("prometheus.tests.a");
        using var other = new Meter("prometheus.tests.b");
        var exporter = new PrometheusExporter();
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter("prometheus.tests.*")
            .AddReader(new BaseExportingMetricReader(exporter)).Build();
        meter.CreateCounter<long>("my.count", "{thing}", "Lines\nand \\ here")
            .Add(3, new KeyValuePair<string, object?>("a.b", "\"x\"\n\\"));
        other.CreateCounter<long>("my.count", "{thing}", "another").Add(4);
        meter.CreateObservableGauge("my.level", () => 1.5, "By", "a level");
        var seconds = meter.CreateHistogram(
            "my.time", "s", "a time", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2] });
        seconds.Record(0.5);
        seconds.Record(1.5);
        seconds.Record(5);

        string text = exporter.Read();

        Assert.Equal("""
            # HELP my_count_total Lines\nand \\ here
            # TYPE my_count_total counter
            my_count_total{otel_scope_name="prometheus.tests.a",a_b="\"x\"\n\\"} 3
            my_count_total{otel_scope_name="prometheus.tests.b"} 4
            # HELP my_level_bytes a level
            # TYPE my_level_bytes gauge
            my_level_bytes{otel_scope_name="prometheus.tests.a"} 1.5
            # HELP my_time_seconds a time
            # TYPE my_time_seconds histogram
            my_time_seconds_bucket{otel_scope_name="prometheus.tests.a",le="1"} 1
            my_time_seconds_bucket{otel_scope_name="prometheus.tests.a",le="2"} 2
            my_time_seconds_bucket{otel_scope_name="prometheus.tests.a",le="+Inf"} 3
            my_time_seconds_sum{otel_scope_name="prometheus.tests.a"} 7
            my_time_seconds_count{otel_scope_name="prometheus.tests.a"} 3

            """, text);
        Assert.Equal(text, exporter.Read());
    }
}
