using Resift.Testing;

namespace Resift.Abstractions.Tests;

public sealed class DelegatingRerankerTests
{
    [Fact]
    public void Constructor_NoInner_Refused()
    {
        var error = Assert.Throws<ArgumentNullException>(() => new PlainReranker(null!));
        Assert.Equal("innerReranker", error.ParamName);
    }

    [Fact]
    public async Task RerankAsync_ByDefault_PassesEverythingOn()
    {
        using var cancellation = new CancellationTokenSource();
        string[] documents = ["document"];
        var options = new RerankOptions();
        var expected = RerankResponse.Create([1.0], ScoreScale.Logit, topN: null);
        using var reranker = new PlainReranker(new TestReranker
        {
            RerankAsyncCallback = (query, documentsReceived, optionsReceived, token) =>
            {
                Assert.Equal("query", query);
                Assert.Same(documents, documentsReceived);
                Assert.Same(options, optionsReceived);
                Assert.Equal(cancellation.Token, token);
                return Task.FromResult(expected);
            },
        });

        Assert.Same(expected, await reranker.RerankAsync("query", documents, options, cancellation.Token));
    }

    [Fact]
    public void GetService_OwnTypes_ItselfOtherwiseInner()
    {
        var inner = new TestReranker();
        using var reranker = new PlainReranker(inner);
        Assert.Same(reranker, reranker.GetService<IReranker>());
        Assert.Same(reranker, reranker.GetService<PlainReranker>());
        Assert.Same(inner, reranker.GetService<TestReranker>());
        Assert.Same(inner.Metadata, reranker.GetService<RerankerMetadata>());
    }

    [Fact]
    public void GetService_WithKey_AsksTheInner()
    {
        using var reranker = new PlainReranker(new TestReranker { GetServiceCallback = (_, key) => key });
        Assert.Equal("key", reranker.GetService(typeof(IReranker), "key"));
    }

    [Fact]
    public void Dispose_ByDefault_DisposesTheInner()
    {
        var inner = new TestReranker();
        new PlainReranker(inner).Dispose();
        Assert.Equal(1, inner.Disposals);
    }

    public sealed class Conformance : PointwiseRerankerConformanceTests
    {
        protected override IReranker CreateReranker() => new PlainReranker(new TestReranker());
    }

    private sealed class PlainReranker(IReranker innerReranker) : DelegatingReranker(innerReranker);
}
