using Microsoft.Extensions.AI;
using Resift.Testing;

namespace Resift.Retrieval.Tests;

public sealed class DenseRetrieverTests
{
    private static readonly SearchDocument[] _documents =
    [
        new("dogs", "dogs bark"),
        new("cats", "cats sleep long") { Metadata = new Dictionary<string, string> { ["kind"] = "pet" } },
        new("sleep", "sleep"),
        new("nothing", ""),
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RetrieveAsync_Query_SameOrderAndScoresAsTheEmbeddingReranker()
    {
        using var generator = new TestEmbeddingGenerator();
        var retriever = await DenseRetriever.CreateAsync(_documents, generator, cancellationToken: Cancellation);
        using var reranker = new EmbeddingReranker(new TestEmbeddingGenerator());
        var expected = await reranker.RerankAsync(
            "long sleep", [.. _documents.Select(document => document.Text)], cancellationToken: Cancellation);
        var actual = await retriever.RetrieveAsync("long sleep", cancellationToken: Cancellation);
        Assert.Equal(expected.Results.Select(result => _documents[result.Index].Id), actual.Candidates.Select(candidate => candidate.Id));
        Assert.All(expected.Results.Zip(actual.Candidates), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-6));
        Assert.Equal(0, actual.Candidates.Single(candidate => candidate.Id == "nothing").Score);
        Assert.Equal(2, actual.Usage!.InputTokenCount);
        Assert.Equal(ScoreScale.Cosine, actual.Candidates[0].ScoreScale);
    }

    [Fact]
    public async Task RetrieveAsync_Embeddings_OfUnitLengthFromOneModel()
    {
        using var generator = new TestEmbeddingGenerator();
        var retriever = await DenseRetriever.CreateAsync(_documents, generator, cancellationToken: Cancellation);
        var response = await retriever.RetrieveAsync("cats sleep long", new() { Candidates = 1 }, Cancellation);
        var candidate = Assert.Single(response.Candidates);
        Assert.Equal("cats", candidate.Id);
        Assert.Equal(response.QueryEmbedding.ToArray(), candidate.Embedding.ToArray());
        Assert.Equal(1, candidate.Embedding.ToArray().Sum(x => x * x), 1e-5);
    }

    [Fact]
    public async Task RetrieveAsync_Filter_OnlyMatchingDocuments()
    {
        using var generator = new TestEmbeddingGenerator();
        var retriever = await DenseRetriever.CreateAsync(_documents, generator, cancellationToken: Cancellation);
        var onlyPets = new RetrievalOptions { Filter = new Dictionary<string, string> { ["kind"] = "pet" } };
        var response = await retriever.RetrieveAsync("dogs", onlyPets, Cancellation);
        Assert.Equal("cats", Assert.Single(response.Candidates).Id);
    }

    [Fact]
    public async Task RetrieveAsync_QueryLongerThanTheEmbedderReads_SaysByHowMuch()
    {
        using var generator = new TestEmbeddingGenerator { MaxWords = 3 };
        var dense = await DenseRetriever.CreateAsync([new("a", "one two")], generator, cancellationToken: Cancellation);
        var retriever = new HybridRetriever([dense, new Bm25Retriever([new("a", "one two")])]);
        var response = await new TwoStageRetriever(retriever).SearchAsync("one two three four five", null, Cancellation);
        Assert.Equal(2, response.QueryTokensCut);
        Assert.Equal(0, (await new TwoStageRetriever(retriever).SearchAsync("one two", null, Cancellation)).QueryTokensCut);
    }

    [Fact]
    public async Task CreateAsync_ManyDocuments_BoundedBatchesAndProgress()
    {
        using var generator = new TestEmbeddingGenerator();
        var progress = new List<int>();
        var documents = Enumerable.Range(0, 150).Select(i => new SearchDocument($"{i}", $"word{i}"));
        await DenseRetriever.CreateAsync(documents, generator, new Collecting(progress), cancellationToken: Cancellation);
        Assert.Equal([64, 128, 150], progress);
        Assert.All(generator.Received, batch => Assert.InRange(batch.Length, 1, 64));
    }

    [Fact]
    public async Task CreateAndRetrieve_Texts_AreEmbeddedAsWhatTheyAre()
    {
        using var generator = new TestEmbeddingGenerator();
        var retriever = await DenseRetriever.CreateAsync(_documents, generator, cancellationToken: Cancellation);
        await retriever.RetrieveAsync("dogs", cancellationToken: Cancellation);
        Assert.Equal([EmbeddingPurpose.Document, EmbeddingPurpose.Query], generator.Purposes);
    }

