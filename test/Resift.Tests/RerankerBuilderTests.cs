using Microsoft.Extensions.DependencyInjection;
using Resift.Testing;

namespace Resift.Tests;

public sealed class RerankerBuilderTests
{
    [Fact]
    public async Task Build_SeveralUses_TheFirstIsOutermost()
    {
        var order = new List<string>();
        using var reranker = new TestReranker().AsBuilder()
            .Use(inner => new Noting(inner, "first", order))
            .Use((inner, _) => new Noting(inner, "second", order))
            .Build();
        await reranker.RerankAsync("query", ["document"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["first", "second"], order);
    }

    [Fact]
    public void Build_NoMiddleware_TheInnerReranker()
    {
        using var inner = new TestReranker();
        Assert.Same(inner, inner.AsBuilder().Build());
    }

    [Fact]
    public void Build_WithServices_PassedToEveryFactory()
    {
        using var services = new ServiceCollection().BuildServiceProvider();
        var seen = new List<IServiceProvider>();
        using var reranker = new RerankerBuilder(provider =>
            {
                seen.Add(provider);
                return new TestReranker();
            })
            .Use((inner, provider) =>
            {
                seen.Add(provider);
                return inner;
            })
            .Build(services);
        Assert.Equal([services, services], seen);
    }

    [Fact]
    public void Build_WithoutServices_FactoriesFindNone() =>
        new RerankerBuilder(provider =>
        {
            Assert.Null(provider.GetService(typeof(IReranker)));
            return new TestReranker();
        }).Build().Dispose();

    [Fact]
    public void Build_Twice_TwoChains()
    {
        var builder = new RerankerBuilder(_ => new TestReranker());
        using var first = builder.Build();
        using var second = builder.Build();
        Assert.NotSame(first, second);
    }

    [Fact]
    public void Build_FactoryGivesNull_SaysWhich()
    {
        using var inner = new TestReranker();
        var innermost = Assert.Throws<InvalidOperationException>(() => new RerankerBuilder(_ => null!).Build());
        var middleware = Assert.Throws<InvalidOperationException>(
            () => inner.AsBuilder().Use(reranker => reranker).Use(_ => null!).Build());
        Assert.Contains("innermost", innermost.Message, StringComparison.Ordinal);
        Assert.Contains("Use number 2", middleware.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Use_Function_AnswersWithTheInnerOne()
    {
        using var inner = new TestReranker();
        using var reranker = inner.AsBuilder()
            .Use(async (query, documents, options, next, token) =>
                await next.RerankAsync(query.ToUpperInvariant(), documents, options, token) with { ModelId = "changed" })
            .Build();
        var response = await reranker.RerankAsync("cats", ["CATS", "cats"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("changed", response.ModelId);
        Assert.Same(inner.Metadata, reranker.GetService<RerankerMetadata>());
        await Assert.ThrowsAsync<ArgumentException>(
            () => reranker.RerankAsync(" ", ["d"], cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Members_NullArguments_Refused()
    {
        using var inner = new TestReranker();
        var builder = inner.AsBuilder();
        Assert.Throws<ArgumentNullException>(() => new RerankerBuilder((IReranker)null!));
        Assert.Throws<ArgumentNullException>(() => new RerankerBuilder((Func<IServiceProvider, IReranker>)null!));
        Assert.Throws<ArgumentNullException>(() => builder.Use((Func<IReranker, IReranker>)null!));
        Assert.Throws<ArgumentNullException>(() => builder.Use((Func<IReranker, IServiceProvider, IReranker>)null!));
        Assert.Throws<ArgumentNullException>(() => ((IReranker)null!).AsBuilder());
    }

    public sealed class Conformance : PointwiseRerankerConformanceTests
    {
        protected override IReranker CreateReranker() => new TestReranker().AsBuilder().Use(inner => new Noting(inner, "", [])).Build();
    }

    private sealed class Noting(IReranker innerReranker, string name, List<string> order) : DelegatingReranker(innerReranker)
    {
        public override Task<RerankResponse> RerankAsync(
            string query,
            IReadOnlyList<string> documents,
            RerankOptions? options = null,
            CancellationToken cancellationToken = default)
        {
            lock (order)
            {
                order.Add(name);
            }

            return base.RerankAsync(query, documents, options, cancellationToken);
        }
    }
}
