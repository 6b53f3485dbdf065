using Resift.Testing;

namespace Resift.Tests.Composition;

public sealed class RedactingRerankerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RerankAsync_QueryAndDocuments_ArriveRedacted()
    {
        var seen = new List<string>();
        using var reranker = new TestReranker
        {
            RerankAsyncCallback = (query, documents, _, _) =>
            {
                seen.AddRange([query, .. documents]);
                return Task.FromResult(RerankResponse.Create(new double[documents.Count], ScoreScale.Logit, null));
            },
        }.AsBuilder().UseRedaction(text => text.Replace("Ada", "[name]", StringComparison.Ordinal)).Build();
        await reranker.RerankAsync("Where is Ada?", ["Ada is here.", "Nobody"], cancellationToken: Cancellation);
        Assert.Equal(["Where is [name]?", "[name] is here.", "Nobody"], seen);
    }

    [Theory]
    [InlineData(null, "the query")]
    [InlineData(" ", "nothing of the query")]
    public async Task RerankAsync_NothingLeft_SaysSo(string? left, string message)
    {
        using var reranker = new TestReranker().AsBuilder().UseRedaction(_ => left!).Build();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    public sealed class Conformance : PointwiseRerankerConformanceTests
    {
        protected override IReranker CreateReranker() => new TestReranker().AsBuilder().UseRedaction(text => text).Build();
    }
}
