using System.Diagnostics;
using Microsoft.Extensions.AI;
using Resift.Tests;

namespace Resift.Retrieval.Tests;

/// <summary>
/// What a search and an answer tell. The source is one for the process, so each test looks only at what stands under its own span, and at
/// measurements of a retriever with a name of its own.
/// </summary>
public sealed class RetrievalTelemetryTests : IDisposable
{
    private const string TestsName = "Resift.Retrieval.Tests";

    private static readonly ActivitySource _tests = new(TestsName);

    private readonly TelemetryRecorder _recorder = new(RetrievalTelemetry.SourceName);
    private readonly ActivityListener _listener = new()
    {
        ShouldListenTo = source => source.Name == TestsName,
        Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
    };

    private readonly Activity _root;
    private readonly string _source = $"source-{Guid.NewGuid():N}";

    public RetrievalTelemetryTests()
    {
        ActivitySource.AddActivityListener(_listener);
        _root = _tests.StartActivity("test")!;
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _root.Dispose();
        _listener.Dispose();
        _recorder.Dispose();
    }

    [Fact]
    public async Task SearchAsync_TwoStages_SpansUnderOneAnotherWithTheirNumbers()
    {
        await new TwoStageRetriever(Hybrid(), RagSetup.Equal).SearchAsync("q", new() { TopN = 2, Candidates = 10 }, Cancellation);

        var search = Span("search fused");
        Assert.Equal(_root.SpanId, search.ParentSpanId);
        Assert.Equal(ActivityKind.Internal, search.Kind);
        AssertTags(search, new()
        {
            ["gen_ai.operation.name"] = "search",
            ["gen_ai.data_source.id"] = "fused",
            ["gen_ai.retrieval.top_k"] = 2,
            ["resift.search.tier"] = "full",
            ["resift.search.candidate.count"] = 3,
            ["resift.search.reranked.count"] = 3,
            ["resift.search.hit.count"] = 2,
            ["resift.degraded"] = false,
        });
        var retrieval = Span("retrieval fused");
        Assert.Equal(search.SpanId, retrieval.ParentSpanId);
        var part = Span($"retrieval {_source}");
        Assert.Equal(retrieval.SpanId, part.ParentSpanId);
        AssertTags(part, new()
        {
            ["gen_ai.operation.name"] = "retrieval",
            ["gen_ai.data_source.id"] = _source,
            ["gen_ai.retrieval.top_k"] = 10,
            ["resift.search.candidate.count"] = 3,
            ["gen_ai.usage.input_tokens"] = 7L,
            ["resift.degraded"] = false,
        });
        Assert.Equal(retrieval.SpanId, Span("search fuse").ParentSpanId);
        var rerank = Span("search rerank");
        Assert.Equal(search.SpanId, rerank.ParentSpanId);
        Assert.Equal(3, rerank.GetTagItem("resift.search.read.count"));
    }

    [Fact]
    public async Task SearchAsync_AtStart_TheSamplerSeesWhatIsSearched()
    {
        await new TwoStageRetriever(Retriever()).SearchAsync("q", cancellationToken: Cancellation);

        Assert.Contains(_recorder.SampledTags, tags =>
            Equals(tags.GetValueOrDefault("gen_ai.operation.name"), "search") &&
            Equals(tags.GetValueOrDefault("gen_ai.data_source.id"), _source));
    }

    [Fact]
    public async Task SearchAsync_Measurements_DurationsOfSearchAndStagesAndCandidates()
    {
        var response = await new TwoStageRetriever(Retriever(), RagSetup.Equal).SearchAsync("q", cancellationToken: Cancellation);

        Assert.Equal("full", Assert.Single(Measured("resift.search.duration")).Tags["resift.search.tier"]);
        var stages = Measured("resift.search.stage.duration");
        Assert.Equal(["retrieve", "rerank", "select"], stages.Select(stage => stage.Tags["resift.search.stage"]));
        Assert.Equal(response.Timings.Select(timing => timing.Elapsed.TotalSeconds), stages.Select(stage => stage.Value));
        Assert.Equal(3, Assert.Single(Measured("resift.search.candidates")).Value);
        Assert.Empty(Measured("resift.search.degraded"));
    }

