using Microsoft.Extensions.AI;
using Resift.Testing;

namespace Resift.Tests.Embeddings;

public sealed class EmbeddingRerankerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RerankAsync_KnownVectors_CosinesInOrder()
    {
        using var reranker = new EmbeddingReranker(
            Fixed(new() { ["q"] = [2, 0], ["same"] = [7, 0], ["apart"] = [-1, 0], ["half"] = [1, 1] }));
        var response = await reranker.RerankAsync("q", ["apart", "half", "same"], cancellationToken: Cancellation);

        Assert.Equal(ScoreScale.Cosine, response.ScoreScale);
        Assert.Equal([2, 1, 0], response.Results.Select(result => result.Index));
        Assert.Equal(1, response.Results[0].Score);
        Assert.Equal(Math.Sqrt(0.5), response.Results[1].Score, 1e-6);
        Assert.Equal(-1, response.Results[2].Score);
    }

    [Fact]
    public async Task RerankAsync_ZeroVectors_ScoreZero()
    {
        using var reranker = new EmbeddingReranker(Fixed(new() { ["q"] = [1, 0], ["zero"] = [0, 0], ["apart"] = [-1, 0], ["z"] = [0, 0] }));
        var response = await reranker.RerankAsync("q", ["apart", "zero"], cancellationToken: Cancellation);
        Assert.Equal(new RerankResult(1, 0), response.Results[0]);
        response = await reranker.RerankAsync("z", ["apart", "zero"], cancellationToken: Cancellation);
        Assert.Equal([new(0, 0), new RerankResult(1, 0)], response.Results);
    }

    [Fact]
    public async Task RerankAsync_NaNInAVector_NamesTheDocumentOrTheQuery()
    {
        using var reranker = new EmbeddingReranker(Fixed(new() { ["q"] = [1, 0], ["good"] = [1, 1], ["bad"] = [float.NaN, 0] }));
        var error = await Assert.ThrowsAsync<RerankerException>(
            () => reranker.RerankAsync("q", ["good", "good", "bad"], cancellationToken: Cancellation));
        Assert.Equal(2, error.DocumentIndex);
        Assert.Contains("document 2 has the component NaN", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<RerankerException>(
            () => reranker.RerankAsync("bad", ["good"], cancellationToken: Cancellation));
        Assert.Null(error.DocumentIndex);
        Assert.Contains("the query has the component NaN", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_QueryAndDocuments_TwoCallsWithTheirPurposesAndEachTextOnce()
    {
        var generator = new TestEmbeddingGenerator();
        using var reranker = new EmbeddingReranker(generator);
        var response = await reranker.RerankAsync("cats", ["dogs", "cats", "dogs", "mice"], cancellationToken: Cancellation);
        Assert.Equal([["cats"], ["dogs", "cats", "mice"]], generator.Received);
        Assert.Equal([EmbeddingPurpose.Query, EmbeddingPurpose.Document], generator.Purposes);
        Assert.Equal(4, response.Results.Count);
        Assert.Equal(4, response.Usage?.Pairs);
    }

    [Fact]
    public async Task RerankAsync_NoDocuments_GeneratorNotAsked()
    {
        var generator = new TestEmbeddingGenerator();
        using var reranker = new EmbeddingReranker(generator);
        Assert.Empty((await reranker.RerankAsync("cats", [], cancellationToken: Cancellation)).Results);
        Assert.Empty(generator.Received);
    }

    [Fact]
    public async Task RerankAsync_CancelledBetweenTheCalls_Stops()
    {
        using var source = new CancellationTokenSource();
        var words = new TestEmbeddingGenerator();
        var generator = new TestEmbeddingGenerator
        {
            GenerateAsyncCallback = async (texts, options, cancellationToken) =>
            {
                var embeddings = await words.GenerateAsync(texts, options, cancellationToken);
                await source.CancelAsync();
                return embeddings;
            },
        };
        using var reranker = new EmbeddingReranker(generator);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reranker.RerankAsync("q", ["d"], cancellationToken: source.Token));
        Assert.Equal([["q"], ["d"]], generator.Received);
    }

    [Fact]
    public async Task RerankAsync_QueryTooLongAndAnError_DocumentsAreNotSent()
    {
        var generator = new TestEmbeddingGenerator { MaxWords = 2 };
        using var reranker = new EmbeddingReranker(generator);
        await Assert.ThrowsAsync<ArgumentException>(
            () => reranker.RerankAsync("a b c", ["a"], new() { Truncation = TruncationPolicy.Error }, Cancellation));
        Assert.Equal(["a b c"], Assert.Single(generator.Received));
    }

    [Fact]
    public async Task RerankAsync_Usage_InputTokensOfTheGenerator()
    {
        using var reranker = new EmbeddingReranker(new TestEmbeddingGenerator());
        var response = await reranker.RerankAsync("two words", ["three more words"], cancellationToken: Cancellation);
        Assert.Equal(5, response.Usage?.InputTokens);
    }

    [Fact]
    public async Task RerankAsync_GeneratorThatSaysNothing_UsageAndModelUnknown()
    {
        using var reranker = new EmbeddingReranker(Fixed(new() { ["q"] = [1], ["d"] = [1] }));
        var response = await reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation);
        Assert.Null(response.Usage?.InputTokens);
        Assert.Empty(response.Usage!.TruncatedDocuments);
        Assert.Null(response.ModelId);
    }

    [Fact]
    public async Task RerankAsync_ModelId_ReachesTheGeneratorAndTheResponse()
    {
        using var reranker = new EmbeddingReranker(new TestEmbeddingGenerator());
        Assert.Equal("word-hash", (await reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation)).ModelId);
        Assert.Equal("other", (await reranker.RerankAsync("q", ["d"], new() { ModelId = "other" }, Cancellation)).ModelId);
    }

    [Fact]
    public async Task RerankAsync_Truncation_ReportedByDocumentAndForTheQuery()
    {
        using var reranker = new EmbeddingReranker(new TestEmbeddingGenerator { MaxWords = 2 });
        var response = await reranker.RerankAsync("a b c", ["a", "a b c d", "b", "a b c d"], cancellationToken: Cancellation);
        Assert.Equal([new(1, 2), new TruncatedDocument(3, 2)], response.Usage?.TruncatedDocuments);
        Assert.Equal(1, response.Usage?.QueryTokensCut);
    }

    [Fact]
    public async Task RerankAsync_TruncationIsAnError_NamesTheDocumentOrTheQuery()
    {
        using var reranker = new EmbeddingReranker(new TestEmbeddingGenerator { MaxWords = 2 });
        var options = new RerankOptions { Truncation = TruncationPolicy.Error };
        var document = await Assert.ThrowsAsync<ArgumentException>(
            () => reranker.RerankAsync("a b", ["a", "a b c d"], options, Cancellation));
        var query = await Assert.ThrowsAsync<ArgumentException>(() => reranker.RerankAsync("a b c", ["a"], options, Cancellation));
        Assert.Contains("Document 1 is longer than the model reads, by 2 tokens", document.Message, StringComparison.Ordinal);
        Assert.Equal("documents", document.ParamName);
        Assert.Equal("query", query.ParamName);
        Assert.Single((await reranker.RerankAsync("a b", ["a b"], options, Cancellation)).Results);
    }

    [Fact]
    public async Task RerankAsync_WhatEmbeddersCannotDo_Refused()
    {
        using var reranker = new EmbeddingReranker(new TestEmbeddingGenerator());
        foreach (var options in new RerankOptions[] { new() { Instruction = "Be kind." }, new() { MaxTokensPerDocument = 5 } })
        {
            await Assert.ThrowsAsync<NotSupportedException>(() => reranker.RerankAsync("q", ["d"], options, Cancellation));
        }
    }

    [Fact]
    public async Task RerankAsync_OtherDimensions_NamesTheDocument()
    {
        using var reranker = new EmbeddingReranker(Fixed(new() { ["q"] = [1, 0], ["good"] = [1, 1], ["bad"] = [1] }));
        var error = await Assert.ThrowsAsync<RerankerException>(
            () => reranker.RerankAsync("q", ["good", "bad"], cancellationToken: Cancellation));
        Assert.Equal(1, error.DocumentIndex);
        Assert.Contains("has 1 dimensions, but 2 were expected", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_NoDimensions_Refused()
    {
        using var reranker = new EmbeddingReranker(Fixed(new() { ["q"] = [], ["d"] = [] }));
        await Assert.ThrowsAsync<RerankerException>(() => reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 1)]
    [InlineData(1, 2)]
    public async Task RerankAsync_WrongNumberOfEmbeddings_Refused(int count, int documents)
    {
        using var reranker = new EmbeddingReranker(new TestEmbeddingGenerator
        {
            GenerateAsyncCallback = (_, _, _) => Task.FromResult(
                new GeneratedEmbeddings<Embedding<float>>(Enumerable.Repeat(new Embedding<float>(new float[] { 1 }), count))),
        });
        string[] texts = [.. Enumerable.Range(0, documents).Select(i => $"d{i}")];
        var error = await Assert.ThrowsAsync<RerankerException>(() => reranker.RerankAsync("q", texts, cancellationToken: Cancellation));
        Assert.Contains($"gave {count} embeddings; {documents} were expected", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GetService_Metadata_FromTheGenerator()
    {
        var generator = new TestEmbeddingGenerator { Metadata = new("provider", new("https://embed.example"), "model", 3) };
        using var reranker = new EmbeddingReranker(generator);
        Assert.Equal(
            new RerankerMetadata("provider")
            {
                ProviderUri = new("https://embed.example"),
                DefaultModelId = "model",
                ScoreScale = ScoreScale.Cosine,
                IsPointwise = true,
            },
            reranker.GetService<RerankerMetadata>());
        Assert.Same(generator, reranker.GetService<TestEmbeddingGenerator>());
        Assert.Same(generator.Metadata, reranker.GetService<EmbeddingGeneratorMetadata>());
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task Dispose_Generator_DisposedOnceUnlessLeftOpen(bool leaveOpen, int disposals)
    {
        using var generator = new TestEmbeddingGenerator();
        var reranker = new EmbeddingReranker(generator, leaveOpen);
        reranker.Dispose();
        reranker.Dispose();
        Assert.Equal(disposals, generator.Disposals);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation));
    }

    private static TestEmbeddingGenerator Fixed(Dictionary<string, float[]> vectors) => new()
    {
        Metadata = new(),
        GenerateAsyncCallback = (texts, _, _) => Task.FromResult(
            new GeneratedEmbeddings<Embedding<float>>(texts.Select(text => new Embedding<float>(vectors[text])))),
    };

    public sealed class Conformance : PointwiseRerankerConformanceTests
    {
        protected override IReranker CreateReranker() => new EmbeddingReranker(new TestEmbeddingGenerator());
    }

    public sealed class WholeChainConformance : PointwiseRerankerConformanceTests
    {
        protected override IReranker CreateReranker() => new EmbeddingReranker(new TestEmbeddingGenerator()).AsBuilder()
            .UseLogging(new CollectingLoggerFactory(Microsoft.Extensions.Logging.LogLevel.Debug))
            .UseOpenTelemetry()
            .Build();
    }
}
