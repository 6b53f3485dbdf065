using CsCheck;

namespace Resift.Tests.Selection;

public sealed class MaximalMarginalRelevanceTests
{
    private static readonly ReadOnlyMemory<float>[] _vectors =
        [new float[] { 1, 0 }, new float[] { 0.8f, 0.6f }, new float[] { 0, 1 }, default];

    private static readonly Gen<RerankResponse> _responses =
        Gen.OneOf(Responses.OfLogits, Responses.OfProbabilities, Responses.OfCosines);

    // Embeddings by document index: indices are below 41. Some are empty, some zero, many parallel.
    private static readonly Gen<ReadOnlyMemory<float>[]> _embeddings =
        Gen.OneOf(Gen.Int[-2, 2].Select(n => (float)n).Array[3], Gen.Const(Array.Empty<float>()))
            .Select(vector => (ReadOnlyMemory<float>)vector).Array[41];

    [Fact]
    public void Diversify_AnyResponse_SomeOfItInItsOrderWithTheBest() =>
        Gen.Select(_responses, _embeddings, Gen.Int[1, 14], Gen.Double[0, 1]).Sample((response, embeddings, count, lambda) =>
        {
            var kept = response.Diversify(index => embeddings[index], count, lambda);
            Responses.AssertPart(response, kept);
            Assert.Equal(Math.Min(count, response.Results.Count), kept.Results.Count);
            Assert.Equal(kept.Results, kept.Diversify(index => embeddings[index], count, lambda).Results);

            // The first choice has nothing to be like, so it is the best result or one of equal relevance, the first of them.
            Assert.Equal(response.Results.Take(1), kept.Results.Take(1));
        });

    [Fact]
    public void Diversify_RelevanceAlone_TheBest() =>
        Gen.Select(_responses, _embeddings, Gen.Int[1, 14]).Sample((response, embeddings, count) =>
            Assert.Equal(response.AtMost(count).Results, response.Diversify(index => embeddings[index], count, lambda: 1).Results));

    [Fact]
    public void Diversify_NoEmbeddings_TheBest() => Gen.Select(_responses, Gen.Int[1, 14], Gen.Double[0.1, 1]).Sample(
        (response, count, lambda) => Assert.Equal(response.AtMost(count).Results, response.Diversify(_ => default, count, lambda).Results));

    // After document 0: 1 is worth 0.5 · 0.8 - 0.5 · 0.8 = 0 and 2 is worth 0.5 · 0.5 - 0 = 0.25.
    [Fact]
    public void Diversify_LikeAndUnlike_TheUnlikeOne()
    {
        var response = Responses.Of(ScoreScale.Probability, 0.9, 0.8, 0.5);
        Assert.Equal([0, 2], response.Diversify(index => _vectors[index], 2).Indices());
        Assert.Equal([0, 1], response.Diversify(index => _vectors[index], 2, lambda: 0.9).Indices());
    }

    // Chosen in the order 0, 2, 1: the last with 0.5 · 0.8 - 0.5 · 0.8 = 0 against 0.5 · 0.1 - 0.5 · 1 of a second document like 0.
    [Fact]
    public void Diversify_ChosenInAnotherOrder_OrderOfTheResponse()
    {
        var response = Responses.Of(ScoreScale.Probability, 0.9, 0.8, 0.5, 0.1);
        Assert.Equal([0, 1, 2], response.Diversify(index => _vectors[index % 3], 3).Indices());
    }

    // After 0 and 1, which are unlike each other, 2 is like the first: worth 0.5 · 0.8 - 0.5 · 1 = -0.1 against 0.005.
    [Fact]
    public void Diversify_LikeAnEarlierChoice_NotForgotten()
    {
        ReadOnlyMemory<float>[] embeddings = [_vectors[0], _vectors[2], _vectors[0], default];
        var response = Responses.Of(ScoreScale.Probability, 0.9, 0.85, 0.8, 0.01);
        Assert.Equal([0, 1, 3], response.Diversify(index => embeddings[index], 3).Indices());
    }

    // Document 3 has no embedding, so it is worth 0.5 · 0.3 = 0.15 whatever was chosen, more than document 1 with 0.
    [Fact]
    public void Diversify_EmptyEmbedding_UnlikeEveryOther() =>
        Assert.Equal([0, 3], Responses.Of(ScoreScale.Probability, 0.9, 0.8, 0.01, 0.3).Diversify(index => _vectors[index], 2).Indices());

    // As logits 0 and 2 are 8 apart, which no cosine outweighs; as probabilities they are 0.9998 and 0.73.
    [Fact]
    public void Diversify_Logits_ComparedAsProbabilities() =>
        Assert.Equal([0, 2], Responses.Of(ScoreScale.Logit, 9, 8, 1).Diversify(index => _vectors[index], 2).Indices());

    [Theory]
    [InlineData(ScoreScale.Rank)]
    [InlineData(ScoreScale.Unspecified)]
    public void Diversify_ScaleNotComparableWithCosine_RefusedUnlessDegraded(ScoreScale scale)
    {
        var response = Responses.Of(scale, 0.9, 0.8, 0.7);
        var error = Assert.Throws<NotSupportedException>(() => response.Diversify(index => _vectors[index], 2));
        Assert.Contains($"'{scale}'", error.Message, StringComparison.Ordinal);
        Assert.Equal([0, 1], response.Degraded().Diversify(index => _vectors[index], 2).Indices());
    }

    // The fallback to cosines still has a relevance to weigh.
    [Fact]
    public void Diversify_DegradedResponseOfCosines_Diversified() =>
        Assert.Equal([0, 2], Responses.Of(ScoreScale.Cosine, 0.9, 0.8, 0.5).Degraded().Diversify(index => _vectors[index], 2).Indices());

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    public void Diversify_LambdaOutOfRange_Refused(double lambda) => Assert.Throws<ArgumentOutOfRangeException>(
        nameof(lambda), () => Responses.Of(ScoreScale.Logit, 1).Diversify(_ => default, 1, lambda));

    [Fact]
    public void Diversify_CountBelowOne_Refused() =>
        Assert.Throws<ArgumentOutOfRangeException>("count", () => Responses.Of(ScoreScale.Logit, 1).Diversify(_ => default, 0));

    [Fact]
    public void Diversify_EmbeddingsOfSeveralModels_RefusedByDocument()
    {
        var response = Responses.Of(ScoreScale.Logit, 3, 2, 1);
        var error = Assert.Throws<ArgumentException>("embeddings", () => response.Diversify(index => new float[index + 1], 2));
        Assert.Contains("document 1 has 2 dimensions", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Diversify_EmbeddingNotFinite_RefusedByDocument(float element)
    {
        var response = Responses.Of(ScoreScale.Logit, 3, 2, 1);
        var error = Assert.Throws<ArgumentException>("embeddings", () => response.Diversify(_ => new[] { 1, element }, 2));
        Assert.Contains("document 0", error.Message, StringComparison.Ordinal);
    }
}
