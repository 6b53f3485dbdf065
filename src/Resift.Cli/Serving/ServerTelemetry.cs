using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Resift.AspNetCore;
using Resift.Retrieval;
using Resift.Sqlite;

namespace Resift.Cli;

/// <summary>Shows what is measured: to Prometheus, which asks, and by OTLP where a variable says to whom.</summary>
internal static class ServerTelemetry
{
    private const string Otlp = "OTEL_EXPORTER_OTLP";

    private static readonly string[] _signals = [Otlp, $"{Otlp}_METRICS", $"{Otlp}_TRACES"];

    // What OpenTelemetry's specification reads from the environment. Nothing else of it reaches the host.
    private static readonly string[] _variables =
    [
        .. _signals.SelectMany(signal => (string[])[$"{signal}_ENDPOINT", $"{signal}_HEADERS", $"{signal}_PROTOCOL", $"{signal}_TIMEOUT"]),
        "OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES", "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG", "OTEL_METRIC_EXPORT_INTERVAL",
        "OTEL_METRIC_EXPORT_TIMEOUT", "OTEL_BSP_SCHEDULE_DELAY", "OTEL_BSP_EXPORT_TIMEOUT", "OTEL_BSP_MAX_QUEUE_SIZE",
        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
    ];

    private static readonly string[] _sources = ["Resift", RetrievalTelemetry.SourceName, SqliteTelemetryNames.SourceName];

    private static readonly string[] _meters =
    [
        .. _sources, ResiftServerTelemetry.MeterName, LocalModelTelemetry.MeterName, ModelShelf.MeterName,
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime",
    ];

    public static void AddTo(WebApplicationBuilder builder, CliConsole console)
    {
        var set = _variables.Select(name => KeyValuePair.Create(name, console.Variable(name)))
            .Where(item => item.Value is not null).ToList();
        builder.Configuration.AddInMemoryCollection(set);
        bool exportsMetrics = set.Exists(item => item.Key is $"{Otlp}_ENDPOINT" or $"{Otlp}_METRICS_ENDPOINT");
        bool exportsTraces = set.Exists(item => item.Key is $"{Otlp}_ENDPOINT" or $"{Otlp}_TRACES_ENDPOINT");
        var prometheus = new PrometheusExporter();
        builder.Services.AddSingleton(prometheus);
        var telemetry = builder.Services.AddOpenTelemetry()
            // What the environment says of the service comes last, and wins.
            .ConfigureResource(resource => resource.AddService("resift").AddEnvironmentVariableDetector())
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(_meters).AddReader(new BaseExportingMetricReader(prometheus));
                if (exportsMetrics)
                {
                    metrics.AddOtlpExporter();
                }
            });
        if (exportsTraces)
        {
            telemetry.WithTracing(tracing => tracing.AddAspNetCoreInstrumentation().AddSource(_sources).AddOtlpExporter());
        }
    }

    /// <summary>Maps <c>/metrics</c>.</summary>
    /// <param name="app">The host.</param>
    /// <param name="isOpen">Whether anybody may read it; otherwise it asks for a key, as all paths do that say anything.</param>
    public static void Map(WebApplication app, bool isOpen)
    {
        var prometheus = app.Services.GetRequiredService<PrometheusExporter>();
        var metrics = app.MapGet("/metrics", (RequestDelegate)(context =>
        {
            context.Response.ContentType = PrometheusExporter.MediaType;
            return context.Response.WriteAsync(prometheus.Read(), context.RequestAborted);
        }));
        if (!isOpen)
        {
            metrics.RequireResiftAdmission(app.Services);
        }
    }
}
