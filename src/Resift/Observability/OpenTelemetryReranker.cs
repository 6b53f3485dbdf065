using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Resift;

/// <summary>
/// Traces every call in a span and measures its duration and tokens, with the names of OpenTelemetry's GenAI conventions.
/// </summary>
/// <remarks>Those conventions are still in development: names and attributes may change in any release.</remarks>
public sealed class OpenTelemetryReranker : DelegatingReranker
{
    private readonly ActivitySource _activitySource;
    private readonly Meter _meter;
    private readonly Histogram<double> _operationDuration;
    private readonly Histogram<long> _tokenUsage;
    private readonly Counter<long> _pairs;
    private readonly Counter<long> _degraded;
    private readonly Counter<long> _cached;
    private readonly RerankerMetadata? _metadata;

    /// <summary>Wraps a reranker.</summary>
    /// <param name="innerReranker">The reranker that gets the calls; owned from now on.</param>
    /// <param name="sourceName">The name of the activity source and the meter; null for <c>Resift</c>.</param>
    public OpenTelemetryReranker(IReranker innerReranker, string? sourceName = null)
        : base(innerReranker)
    {
        string name = string.IsNullOrEmpty(sourceName) ? TelemetryNames.DefaultSource : sourceName;
        _metadata = innerReranker.GetService<RerankerMetadata>();
        _activitySource = new(name);
        _meter = new(name);
        _operationDuration = _meter.CreateHistogram(
            TelemetryNames.OperationDuration,
            TelemetryNames.OperationDurationUnit,
            "How long a call took.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = TelemetryNames.OperationDurationBuckets });
        _tokenUsage = _meter.CreateHistogram(
            TelemetryNames.TokenUsage,
            TelemetryNames.TokenUsageUnit,
            "How many tokens a call read.",
            advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = TelemetryNames.TokenUsageBuckets });
        _pairs = _meter.CreateCounter<long>(TelemetryNames.Pairs, TelemetryNames.PairsUnit, "How many pairs were scored.");
        _degraded = _meter.CreateCounter<long>(TelemetryNames.DegradedCalls, TelemetryNames.CallUnit, "How many answers were degraded.");
        _cached = _meter.CreateCounter<long>(
            TelemetryNames.CachedDocuments, TelemetryNames.DocumentUnit, "How many documents had their score from a cache.");
    }

    /// <summary>Gets or sets a value indicating whether spans carry the query and the documents. Off by default.</summary>
    public bool EnableSensitiveData { get; set; }

    // Whoever comes to listen during a call is heard from the next one on.
    private bool IsObserved => _activitySource.HasListeners() || _operationDuration.Enabled || _tokenUsage.Enabled || _pairs.Enabled ||
        _degraded.Enabled || _cached.Enabled;

    /// <inheritdoc />
    public override async Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(documents);
        if (!IsObserved)
        {
            return await base.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false);
        }

        var tags = RequestTags(options);
        using var activity = StartActivity(tags, query, documents, options);
        long started = Stopwatch.GetTimestamp();
        try
        {
            var response = await base.RerankAsync(query, documents, options, cancellationToken).ConfigureAwait(false);
            Record(activity, ref tags, response);
            return response;
        }
        catch (Exception error)
        {
            tags.Add(TelemetryNames.ErrorType, error.GetType().FullName);
            activity?.Fail(error);
            throw;
        }
        finally
        {
            _operationDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, tags);
        }
    }

    /// <inheritdoc />
    public override object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType == typeof(ActivitySource) ? _activitySource : base.GetService(serviceType, serviceKey);

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _activitySource.Dispose();
            _meter.Dispose();
        }

        base.Dispose(disposing);
    }

    private TagList RequestTags(RerankOptions? options)
    {
        var tags = new TagList { { TelemetryNames.OperationName, TelemetryNames.Rerank } };
        if (_metadata?.ProviderName is { } provider)
        {
            tags.Add(TelemetryNames.ProviderName, provider);
        }

        if ((options?.ModelId ?? _metadata?.DefaultModelId) is { } model)
        {
            tags.Add(TelemetryNames.RequestModel, model);
        }

        if (_metadata?.ProviderUri is { } uri)
        {
            tags.Add(TelemetryNames.ServerAddress, uri.Host);
            tags.Add(TelemetryNames.ServerPort, uri.Port);
        }

        return tags;
    }

    private Activity? StartActivity(TagList tags, string query, IReadOnlyList<string> documents, RerankOptions? options)
    {
        if (!_activitySource.HasListeners())
        {
            return null;
        }

        string? model = options?.ModelId ?? _metadata?.DefaultModelId;
        var activity = _activitySource.StartActivity(
            model is null ? TelemetryNames.Rerank : $"{TelemetryNames.Rerank} {model}",
            _metadata?.ProviderUri is null ? ActivityKind.Internal : ActivityKind.Client,
            parentContext: default,
            tags);
        activity?.SetTag(TelemetryNames.CandidateCount, documents.Count).SetTag(TelemetryNames.TopN, options?.TopN);
        if (EnableSensitiveData)
        {
            activity?.SetTag(TelemetryNames.Query, query).SetTag(TelemetryNames.Documents, documents.ToArray());
        }

        return activity;
    }

    private void Record(Activity? activity, ref TagList tags, RerankResponse response)
    {
        if (response.ModelId is { } model)
        {
            tags.Add(TelemetryNames.ResponseModel, model);
        }

        // SetTag with null leaves the attribute out, which is what the conventions want for what is unknown.
        activity?.SetTag(TelemetryNames.ResponseModel, response.ModelId)
            .SetTag(TelemetryNames.InputTokens, response.Usage?.InputTokens)
            .SetTag(TelemetryNames.TruncatedCount, response.Usage?.TruncatedDocuments.Count)
            .SetTag(TelemetryNames.SearchUnits, response.Usage?.SearchUnits)
            .SetTag(TelemetryNames.CachedCount, response.Usage is { CachedDocuments: > 0 and var cached } ? cached : null)
            .SetTag(TelemetryNames.Degraded, response.IsDegraded)
            .SetTag(TelemetryNames.DegradedReason, response.DegradedReason);
        _pairs.Add(response.Usage?.Pairs ?? 0, tags);
        _cached.Add(response.Usage?.CachedDocuments ?? 0, tags);
        if (response.IsDegraded)
        {
            _degraded.Add(1, tags);
        }

        if (response.Usage?.InputTokens is { } tokens)
        {
            var tokenTags = tags;
            tokenTags.Add(TelemetryNames.TokenType, TelemetryNames.InputTokenType);
            _tokenUsage.Record(tokens, tokenTags);
        }
    }
}

/// <content>Adds telemetry to a chain of rerankers.</content>
public static partial class RerankerBuilderExtensions
{
    /// <summary>Traces and measures every call to what lies inside.</summary>
    /// <param name="builder">The chain.</param>
    /// <param name="sourceName">The name of the activity source and the meter; null for <c>Resift</c>.</param>
    /// <param name="configure">Changes the telemetry's settings.</param>
    /// <returns>The same builder.</returns>
    public static RerankerBuilder UseOpenTelemetry(
        this RerankerBuilder builder,
        string? sourceName = null,
        Action<OpenTelemetryReranker>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use(inner =>
        {
            var reranker = new OpenTelemetryReranker(inner, sourceName);
            configure?.Invoke(reranker);
            return reranker;
        });
    }
}
