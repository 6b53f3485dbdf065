using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Resift.Tests.Composition;

/// <summary>What holds whichever layer stands around whichever: every ordered pair of them, and the stacks that the guides show.</summary>
public sealed class MiddlewareCompositionTests
{
    private const string Query = "cats";

    // Short and long ones, one twice, and two with what the redaction hides.
    private static readonly string[] _documents =
    [
        .. Enumerable.Range(0, 8).Select(i => $"Document {i} is short."),
        Long("alpha", 9), "Document 3 is short.", Long("beta", 6), "It is secret.", Long("secret", 7), Long("gamma", 12),
    ];

    private static readonly Dictionary<string, Action<RerankerBuilder, Chain>> _layers = new()
    {
        ["logging"] = static (builder, _) => builder.UseLogging(new CollectingLoggerFactory(LogLevel.Trace)),
        ["telemetry"] = static (builder, _) => builder.UseOpenTelemetry(),
        ["options"] = static (builder, _) => builder.UseOptions(options => options.Instruction ??= "Rank."),
        ["function"] = static (builder, _) => builder.Use(
            (query, documents, options, inner, token) => inner.RerankAsync(query, documents, options, token)),
        ["caching"] = static (builder, chain) => builder.UseCaching(chain.Cache),
        ["fallback"] = static (builder, chain) => builder.UseFallback([chain.Other], new() { OnFallback = chain.Failures.Add }),
        ["deadline"] = static (builder, chain) => builder.UseDeadline(chain.Deadline, new() { BatchSize = 3 }),
        ["hedging"] = static (builder, _) => builder.UseHedging(TimeSpan.FromMinutes(10)),
        ["rate limit"] = static (builder, _) => builder.UseConcurrencyLimit(8),
        ["budget"] = static (builder, _) => builder.UseBudget(1000),
        ["ensemble"] = static (builder, chain) => builder.UseEnsemble([new(chain.Add())], EnsembleMethod.MeanProbability),
        ["ranks"] = static (builder, chain) => builder.UseEnsemble([new(chain.Add())]),
        ["shadow"] = static (builder, _) => builder.UseShadow(new RecordingReranker(), static _ => { }),
        ["redaction"] = static (builder, _) => builder.UseRedaction(Redact),
        ["chunking"] = static (builder, _) => builder.UseChunking(new() { CountTokens = RecordingReranker.CountWords }),
        ["cascade"] = static (builder, chain) => builder.UseCascade(chain.Add(), new() { Keep = 6 }),
        ["cascade of all"] = static (builder, chain) => builder.UseCascade(chain.Add(), new() { Keep = 6, Rest = CascadeRest.RankBelow }),
        ["calibration"] = static (builder, _) => builder.UseCalibration(new PlattCalibration(1.5, -0.5)),
    };

