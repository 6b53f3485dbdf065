using System.Diagnostics;
using System.Diagnostics.Metrics;
using Resift.Retrieval;

namespace Resift.Sqlite;

/// <summary>Starts the activities of operations and measures them; nothing is made while nobody listens.</summary>
internal static class SqliteTelemetry
{
    private static readonly ActivitySource _source = new(SqliteTelemetryNames.SourceName);
    private static readonly Meter _meter = new(SqliteTelemetryNames.SourceName);

    private static readonly Histogram<double> _duration = _meter.CreateHistogram(
        SqliteTelemetryNames.OperationDuration,
        "s",
        "How long an operation took.",
        advice: Buckets(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10));

    private static readonly Histogram<long> _rowsScanned = _meter.CreateHistogram<long>(
        SqliteTelemetryNames.RowsScanned, "{row}", "How many passages a search by meaning compared with the query.");

    private static readonly Counter<long> _documents = _meter.CreateCounter<long>(
        SqliteTelemetryNames.UpsertDocuments, "{document}", "How many documents upserts committed, or found unchanged.");

    private static readonly Counter<long> _passages = _meter.CreateCounter<long>(
        SqliteTelemetryNames.UpsertPassages, "{passage}", "How many passages upserts committed.");

    private static readonly UpDownCounter<long> _connections = _meter.CreateUpDownCounter<long>(
        SqliteTelemetryNames.ConnectionCount, "{connection}", "How many connections are in use.");

    private static readonly Histogram<double> _wait = _meter.CreateHistogram(
        SqliteTelemetryNames.ConnectionWaitTime,
        "s",
        "How long it took to get a connection.",
        advice: Buckets(0.0001, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10));

    /// <summary>Runs an operation.</summary>
    /// <param name="operation">Its name, of <see cref="SqliteTelemetryNames"/>.</param>
    /// <param name="collection">The collection that it is about.</param>
    /// <param name="run">Does it, and adds to its activity what is known at the end; it gets null if nobody listens.</param>
    /// <param name="retriever">Who searches; null where nobody does.</param>
    public static async Task<T> RunAsync<T>(string operation, string collection, Func<Activity?, Task<T>> run, string? retriever = null)
    {
        if (!_source.HasListeners() && !_duration.Enabled)
        {
            return await run(null).ConfigureAwait(false);
        }

        var tags = Tags(collection);
        tags.Add(SqliteTelemetryNames.Operation, operation);
        if (retriever is not null)
        {
            tags.Add(SqliteTelemetryNames.Retriever, retriever);
        }

        using var activity = _source.StartActivity($"{operation} {collection}", ActivityKind.Internal, parentContext: default, tags);
        long started = Stopwatch.GetTimestamp();
        try
        {
            return await run(activity).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            tags.Add(SqliteTelemetryNames.ErrorType, error.GetType().FullName);
            activity?.Fail(error);
            throw;
        }
        finally
        {
            _duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, tags);
        }
    }

    /// <summary>Records how much a scan looked at.</summary>
    public static void RecordScan(Activity? activity, string collection, long rows)
    {
        activity?.SetTag(SqliteTelemetryNames.RowsScanned, rows);
        if (_rowsScanned.Enabled)
        {
            _rowsScanned.Record(rows, Tags(collection));
        }
    }

    /// <summary>Records what an upsert has committed since it last told.</summary>
    public static void RecordUpsert(string collection, UpsertResult before, UpsertResult now)
    {
        Add(_documents, collection, "added", now.Added - before.Added);
        Add(_documents, collection, "updated", now.Updated - before.Updated);
        Add(_documents, collection, "unchanged", now.Unchanged - before.Unchanged);
        Add(_passages, collection, "embedded", now.PassagesEmbedded - before.PassagesEmbedded);
        Add(_passages, collection, "reused", now.PassagesReused - before.PassagesReused);
    }

    /// <summary>Records that a connection was lent.</summary>
    public static void RecordLent(string path, TimeSpan waited)
    {
        RecordUsed(path, 1);
        _wait.Record(waited.TotalSeconds, new KeyValuePair<string, object?>(SqliteTelemetryNames.Pool, path));
    }

    /// <summary>Records that a connection came back.</summary>
    public static void RecordReturned(string path) => RecordUsed(path, -1);

    private static void RecordUsed(string path, int change) => _connections.Add(
        change,
        new KeyValuePair<string, object?>(SqliteTelemetryNames.Pool, path),
        new KeyValuePair<string, object?>(SqliteTelemetryNames.ConnectionState, "used"));

    private static void Add(Counter<long> counter, string collection, string outcome, long count)
    {
        if (count > 0 && counter.Enabled)
        {
            var tags = Tags(collection);
            tags.Add(SqliteTelemetryNames.Outcome, outcome);
            counter.Add(count, tags);
        }
    }

    private static TagList Tags(string collection) =>
        new() { { SqliteTelemetryNames.System, "sqlite" }, { SqliteTelemetryNames.Collection, collection } };

    private static InstrumentAdvice<double> Buckets(params double[] boundaries) => new() { HistogramBucketBoundaries = boundaries };
}
