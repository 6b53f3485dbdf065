using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Resift.AspNetCore;

/// <summary>Measures requests, and adds what is known of them to the trace that ASP.NET Core keeps.</summary>
internal sealed class ServerMeter
{
    private const string OperationTag = "gen_ai.operation.name";
    private const string ModelTag = "gen_ai.request.model";
    private const string DialectTag = "resift.server.dialect";
    private const string ErrorTag = "error.type";

    // The boundaries that OpenTelemetry's conventions for GenAI advise for this metric.
    private static readonly double[] _seconds =
        [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

    private readonly Histogram<double> _duration;
    private readonly Counter<long> _documents;
    private readonly Counter<long> _tokens;

    public ServerMeter(IMeterFactory meters, WorkGate gate)
    {
        var meter = meters.Create(ResiftServerTelemetry.MeterName);
        _duration = meter.CreateHistogram(
            "gen_ai.server.request.duration", "s", "Time from a request's first byte to its answer.", tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = _seconds });
        _documents = meter.CreateCounter<long>(
            "resift.server.documents", "{document}", "Documents and texts of the requests that were answered.");
        _tokens = meter.CreateCounter<long>(
            "resift.server.tokens", "{token}", "Tokens that models read for the requests that were answered.");
        meter.CreateObservableUpDownCounter(
            "resift.server.active_requests", () => gate.Requests, "{request}", "Requests with a body that are under way.");
        meter.CreateObservableUpDownCounter(
            "resift.server.active_tokens", () => gate.Tokens, "{token}", "Tokens of the requests under way, as they were estimated.");
    }

    /// <summary>Takes note of a request that was answered, refused or given up.</summary>
    /// <param name="context">The request.</param>
    /// <param name="record">What is known of it.</param>
    /// <param name="dialect">The name of its dialect.</param>
    /// <param name="status">The status of the answer.</param>
    /// <param name="error">Why it was refused or failed; null if it was answered.</param>
    /// <param name="duration">How long it took.</param>
    public void Record(HttpContext context, RequestRecord record, string dialect, int status, string? error, TimeSpan duration)
    {
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } activity)
        {
            activity.SetTag(OperationTag, record.Operation).SetTag(ModelTag, record.Model).SetTag(DialectTag, dialect)
                .SetTag(ErrorTag, error).SetTag("gen_ai.usage.input_tokens", record.Tokens)
                .SetTag("resift.server.documents", record.Documents).SetTag("resift.server.key", record.Key)
                .SetTag("resift.server.request.id", record.RequestId);
        }

        if (record.Operation is null)
        {
            return;
        }

        var what = new TagList { { OperationTag, record.Operation }, { "gen_ai.provider.name", "resift" } };
        if (record.Model is not null)
        {
            what.Add(ModelTag, record.Model);
        }

        var how = what;
        how.Add(DialectTag, dialect);
        how.Add("http.response.status_code", status);
        if (error is not null)
        {
            how.Add(ErrorTag, error);
        }

        _duration.Record(duration.TotalSeconds, how);
        if (error is null)
        {
            if (record.Key is not null)
            {
                what.Add("resift.server.key", record.Key);
            }

            _documents.Add(record.Documents ?? 0, what);
            _tokens.Add(record.Tokens ?? 0, what);
        }
    }
}
