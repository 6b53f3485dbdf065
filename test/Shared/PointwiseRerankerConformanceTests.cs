namespace Resift.Testing;

/// <summary>What rerankers promise besides that score a document by itself and the query alone.</summary>
public abstract class PointwiseRerankerConformanceTests : RerankerConformanceTests
{
    [Fact]
    public async Task RerankAsync_Ties_KeepOriginalOrder()
    {
        using var reranker = CreateReranker();
        var response = await reranker.RerankAsync(Query, [.. Enumerable.Repeat(Documents[1], 5)], cancellationToken: Cancellation);
        Assert.Equal([0, 1, 2, 3, 4], response.Results.Select(result => result.Index));
    }

    [Fact]
    public async Task RerankAsync_OtherOrderOrCompany_SameScores()
    {
        using var reranker = CreateReranker();
        double[] scores = ScoresByIndex(await reranker.RerankAsync(Query, Documents, cancellationToken: Cancellation));
        string[] reversed = [.. Documents.Reverse()];
        double[] reversedScores = ScoresByIndex(await reranker.RerankAsync(Query, reversed, cancellationToken: Cancellation));
        for (int i = 0; i < scores.Length; i++)
        {
            AssertScore(scores[i], reversedScores[^(i + 1)]);
            var alone = await reranker.RerankAsync(Query, [Documents[i]], cancellationToken: Cancellation);
            AssertScore(scores[i], alone.Results[0].Score);
        }
    }
}
