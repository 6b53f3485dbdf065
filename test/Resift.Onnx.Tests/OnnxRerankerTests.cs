using Resift.Local.Tokenization;

namespace Resift.Onnx.Tests;

public sealed class OnnxRerankerTests : IDisposable
{
    private const string Query = "cats";
    private const double Tolerance = 1e-5;

    private static readonly string[] _documents =
    [
        "a cat", "", "cats sleep for most of the day and of the night", "dog", "dog", "what do cats do",
        string.Join(' ', Enumerable.Repeat("z", 300)),
    ];

    private static readonly OnnxModelOptions _oneRun = new() { ConcurrentRuns = 1 };

    private readonly TinyFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 20)]
    [InlineData(true, 1_000)]
    public async Task RerankAsync_AnyBatches_ScoresInTheOrderOfDocuments(bool padsLeft, int batchTokens)
    {
        var graph = new TinyGraph { AddsTypes = true, AddsPositions = true, IsInt32 = padsLeft };
        _folder.Write("tokenizer_config.json", $$"""{"padding_side": "{{(padsLeft ? "left" : "right")}}"}""");
        using var reranker = OnnxReranker.Load(_folder.With(graph), new() { BatchTokens = batchTokens, Threads = 1, ConcurrentRuns = 2 });

        var scores = await ScoresAsync(reranker, _documents);

        Assert.Equal(ScoreScale.Probability, reranker.GetService<RerankerMetadata>()!.ScoreScale);
        for (int i = 0; i < _documents.Length; i++)
        {
            var pair = _folder.Pair(Query, _documents[i]);
            double expected = pair.Ids.Select((id, position) =>
                graph.Table(id, 0) + position + (position >= pair.FirstSegmentLength ? 1.0 : 0)).Sum();
            Assert.Equal(Sigmoid(expected), scores[i], Tolerance);
        }
    }

    [Fact]
    public async Task RerankAsync_TokenizerWithoutTypes_AllHaveTheFirst()
    {
        var graph = new TinyGraph { AddsTypes = true };
        _folder.Write("tokenizer_config.json", """{"model_input_names": ["input_ids", "attention_mask"]}""");
        using var reranker = OnnxReranker.Load(_folder.With(graph));

        Assert.Equal(Sigmoid(Sum(graph, 0, _documents[0])), (await ScoresAsync(reranker, [_documents[0]]))[0], Tolerance);
    }

    [Fact]
    public async Task RerankAsync_HalfPrecision_Widened()
    {
        var graph = new TinyGraph { IsHalf = true };
        using var reranker = OnnxReranker.Load(_folder.With(graph));

        Assert.Equal(Sigmoid(Sum(graph, 0, _documents[0])), (await ScoresAsync(reranker, [_documents[0]]))[0], 1e-3);
    }

    [Fact]
    public async Task RerankAsync_SeveralLabels_TheOddsOfTheRelevantOne()
    {
        var graph = new TinyGraph { Width = 3, Output = "scores" };
        _folder.Write("config.json", """{"id2label": {"0": "contradiction", "1": "entailment", "2": "neutral"}}""");
        using var reranker = OnnxReranker.Load(_folder.With(graph));
        using var other = OnnxReranker.Load(_folder.Path, new() { RelevantLabel = "neutral" });

        double[] powers = [.. Enumerable.Range(0, 3).Select(label => Math.Exp(Sum(graph, label, _documents[0])))];
        Assert.Equal(powers[1] / powers.Sum(), (await ScoresAsync(reranker, [_documents[0]]))[0], Tolerance);
        Assert.Equal(powers[2] / powers.Sum(), (await ScoresAsync(other, [_documents[0]]))[0], Tolerance);
        Assert.Equal("entailment", reranker.GetService<OnnxModelInfo>()!.RelevantLabel);
        Assert.NotEqual(reranker.GetService<ModelFingerprint>(), other.GetService<ModelFingerprint>());
    }

    [Theory]
    [InlineData("""{"sentence_transformers": {"activation_fn": "torch.nn.modules.linear.Identity"}}""", null, 1, 0, ScoreScale.Logit)]
    [InlineData("{}", """{"version": 1, "kind": "platt", "slope": 2, "intercept": 0.5}""", 2, 0.5, ScoreScale.Probability)]
    public async Task RerankAsync_ActivationOrCalibration_OnItsScale(
        string config, string? calibration, double slope, double intercept, ScoreScale scale)
    {
        var graph = new TinyGraph();
        _folder.Write("config.json", config);
        if (calibration is not null)
        {
            _folder.Write(LocalCalibration.FileName, calibration);
        }

        using var reranker = OnnxReranker.Load(_folder.With(graph));
        double logit = (slope * Sum(graph, 0, _documents[0])) + intercept;

        Assert.Equal(scale, reranker.GetService<OnnxModelInfo>()!.ScoreScale);
        Assert.Equal(
            scale == ScoreScale.Logit ? logit : Sigmoid(logit), (await ScoresAsync(reranker, [_documents[0]]))[0], Tolerance);
    }

    [Fact]
    public async Task RerankAsync_TooLongDocument_CutAndCounted()
    {
        using var reranker = OnnxReranker.Load(_folder.With(new()), new() { MaxTokens = 16 });
        var response = await reranker.RerankAsync(Query, _documents, cancellationToken: Cancellation);

        var pairs = _documents.Select(document => _folder.Pair(Query, document, 16)).ToArray();
        Assert.Equal(pairs.Sum(pair => pair.Length), response.Usage!.InputTokens);
        Assert.Equal([2, 5, 6], response.Usage.TruncatedDocuments!.Select(cut => cut.Index));
        await Assert.ThrowsAsync<ArgumentException>(() =>
            reranker.RerankAsync(Query, _documents, new() { Truncation = TruncationPolicy.Error }, Cancellation));
    }

    [Fact]
    public async Task RerankAsync_NaN_NamesTheDocument()
    {
        int letter = _folder.Pair("a", "q").Ids[^2];
        using var reranker = OnnxReranker.Load(_folder.With(new() { Table = (row, _) => row == letter ? float.NaN : 0 }));

        var error = await Assert.ThrowsAsync<RerankerException>(() =>
            reranker.RerankAsync(Query, ["a", "b", "q", "c"], cancellationToken: Cancellation));
        Assert.Equal(2, error.DocumentIndex);
    }

    [Fact]
    public async Task RerankAsync_CancelledWhileTheGraphRuns_Ends()
    {
        using var model = OnnxModel.Load(_folder.With(new() { CanBeEndless = true }), LocalModelKind.CrossEncoder, _oneRun);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var endless = model.Runner.RunAsync(1, _ => Endless(model), cancellation.Token);
        WaitForRun(model);

        await cancellation.CancelAsync();

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => endless);
        Assert.Equal(cancellation.Token, error.CancellationToken);
        Assert.Single(await model.Runner.RunAsync(1, _ => _folder.Pair(Query, "a"), Cancellation));
    }

    [Fact]
    public async Task RerankAsync_WhileAnotherRuns_WaitsForItsTurn()
    {
        using var model = OnnxModel.Load(_folder.With(new() { CanBeEndless = true }), LocalModelKind.CrossEncoder, _oneRun);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var endless = model.Runner.RunAsync(1, _ => Endless(model), cancellation.Token);
        WaitForRun(model);
        var waiting = model.Runner.RunAsync(1, _ => _folder.Pair(Query, "a"), Cancellation);

        Assert.False(waiting.IsCompleted);
        await cancellation.CancelAsync();
        Assert.Single(await waiting);
    }

    [Fact]
    public async Task Dispose_WhileTheGraphRuns_WaitsForIt()
    {
        var model = OnnxModel.Load(_folder.With(new() { CanBeEndless = true }), LocalModelKind.CrossEncoder, _oneRun);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var endless = model.Runner.RunAsync(1, _ => Endless(model), cancellation.Token);
        WaitForRun(model);
        var waiting = model.Runner.RunAsync(1, _ => _folder.Pair(Query, "a"), Cancellation);
        var disposal = Task.Factory.StartNew(model.Dispose, Cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        SpinWait.SpinUntil(() => model.Runner.IsDisposed);

        Assert.False(disposal.IsCompleted);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => endless);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        await disposal;
    }

    [Fact]
    public void GetService_LoadedModel_TellsItsFacts()
    {
        _folder.With(new() { AddsTypes = true }, "onnx/model.onnx");
        using var reranker = OnnxReranker.Load(_folder.Path);

        var info = reranker.GetService<OnnxModelInfo>()!;
        Assert.Equal(["input_ids", "attention_mask", "token_type_ids"], info.Inputs);
        Assert.Equal(("logits", 1, 64), (info.Output, info.Labels, info.MaxTokens));
        Assert.Equal(_folder.File(Path.Combine("onnx", "model.onnx")), info.Graph);
        Assert.Equal("NewForSequenceClassification", info.Architecture);
        Assert.Equal(3, reranker.GetService<RerankerMetadata>()!.SpecialTokensPerPair);
        Assert.Equal(4, reranker.GetService<TokenCounter>()!("cats"));
    }

    [Fact]
    public void Fingerprint_OtherWeightsBesideTheGraph_Another()
    {
        using var first = OnnxReranker.Load(_folder.With(new() { DataFile = "weights.bin" }));
        var fingerprint = first.GetService<ModelFingerprint>();
        using var second = OnnxReranker.Load(_folder.With(new() { DataFile = "weights.bin", Table = (row, _) => row }));

        Assert.NotNull(fingerprint);
        Assert.NotEqual(fingerprint, second.GetService<ModelFingerprint>());
    }

    private static TokenSequence Endless(OnnxModel model) =>
        model.Pairs.Encode(model.Pairs.EncodeQuery(Query), TinyFolder.EndlessWord);

    private static void WaitForRun(OnnxModel model) => SpinWait.SpinUntil(() => model.Runner.RunsUnderWay == 1);

    private static async Task<double[]> ScoresAsync(OnnxReranker reranker, string[] documents)
    {
        var response = await reranker.RerankAsync(Query, documents, cancellationToken: Cancellation);
        return [.. response.Results.OrderBy(result => result.Index).Select(result => result.Score)];
    }

    private static double Sigmoid(double logit) => 1 / (1 + Math.Exp(-logit));

    private double Sum(TinyGraph graph, int column, string document) =>
        _folder.Pair(Query, document).Ids.Sum(id => graph.Table(id, column));
}
