using Resift.Testing;

namespace Resift.Abstractions.Tests;

public sealed class RerankerExtensionsTests
{
    private static readonly Product[] _products =
        [new("chair", "a wooden chair"), new("lamp", "a desk lamp"), new("desk", "a wooden desk")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RerankAsync_Items_RankedWithIndexScoreAndResponse()
    {
        using var reranker = new TestReranker();
        var response = await reranker.RerankAsync("wooden desk", _products, item => item.Description, cancellationToken: Cancellation);
        Assert.Equal(["desk", "chair", "lamp"], response.Results.Select(result => result.Item.Name));
        Assert.Equal([2, 0, 1], response.Results.Select(result => result.Index));
        Assert.Equal(response.Response.Results.Select(result => result.Score), response.Results.Select(result => result.Score));
        Assert.Equal("word-overlap", response.Response.ModelId);
    }

    [Fact]
    public async Task RerankAsync_SameItemTwice_BothComeBack()
    {
        using var reranker = new TestReranker();
        var response = await reranker.RerankAsync(
            "desk", [_products[2], _products[0], _products[2]], product => product.Description, cancellationToken: Cancellation);
        Assert.Equal([0, 2, 1], response.Results.Select(result => result.Index));
        Assert.Same(response.Results[0].Item, response.Results[1].Item);
    }

    [Fact]
    public async Task RerankAsync_Items_OptionsReachTheReranker()
    {
        using var reranker = new TestReranker();
        var response = await reranker.RerankAsync("lamp", _products, product => product.Description, new() { TopN = 1 }, Cancellation);
        Assert.Equal("lamp", Assert.Single(response.Results).Item.Name);
    }

    [Fact]
    public async Task RerankAsync_NoItems_Empty()
    {
        using var reranker = new TestReranker();
        var response = await reranker.RerankAsync<Product>("lamp", [], item => item.Description, cancellationToken: Cancellation);
        Assert.Empty(response.Results);
    }

    [Fact]
    public async Task RerankAsync_SelectorGivesNull_NamesTheItemAndAsksNobody()
    {
        using var reranker = new TestReranker();
        var error = await Assert.ThrowsAsync<ArgumentException>(() => reranker.RerankAsync(
            "lamp", _products, product => product.Name == "lamp" ? null! : product.Description, cancellationToken: Cancellation));
        Assert.Equal("textSelector", error.ParamName);
        Assert.Contains("item 1", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, reranker.Calls);
    }

    [Fact]
    public void GetService_PresentOrAbsent_ServiceOrDefault()
    {
        using var reranker = new TestReranker();
        Assert.Same(reranker.Metadata, reranker.GetService<RerankerMetadata>());
        Assert.Null(reranker.GetService<Version>());
        Assert.Equal(0, reranker.GetService<int>());
        Assert.Null(reranker.GetService<RerankerMetadata>("key"));
    }

    private sealed record Product(string Name, string Description);
}
