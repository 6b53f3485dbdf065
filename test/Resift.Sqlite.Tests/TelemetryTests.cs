using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Resift.Retrieval;
using static Resift.Sqlite.Tests.TemporaryIndex;

namespace Resift.Sqlite.Tests;

public sealed class TelemetryTests : IDisposable
{
    // Listeners hear every index of the process, and by its name a collection of their own.
    private readonly string _name = Guid.NewGuid().ToString();
    private readonly TemporaryIndex _index = new(new() { MaxConnections = 2 });
    private readonly ActivityListener _activities;
    private readonly MeterListener _meters = new();
    private readonly ConcurrentQueue<Activity> _spans = [];
    private readonly ConcurrentQueue<(string Name, double Value, Dictionary<string, object?> Tags)> _measurements = [];
    private bool? _startedOnPoolThread;

    public TelemetryTests()
    {
        _activities = new()
        {
            ShouldListenTo = source => source.Name == SqliteTelemetryNames.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => IsOurs(options.Tags!)
                ? ActivitySamplingResult.AllDataAndRecorded
                : ActivitySamplingResult.None,
            ActivityStarted = _ => _startedOnPoolThread = Thread.CurrentThread.IsThreadPoolThread,
            ActivityStopped = _spans.Enqueue,
        };
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == SqliteTelemetryNames.SourceName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument.Name, value, tags));
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument.Name, value, tags));
    }

    private SqliteCollection Collection => _index.Index.GetCollection(_name);

    public void Dispose()
    {
        _activities.Dispose();
        _meters.Dispose();
        _index.Dispose();
    }

    [Fact]
    public async Task Search_Dense_TellsWhatItLookedAtAndGave()
    {
        await UpsertAsync(Document("a", "the cat sat", "dogs bark"), Document("b", "the cat"));
        Listen();
        await Collection.CreateDense(_index.Embedder).RetrieveAsync("cat", new() { Candidates = 2 }, Token);

        var span = Assert.Single(_spans);
        Assert.Equal(($"search {_name}", ActivityKind.Internal), (span.DisplayName, span.Kind));
        Assert.Equal(
            new Dictionary<string, object?>
            {
                ["db.system.name"] = "sqlite",
                ["db.operation.name"] = "search",
                ["db.collection.name"] = _name,
                ["resift.sqlite.retriever"] = "dense",
                ["resift.sqlite.rows_scanned"] = 3L,
                ["db.response.returned_rows"] = 2,
            },
            span.TagObjects.ToDictionary());
        Assert.Equal("dense", Assert.Single(Of("db.client.operation.duration")).Tags["resift.sqlite.retriever"]);
        Assert.Equal(3, Assert.Single(Of("resift.sqlite.rows_scanned")).Value);
    }

    [Fact]
    public async Task Search_DenseWithAFilter_CountsOnlyWhatItAllows()
    {
        var tagged = Document("a", "the cat sat") with { Metadata = new Dictionary<string, string> { ["lang"] = "en" } };
        await UpsertAsync(tagged, Document("b", "the cat"));
        Listen();
        await Collection.CreateDense(_index.Embedder).RetrieveAsync("cat", new() { Filter = new(tagged.Metadata) }, Token);
        Assert.Equal(1, Assert.Single(Of("resift.sqlite.rows_scanned")).Value);
    }

    [Fact]
    public async Task Search_Lexical_HasASpanAndADuration()
    {
        await UpsertAsync(Document("a", "the cat sat"));
        Listen();
        await Collection.Lexical.RetrieveAsync("cat", null, Token);
        Assert.Equal(1, Assert.Single(_spans).GetTagItem("db.response.returned_rows"));
        Assert.Equal("bm25", Assert.Single(Of("db.client.operation.duration")).Tags["resift.sqlite.retriever"]);
    }

    [Fact]
    public async Task Upsert_Changes_AreCountedByWhatBecameOfThem()
    {
        await UpsertAsync(Document("a", "the cat sat", "dogs bark"), Document("b", "the cat"));
        Listen();
        await UpsertAsync(Document("a", "the cat sat", "dogs sleep"), Document("b", "the cat"), Document("c", "mice"));
        Assert.Equal([("added", 1), ("unchanged", 1), ("updated", 1)], Counts("resift.sqlite.upsert.documents"));
        Assert.Equal([("embedded", 2), ("reused", 1)], Counts("resift.sqlite.upsert.passages"));
        var span = Assert.Single(_spans);
        Assert.Equal((3L, 3L), (span.GetTagItem("resift.sqlite.upsert.documents"), span.GetTagItem("resift.sqlite.upsert.passages")));
    }

    [Fact]
    public async Task Operation_ThatFails_SaysBy()
    {
        Listen();
        var documents = new[] { Document("a", "the cat sat") }.ToAsyncEnumerable();
        var broken = new Testing.TestEmbeddingGenerator { GenerateAsyncCallback = (_, _, _) => throw new RerankerException("broken") };
        await Assert.ThrowsAsync<RerankerException>(() => Collection.UpsertAsync(documents, broken, null, Token));
        var span = Assert.Single(_spans);
        Assert.Equal((ActivityStatusCode.Error, "broken"), (span.Status, span.StatusDescription));
        Assert.Equal("Resift.RerankerException", span.GetTagItem("error.type"));
        Assert.Equal("Resift.RerankerException", Assert.Single(Of("db.client.operation.duration")).Tags["error.type"]);
    }

    [Fact]
    public async Task Deletion_OfDocumentsAndOfTheCollection_HaveSpans()
    {
        await UpsertAsync(Document("a", "the cat sat"));
        Listen();
        await Collection.DeleteAsync(["a"], Token);
        await _index.Index.DeleteCollectionAsync(_name, Token);
        Assert.Equal([$"delete {_name}", $"delete_collection {_name}"], _spans.Select(span => span.DisplayName));
    }

    [Fact]
    public async Task DeleteCollectionAsync_FromAnyThread_LeavesItsWorkToThePool()
    {
        await UpsertAsync(Document("a", "the cat sat"));
        Listen();
        Task<bool>? deletion = null;
        var caller = new Thread(() => deletion = _index.Index.DeleteCollectionAsync(_name, Token));
        caller.Start();
        caller.Join();
        Assert.True(await deletion!);
        Assert.True(_startedOnPoolThread);
    }

    [Fact]
    public async Task Connections_ManySearchesAtOnce_StayWithinTheirNumber()
    {
        await UpsertAsync(Document("a", [.. Enumerable.Range(0, 500).Select(i => $"cat {i}")]));
        Listen();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Collection.Lexical.RetrieveAsync("cat", null, Token)));
        int used = 0;
        var counts = _measurements.Where(item => item.Name == "db.client.connection.count")
            .Select(item => used += (int)item.Value)
            .ToArray();
        Assert.Equal((80, 0), (counts.Length, used));
        Assert.InRange(counts.Max(), 1, 2);
        Assert.Equal(40, _measurements.Count(item => item.Name == "db.client.connection.wait_time"));
    }

    [Fact]
    public async Task Operations_WhileNobodyListens_HaveNoActivity()
    {
        var seen = await SqliteTelemetry.RunAsync(
            SqliteTelemetryNames.Search, _name, activity => Task.FromResult((activity, Activity.Current)));
        Assert.Equal((null, null), seen);
    }

    private Task<UpsertResult> UpsertAsync(params IndexedDocument[] documents) =>
        Collection.UpsertAsync(documents.ToAsyncEnumerable(), _index.Embedder, null, Token);

    private void Listen()
    {
        ActivitySource.AddActivityListener(_activities);
        _meters.Start();
    }

    private (string Name, double Value, Dictionary<string, object?> Tags)[] Of(string name) =>
        [.. _measurements.Where(measurement => measurement.Name == name)];

    private (string, double)[] Counts(string name) =>
    [
        .. Of(name).GroupBy(item => (string)item.Tags["resift.sqlite.outcome"]!).Select(group => (group.Key, group.Sum(item => item.Value)))
            .OrderBy(count => count.Key, StringComparer.Ordinal),
    ];

    private void Keep(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (IsOurs(tags.ToArray()))
        {
            _measurements.Enqueue((name, value, tags.ToArray().ToDictionary()));
        }
    }

    private bool IsOurs(IEnumerable<KeyValuePair<string, object?>> tags) =>
        tags.Any(tag => tag.Value as string == _name || tag.Value as string == _index.FilePath);
}