    [Fact]
    public async Task CreateAsync_NonsenseFromTheGenerator_Refused()
    {
        await AssertRefusedAsync("2 embeddings", texts => texts.Take(2).Select(_ => new float[] { 1, 2 }));
        await AssertRefusedAsync("3 dimensions", texts => texts.Select((_, i) => new float[i == 2 ? 3 : 2]));
        await AssertRefusedAsync("finite numbers were expected", texts => texts.Select(_ => new[] { float.NegativeInfinity }));
        await AssertRefusedAsync(
            "of the document 'sleep' has the component NaN", texts => texts.Select((_, i) => new[] { i == 2 ? float.NaN : 1 }));
        await AssertRefusedAsync("0 dimensions", texts => texts.Select(_ => Array.Empty<float>()));
    }

    [Fact]
    public async Task RetrieveAsync_NumbersThatAreNotFinite_RefusedWithTheQueryNamed()
    {
        using var generator = Generating(texts => texts.Select(_ => new[] { texts.Count == 1 ? float.PositiveInfinity : 1 }));
        var retriever = await DenseRetriever.CreateAsync(_documents, generator, cancellationToken: Cancellation);
        var error = await Assert.ThrowsAsync<RerankerException>(() => retriever.RetrieveAsync("q", cancellationToken: Cancellation));
        Assert.Contains("embedding of the query has the component", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.MaxValue)]
    [InlineData(float.Epsilon)]
    public async Task RetrieveAsync_VectorsOfAnyLength_TheirCosine(float size)
    {
        using var generator = Generating(texts => texts.Select((_, i) => new[] { i == 1 ? -size : size, size }));
        var retriever = await DenseRetriever.CreateAsync(_documents[..2], generator, cancellationToken: Cancellation);
        var response = await retriever.RetrieveAsync("q", cancellationToken: Cancellation);
        Assert.Equal(["dogs", "cats"], response.Candidates.Select(candidate => candidate.Id));
        Assert.Equal(1, response.Candidates[0].Score, 1e-6);
        Assert.Equal(0, response.Candidates[1].Score, 1e-6);
    }

    [Fact]
    public async Task RetrieveAsync_QueryOfOtherDimensions_Refused()
    {
        using var generator = Generating(texts => texts.Select(_ => texts.Count == 1 ? new float[] { 1 } : [1, 2]));
        var retriever = await DenseRetriever.CreateAsync(_documents, generator, cancellationToken: Cancellation);
        await Assert.ThrowsAsync<RerankerException>(() => retriever.RetrieveAsync("q", cancellationToken: Cancellation));
    }

    [Fact]
    public async Task RetrieveAsync_BlankQueryNoDocumentsOrCancelled_AsPromised()
    {
        using var generator = new TestEmbeddingGenerator();
        var retriever = await DenseRetriever.CreateAsync([], generator, cancellationToken: Cancellation);
        Assert.Empty((await retriever.RetrieveAsync("q", cancellationToken: Cancellation)).Candidates);
        await Assert.ThrowsAsync<ArgumentException>(() => retriever.RetrieveAsync("", cancellationToken: Cancellation));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => retriever.RetrieveAsync("q", cancellationToken: new(canceled: true)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => DenseRetriever.CreateAsync(_documents, generator, cancellationToken: new(canceled: true)));
    }

    private static async Task AssertRefusedAsync(string message, Func<IReadOnlyList<string>, IEnumerable<float[]>> vectors)
    {
        using var generator = Generating(vectors);
        var error = await Assert.ThrowsAsync<RerankerException>(
            () => DenseRetriever.CreateAsync(_documents, generator, cancellationToken: Cancellation));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static TestEmbeddingGenerator Generating(Func<IReadOnlyList<string>, IEnumerable<float[]>> vectors) => new()
    {
        GenerateAsyncCallback = (texts, _, _) => Task.FromResult(
            new GeneratedEmbeddings<Embedding<float>>(vectors(texts).Select(vector => new Embedding<float>(vector)))),
    };

    private sealed class Collecting(List<int> values) : IProgress<int>
    {
        public void Report(int value) => values.Add(value);
    }
}
