using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;

namespace Resift.Retrieval;

/// <summary>The span and the measurements of one search.</summary>
internal sealed class SearchTelemetry : IDisposable
{
    private static readonly Histogram<double> _duration = RetrievalTelemetry.Meter.CreateHistogram(
        "resift.search.duration",
        "s",
        "How long a search took.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = TelemetryNames.OperationDurationBuckets });

    private static readonly Histogram<double> _stageDuration = RetrievalTelemetry.Meter.CreateHistogram(
        "resift.search.stage.duration",
        "s",
        "How long a stage of a search took: a retriever, the fusion, a reranker, the cut.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = TelemetryNames.OperationDurationBuckets });

    private static readonly Histogram<long> _candidates = RetrievalTelemetry.Meter.CreateHistogram<long>(
        "resift.search.candidates", "{document}", "How many candidates the first stage found.");

    private static readonly Counter<long> _degraded = RetrievalTelemetry.Meter.CreateCounter<long>(
        "resift.search.degraded", "{search}", "How many searches were degraded.");

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Activity? _activity;
    private readonly string _source;
    private readonly SearchOptions _options;
    private SearchResponse? _response;
    private Exception? _error;

    public SearchTelemetry(string source, string query, SearchOptions options)
    {
        _source = source;
        _options = options;
        _activity = RetrievalTelemetry.Start(SearchNames.Search, source, SearchNames.DataSource);
        _activity?.SetTag(SearchNames.TopK, options.TopN)
            .SetTag(SearchNames.QueryText, options.EnableSensitiveData ? query : null);
    }

    public void Searched(SearchResponse response) => _response = response;

    public void Failed(Exception error) => _error = error;

    /// <summary>Ends the span and records what was measured.</summary>
    public void Dispose()
    {
        if (_activity is not null)
        {
            Describe(_activity);
            _activity.Dispose();
        }

        Measure();
    }

    private static string NameOf(SearchTier tier) => tier switch
    {
        SearchTier.Full => "full",
        SearchTier.Light => "light",
        _ => "first_stage_only",
    };

    private void Describe(Activity activity)
    {
        activity.SetTag(SearchNames.Tier, NameOf(_response?.Tier ?? _options.Tier));
        if (_error is not null)
        {
            activity.Fail(_error);
        }

        if (_response is { } response)
        {
            activity.SetTag(SearchNames.CandidateCount, response.CandidateCount)
                .SetTag(SearchNames.RerankedCount, response.RerankedCount)
                .SetTag(SearchNames.HitCount, response.Hits.Count)
                .SetTag(TelemetryNames.ResponseModel, response.ModelId)
                .SetTag(TelemetryNames.Degraded, response.IsDegraded)
                .SetTag(TelemetryNames.DegradedReason, response.DegradedReason)
                .SetTag(SearchNames.Documents, _options.EnableSensitiveData ? DocumentsAsJson(response) : null);
        }
    }

    private void Measure()
    {
        if (_duration.Enabled)
        {
            var tags = Tags(SearchNames.Tier, NameOf(_response?.Tier ?? _options.Tier));
            if (_error is not null)
            {
                tags.Add(TelemetryNames.ErrorType, _error.GetType().FullName);
            }

            _duration.Record(Stopwatch.GetElapsedTime(_start).TotalSeconds, tags);
        }

        if (_response is not { } response)
        {
            return;
        }

        if (_stageDuration.Enabled)
        {
            foreach (var (stage, elapsed) in response.Timings)
            {
                _stageDuration.Record(elapsed.TotalSeconds, Tags(SearchNames.Stage, stage));
            }
        }

        _candidates.Record(response.CandidateCount, new KeyValuePair<string, object?>(SearchNames.DataSource, _source));
        if (response.IsDegraded)
        {
            _degraded.Add(1, new KeyValuePair<string, object?>(SearchNames.DataSource, _source));
        }
    }

    private TagList Tags(string name, string value) => new() { { SearchNames.DataSource, _source }, { name, value } };

    // The conventions want objects with these two properties, as a JSON string where an attribute has no structure.
    private static string DocumentsAsJson(SearchResponse response)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var hit in response.Hits)
            {
                json.WriteStartObject();
                json.WriteString("id", hit.Document.Id);
                if (double.IsFinite(hit.Score))
                {
                    json.WriteNumber("score", hit.Score);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