    // As the guides show them: on middleware, on tiers with long documents, on selection.
    private static readonly string[][] _stacks =
    [
        ["telemetry", "logging", "fallback", "deadline", "caching", "rate limit", "redaction"],
        ["telemetry", "logging", "fallback", "deadline", "caching", "budget", "rate limit", "hedging", "redaction"],
        ["cascade", "chunking"],
        ["fallback", "cascade", "caching", "chunking"],
        ["deadline", "caching", "chunking"],
        ["cascade of all", "caching", "calibration"],
        ["logging", "fallback", "calibration", "caching", "redaction", "chunking"],
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string[] AllStacks { get; } =
    [
        .. from outer in _layers.Keys from inner in _layers.Keys where outer != inner select $"{outer} > {inner}",
        .. _stacks.Select(stack => string.Join(" > ", stack)),
    ];

    public static TheoryData<string> Stacks() => [.. AllStacks.Where(stack => Refusal(stack) is null)];

    public static TheoryData<string> StacksWithADeadline() =>
        [.. AllStacks.Where(stack => Refusal(stack) is null && stack.Contains("deadline", StringComparison.Ordinal))];

    public static TheoryData<string> StacksForListwise() => [.. AllStacks.Where(stack => Refusal(stack, isPointwise: false) is null)];

    public static TheoryData<string> RefusedStacks() => [.. AllStacks.Where(stack => Refusal(stack) is not null)];

    [Theory]
    [MemberData(nameof(RefusedStacks))]
    public async Task RerankAsync_LayersThatContradictEachOther_RefusedWithTheReason(string stack)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using var chain = Chain.Create(stack);
            await chain.RerankAsync();
        });
        Assert.True(error is ArgumentException or NotSupportedException, error.ToString());
        Assert.Contains(Refusal(stack)!, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task RerankAsync_AllIsWell_EveryDocumentOnceWithItsOwnWindowAndWhatItCost(string stack)
    {
        using var chain = Chain.Create(stack);
        var response = await chain.RerankAsync();

        Assert.Null(response.DegradedReason);
        chain.AssertWhole(response);
        AssertWindowsAreTheirDocuments(chain, response);
        Assert.Equal(chain.Pairs, response.Usage!.Pairs);
        Assert.Equal(10L * chain.Pairs, response.Usage.InputTokens);
        Assert.Equal(0.001m * chain.Pairs, response.Usage.EstimatedCost);
        chain.AssertNothingAskedTwice();

        int before = chain.Pairs;
        var again = await chain.RerankAsync();
        Assert.Equal(response.Results, again.Results);
        Assert.Equal(response.ScoreScale, again.ScoreScale);
        Assert.Equal(chain.Pairs - before, again.Usage!.Pairs);
        Assert.Equal(10L * (chain.Pairs - before), again.Usage.InputTokens);

        var best = await chain.RerankAsync(new() { TopN = 4 });
        Assert.Equal(response.Results.Take(4), best.Results);
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task RerankAsync_TheRerankerFails_AnotherAnswersMarkedOrTheCallFails(string stack)
    {
        using var chain = Chain.Create(stack);
        chain.Leaf.Weather = _ => Task.FromException(new RerankerException("It is broken.") { IsTransient = true });
        if (chain.Has("fallback") || chain.Has("ensemble") || chain.Has("ranks"))
        {
            var response = await chain.RerankAsync();
            Assert.Contains("It is broken.", response.DegradedReason, StringComparison.Ordinal);
            chain.AssertWhole(response);
            AssertWindowsAreTheirDocuments(chain, response);
            chain.AssertNothingAskedTwice();

            // What the first stage of a cascade consumed before the second failed is lost with the failure.
            if (!chain.Has("cascade") && !chain.Has("cascade of all"))
            {
                Assert.Equal(chain.Pairs, response.Usage!.Pairs);
            }

            return;
        }

        var error = await Assert.ThrowsAsync<RerankerException>(() => chain.RerankAsync());
        Assert.Equal("It is broken.", error.Message);
    }

    [Theory]
    [MemberData(nameof(StacksWithADeadline))]
    public async Task RerankAsync_TheRerankerHangsBehindADeadline_FallbackAskedOrTheCallFails(string stack)
    {
        using var chain = Chain.Create(stack, TimeSpan.FromMilliseconds(20));

        chain.Leaf.Weather = token => new TaskCompletionSource().Task.WaitAsync(token);
        if (chain.Has("fallback") && chain.IsAround("fallback", "deadline"))
        {
            var response = await chain.RerankAsync();
            Assert.Contains("No document was scored within 20 ms", response.DegradedReason, StringComparison.Ordinal);
            Assert.NotEmpty(chain.Other.Answered);
            Assert.NotEmpty(chain.Failures);
            chain.AssertWhole(response);
        }
        else if (chain.Has("ensemble") && chain.IsAround("ensemble", "deadline"))
        {
            Assert.Contains("No document was scored", (await chain.RerankAsync()).DegradedReason, StringComparison.Ordinal);
        }
        else if (chain.Has("ranks") && chain.IsAround("ranks", "deadline"))
        {
            Assert.Contains("No document was scored", (await chain.RerankAsync()).DegradedReason, StringComparison.Ordinal);
        }
        else
        {
            Assert.True((await Assert.ThrowsAsync<RerankerException>(() => chain.RerankAsync())).IsTransient);
        }
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task RerankAsync_CallerCancels_EndsAsCancelled(string stack)
    {
        using var chain = Chain.Create(stack);
        using var cancel = new CancellationTokenSource();
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        chain.Leaf.Weather = token =>
        {
            arrived.TrySetResult();
            return new TaskCompletionSource().Task.WaitAsync(token);
        };
        var call = chain.RerankAsync(cancellationToken: cancel.Token);
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(TimeSpan.FromSeconds(30), Cancellation));
    }

    [Theory]
    [MemberData(nameof(StacksForListwise))]
    public async Task RerankAsync_Listwise_ReadsAllDocumentsTogether(string stack)
    {
        using var chain = Chain.Create(stack, isPointwise: false);
        var response = await chain.RerankAsync();
        chain.AssertWhole(response);
        chain.AssertReadTogether();
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task RerankAsync_CallNamesAnotherModel_NotTreatedAsPointwise(string stack)
    {
        using var chain = Chain.Create(stack);
        try
        {
            chain.AssertWhole(await chain.RerankAsync(new() { ModelId = "another" }));
            chain.AssertReadTogether();
        }
        catch (NotSupportedException error)
        {
            Assert.True(chain.Has("chunking") || chain.Has("calibration"), error.Message);
            Assert.Contains("'another'", error.Message, StringComparison.Ordinal);
        }
    }

    // What of the reason stands in the message; null if the layers get along.
    private static string? Refusal(string stack, bool isPointwise = true)
    {
        string[] layers = stack.Split(" > ");
        bool Reads(string outer, params string[] inner) => inner.Any(layer => IsAround(layers, outer, layer));
        return layers.Contains("chunking") && (!isPointwise || Reads("chunking", "cascade", "cascade of all", "ranks")) ? "IsPointwise"
            : Reads("ensemble", "cascade of all", "ranks") ? "has no probabilities"
            : Reads("calibration", "cascade of all", "ranks") ? "cannot be calibrated"
            : null;
    }

    private static bool IsAround(string[] layers, string outer, string inner) => layers.Contains(outer) && layers.Contains(inner) &&
        Array.IndexOf(layers, outer) < Array.IndexOf(layers, inner);

    private static string Redact(string text) => text.Replace("secret", "[hidden word]", StringComparison.Ordinal);

    private static string Long(string word, int sentences) =>
        string.Join(" ", Enumerable.Range(0, sentences).Select(i => $"Sentence {i} about {word} ends here."));

    private static void AssertWindowsAreTheirDocuments(Chain chain, RerankResponse response)
    {
        foreach (var result in response.Results.Concat(response.Stages.SelectMany(stage => stage.Results)))
        {
            if (result.Window is var (start, length, windows))
            {
                string document = _documents[result.Index];
                Assert.InRange(start, 0, document.Length - length);
                Assert.InRange(windows, 2, document.Length);
                string text = document.Substring(start, length);
                Assert.Contains(chain.Has("redaction") ? Redact(text) : text, chain.TextsOfAll);
            }
        }

        // What is longer than a window has one, if the reranker that answered read in windows and the text is still the caller's.
        string[] others = ["fallback", "ensemble", "ranks", "cascade of all"];
        if (chain.Has("chunking") && !others.Any(chain.Has))
        {
            Assert.All(
                response.Results.Where(result => _documents[result.Index].StartsWith("Sentence", StringComparison.Ordinal)),
                result => Assert.Equal(
                    !chain.Has("redaction") || !_documents[result.Index].Contains("secret", StringComparison.Ordinal) ||
                        !chain.IsAround("redaction", "chunking"),
                    result.Window is not null));
        }
    }

    private sealed class Chain : IDisposable
    {
        private readonly string[] _stack;
        private readonly List<RecordingReranker> _added = [];
        private IReranker _reranker = null!;

        private Chain(string stack, TimeSpan deadline, bool isPointwise)
        {
            _stack = stack.Split(" > ");
            Deadline = deadline;
            Leaf = new(isPointwise);
        }

        public RecordingReranker Leaf { get; }

        public RecordingReranker Other { get; } = new();

        public TimeSpan Deadline { get; }

        public List<RerankerFailure> Failures { get; } = [];

        public IDistributedCache Cache { get; } = new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions()));

        public int Pairs => All.Sum(reranker => reranker.Pairs);

        public IEnumerable<string> TextsOfAll => All.SelectMany(reranker => reranker.Answered).SelectMany(texts => texts);

        private IEnumerable<RecordingReranker> All => [Leaf, Other, .. _added];

        public static Chain Create(string stack, TimeSpan? deadline = null, bool isPointwise = true)
        {
            var chain = new Chain(stack, deadline ?? TimeSpan.FromMinutes(10), isPointwise);
            var builder = chain.Leaf.AsBuilder();
            foreach (string layer in chain._stack)
            {
                _layers[layer](builder, chain);
            }

            chain._reranker = builder.Build();
            return chain;
        }

        /// <summary>Creates another reranker that counts, for a layer that asks one beside the innermost.</summary>
        public RecordingReranker Add()
        {
            _added.Add(new());
            return _added[^1];
        }

        public bool Has(string layer) => _stack.Contains(layer);

        public bool IsAround(string outer, string inner) => MiddlewareCompositionTests.IsAround(_stack, outer, inner);

        public Task<RerankResponse> RerankAsync(RerankOptions? options = null, CancellationToken? cancellationToken = null) =>
            _reranker.RerankAsync(Query, _documents, options, cancellationToken ?? Cancellation);

        public void AssertWhole(RerankResponse response)
        {
            int[] indices = [.. response.Results.Select(result => result.Index)];
            Assert.Equal(indices.Length, indices.Distinct().Count());
            Assert.All(indices, index => Assert.InRange(index, 0, _documents.Length - 1));

            // A cascade leaves the others out, unless somebody around it knows them too.
            string[] knowAll = ["ensemble", "ranks", "cascade of all"];
            bool leavesOut = Has("cascade") && !knowAll.Any(layer => IsAround(layer, "cascade"));
            Assert.Equal(leavesOut && (Other.Answered.IsEmpty || IsAround("cascade", "fallback")) ? 6 : _documents.Length, indices.Length);
        }

        public void AssertNothingAskedTwice()
        {
            // A text of the documents may be there twice, and so may its windows.
            foreach (var reranker in All)
            {
                foreach (var text in reranker.Answered.SelectMany(texts => texts).CountBy(text => text))
                {
                    int occurrences = _documents.Count(document => document.Contains(text.Key, StringComparison.Ordinal));
                    Assert.True(text.Value <= Math.Max(1, occurrences), $"'{text.Key}' was scored {text.Value} times.");
                }
            }
        }

        public void AssertReadTogether()
        {
            int expected = Has("cascade") || Has("cascade of all") ? 6 : _documents.Length;
            Assert.Equal(expected, Assert.Single(Leaf.Answered).Count);
        }

        public void Dispose() => _reranker.Dispose();
    }
}
