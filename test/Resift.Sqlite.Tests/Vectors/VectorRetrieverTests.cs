using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using Resift.Testing;
using static Resift.Sqlite.Tests.TemporaryIndex;

namespace Resift.Sqlite.Tests.Vectors;

public sealed class VectorRetrieverTests
{
    [Fact]
    public async Task Candidates_HaveCosineStageAndEmbeddings()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", "the cat sat", "dogs bark"), Document("b", "the cat"));
        var dense = index.Collection.CreateDense(index.Embedder);
        var response = await dense.RetrieveAsync("the cat", null, Token);
        Assert.Equal(["b#0", "a#0", "a#1"], response.Candidates.Select(candidate => candidate.Id));
        Assert.Equal(1, response.Candidates[0].Score, 1e-6);
        Assert.Equal(2 / Math.Sqrt(6), response.Candidates[1].Score, 1e-6);
        var query = await index.Embedder.GenerateAsync(["the cat"], null, Token);
        Assert.Equal(query[0].Vector.ToArray(), response.QueryEmbedding.ToArray());
        Assert.Equal(2, response.Usage?.InputTokenCount);
        for (int i = 0; i < 3; i++)
        {
            var candidate = response.Candidates[i];
            Assert.Equal("dense", candidate.Source);
            Assert.Equal(ScoreScale.Cosine, candidate.ScoreScale);
            Assert.Equal([new("dense", i + 1, candidate.Score, ScoreScale.Cosine)], candidate.Stages);
            Assert.Equal(64, candidate.Embedding.Length);
        }
    }

    [Theory]
    [InlineData(1, 3000)]
    [InlineData(3, 3000)]
    [InlineData(65, 3000)]
    [InlineData(384, 5000)]
    public async Task Search_ManyVectors_IsThatOfPlainArithmetic(int dimensions, int count)
    {
        var random = new Random(dimensions);
        float[][] vectors = [.. Enumerable.Range(0, count).Select(_ => Vector(random, dimensions))];
        using var index = new TemporaryIndex() { Embedder = Numbered(vectors) };
        await index.UpsertAsync([.. Enumerable.Range(0, count).Chunk(100).Select(numbers =>
            Document($"d{numbers[0]}", [.. numbers.Select(number => $"{number}")]))]);
        float[] query = vectors[7];
        var expected = vectors.Select((vector, i) => (i, Cosine: TensorPrimitives.CosineSimilarity(query, vector)))
            .OrderByDescending(item => item.Cosine).Take(50).ToArray();
        var response = await index.Collection.CreateDense(index.Embedder).RetrieveAsync("7", null, Token);

        // In few dimensions many vectors are alike, so that it is the cosines that must agree.
        Assert.Equal(expected.Select(item => (double)item.Cosine), response.Candidates.Select(candidate => candidate.Score), Near);
    }

    [Fact]
    public async Task Search_MoreThanThereAre_GivesAllInOrderOfTheIndex()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", [.. Enumerable.Repeat("cat", 700)]));
        string[] found = await FindAsync(index.Collection.CreateDense(index.Embedder), "cat", new() { Candidates = 100_000 });
        Assert.Equal(Enumerable.Range(0, 700).Select(i => $"a#{i}"), found);
    }

    [Fact]
    public async Task ZeroVector_OfPassageOrQuery_ScoresZero()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", "!!!"), Document("b", "cat"));
        var dense = index.Collection.CreateDense(index.Embedder);
        Assert.Equal([1, 0], (await dense.RetrieveAsync("cat", null, Token)).Candidates.Select(candidate => candidate.Score));
        Assert.Equal([0, 0], (await dense.RetrieveAsync("???", null, Token)).Candidates.Select(candidate => candidate.Score));
    }

    [Fact]
    public async Task Cancellation_WhileEmbeddingAndBefore_StopsIt()
    {
        using var source = new CancellationTokenSource();
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", "cat"));
        using var cancelling = new TestEmbeddingGenerator
        {
            Metadata = index.Embedder.Metadata,
            GenerateAsyncCallback = async (texts, options, _) =>
            {
                await source.CancelAsync();
                return await index.Embedder.GenerateAsync(texts, options, CancellationToken.None);
            },
        };
        var dense = index.Collection.CreateDense(cancelling);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dense.RetrieveAsync("cat", null, source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dense.RetrieveAsync("cat", null, source.Token));
    }

    private static bool Near(double expected, double actual) => Math.Abs(expected - actual) < 1e-5;

    private static float[] Vector(Random random, int dimensions) =>
        [.. Enumerable.Range(0, dimensions).Select(_ => random.NextSingle() - 0.4f)];

    private static TestEmbeddingGenerator Numbered(float[][] vectors) => new()
    {
        GenerateAsyncCallback = (texts, _, _) => Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(
            texts.Select(text => new Embedding<float>(vectors[int.Parse(text, null)])))),
    };
}