    [Fact]
    public async Task SearchAsync_Degraded_CountedAndReasoned()
    {
        using var reranker = Rerankers.Failing(new HttpRequestException("down"));

        var response = await new TwoStageRetriever(Retriever(), reranker).SearchAsync("q", cancellationToken: Cancellation);

        Assert.Equal(1, Assert.Single(Measured("resift.search.degraded")).Value);
        Assert.Equal("first_stage_only", Assert.Single(Measured("resift.search.duration")).Tags["resift.search.tier"]);
        var search = Span($"search {_source}");
        Assert.Equal(true, search.GetTagItem("resift.degraded"));
        Assert.Equal(response.DegradedReason, search.GetTagItem("resift.degraded.reason"));
        Assert.Contains("down", (string)Span("search rerank").GetTagItem("resift.degraded.reason")!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SearchAsync_Fails_ErrorOnEverySpanAndMeasurement()
    {
        var retriever = new ScriptedRetriever((_, _) => throw new HttpRequestException("no route")) { Name = _source };

        await Assert.ThrowsAsync<HttpRequestException>(
            () => new TwoStageRetriever(retriever).SearchAsync("q", cancellationToken: Cancellation));

        foreach (var span in new[] { Span($"search {_source}"), Span($"retrieval {_source}") })
        {
            Assert.Equal((ActivityStatusCode.Error, "no route"), (span.Status, span.StatusDescription));
            Assert.Equal("System.Net.Http.HttpRequestException", span.GetTagItem("error.type"));
        }

        Assert.Equal("System.Net.Http.HttpRequestException", Assert.Single(Measured("resift.search.duration")).Tags["error.type"]);
    }

    [Fact]
    public async Task SearchAsync_RerankerRefuses_ErrorOnItsStage()
    {
        using var reranker = Rerankers.Failing(new NotSupportedException("no instructions"));

        await Assert.ThrowsAsync<NotSupportedException>(
            () => new TwoStageRetriever(Retriever(), reranker).SearchAsync("q", cancellationToken: Cancellation));

        Assert.Equal("System.NotSupportedException", Span("search rerank").GetTagItem("error.type"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SearchAsync_QueryAndDocuments_OnlyWhereAllowed(bool allowed)
    {
        var options = new SearchOptions { EnableSensitiveData = allowed, TopN = 1 };

        await new TwoStageRetriever(Retriever()).SearchAsync("secret words", options, Cancellation);

        var search = Span($"search {_source}");
        Assert.Equal(allowed ? "secret words" : null, search.GetTagItem("gen_ai.retrieval.query.text"));
        Assert.Equal(allowed ? """[{"id":"a","score":10}]""" : null, search.GetTagItem("gen_ai.retrieval.documents"));
    }

    [Fact]
    public async Task SearchAsync_NobodyListens_NoSpan()
    {
        _recorder.Dispose();

        Activity? seen = null;
        var retriever = new ScriptedRetriever((_, _) =>
        {
            seen = Activity.Current;
            return Task.FromResult(new RetrievalResponse([]));
        });
        await new TwoStageRetriever(retriever).SearchAsync("q", cancellationToken: Cancellation);

        Assert.Same(_root, seen);
    }

    [Fact]
    public async Task AskAsync_Answer_SpanAroundSearchAndModel()
    {
        Activity? chat = null;
        using var client = Chat("Two [1], or three [9].", current => chat = current);
        var rag = new RagPipeline(new TwoStageRetriever(Retriever(), RagSetup.Equal), client);

        await rag.AskAsync("secret question", cancellationToken: Cancellation);

        var answer = Span("invoke_workflow rag");
        Assert.Equal(answer.SpanId, Span($"search {_source}").ParentSpanId);
        Assert.Equal(answer.SpanId, chat!.SpanId);
        AssertTags(answer, new()
        {
            ["gen_ai.operation.name"] = "invoke_workflow",
            ["gen_ai.agent.name"] = "rag",
            ["resift.answer.model_called"] = true,
            ["resift.answer.passage.count"] = 3,
            ["resift.answer.left_out.count"] = 0,
            ["resift.answer.citation.count"] = 1,
            ["resift.answer.invalid_citation.count"] = 1,
            ["resift.degraded"] = false,
        });
        Assert.Null(answer.GetTagItem("gen_ai.retrieval.query.text"));
        Assert.Contains(_recorder.Measurements, measurement =>
            measurement.Name == "resift.answer.duration" && Equals(measurement.Tags.GetValueOrDefault("resift.answer.model_called"), true));
        Assert.Contains(_recorder.Measurements, measurement => measurement.Name == "resift.answer.invalid_citations");
    }

    [Fact]
    public async Task AskStreamingAsync_CallersOwnSpansBetweenParts_ModelStaysWithinTheAnswer()
    {
        List<Activity?> chat = [];
        using var client = Chat("Two moons [1].", chat.Add);
        var rag = new RagPipeline(new TwoStageRetriever(Retriever(), RagSetup.Equal), client);

        await foreach (var update in rag.AskStreamingAsync("q", cancellationToken: Cancellation))
        {
            Assert.Same(_root, Activity.Current);
            using var own = _tests.StartActivity("between");
        }

        var answer = Span("invoke_workflow rag");
        Assert.NotEmpty(chat);
        Assert.All(chat, current => Assert.Equal(answer.SpanId, current!.SpanId));
        Assert.Equal(1, answer.GetTagItem("resift.answer.citation.count"));
    }

    [Fact]
    public async Task AskStreamingAsync_ModelFails_ErrorOnTheSpan()
    {
        using var client = ScriptedChatClient.Failing(new HttpRequestException("gone"));
        var rag = new RagPipeline(new TwoStageRetriever(Retriever(), RagSetup.Equal), client);

        await Assert.ThrowsAsync<HttpRequestException>(async () =>
        {
            await foreach (var update in rag.AskStreamingAsync("q", cancellationToken: Cancellation))
            {
                Assert.Null(update.Answer);
            }
        });

        Assert.Equal("System.Net.Http.HttpRequestException", Span("invoke_workflow rag").GetTagItem("error.type"));
    }

    private static ScriptedChatClient Chat(string text, Action<Activity?> asked)
    {
        var inner = new ScriptedChatClient(text);
        return new(cancellationToken =>
        {
            return Noted();

            async IAsyncEnumerable<ChatResponseUpdate> Noted()
            {
                await foreach (var update in inner.GetStreamingResponseAsync([], null, cancellationToken))
                {
                    asked(Activity.Current);
                    yield return update;
                }
            }
        });
    }

    private static void AssertTags(Activity span, Dictionary<string, object?> expected)
    {
        foreach (var (key, value) in expected)
        {
            Assert.Equal((key, value), (key, span.GetTagItem(key)));
        }
    }

    private ScriptedRetriever Retriever()
    {
        var candidates = "abc".Select((letter, i) => ScriptedRetriever.Candidate($"{letter}", 10 - i));
        var found = new RetrievalResponse([.. candidates]) { Usage = new() { InputTokenCount = 7 } };
        return new(found) { Name = _source };
    }

    private HybridRetriever Hybrid() => new([Retriever()]);

    private Activity Span(string name) => Assert.Single(_recorder.Spans, span => span.TraceId == _root.TraceId && span.DisplayName == name);

    private Measurement[] Measured(string name) =>
        [.. _recorder.Measurements.Where(measurement =>
            measurement.Name == name && Equals(measurement.Tags.GetValueOrDefault("gen_ai.data_source.id"), _source))];
}
