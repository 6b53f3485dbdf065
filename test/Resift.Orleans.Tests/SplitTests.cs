using Resift.Orleans.Calls;

namespace Resift.Orleans.Tests;

public sealed class SplitTests
{
    private const string Query = "how long do cats sleep";

    private static readonly string[] _documents = [.. Enumerable.Range(0, 60).Select(i => $"cats sleep {i} hours, and dogs {i % 7}")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RerankAsync_LargeCall_EverySiloGetsItsShareAndTheOrderIsThatOfOneMachine()
    {
        await using var cluster = await StubCluster.StartAsync(
            [new SiloStub("a"), new SiloStub("a"), new SiloStub("a")], options => options.PartTokens = 50);
        var response = await cluster.Reranker.RerankAsync(Query, _documents, new() { TopN = 20 }, Cancellation);

        using var alone = new SiloStub("a");
        var expected = await alone.RerankAsync(Query, _documents, new() { TopN = 20 }, Cancellation);
        Assert.Equal(expected.Results, response.Results);
        Assert.Equal(expected.Usage!.Pairs, response.Usage!.Pairs);
        Assert.All(cluster.Stubs, stub => Assert.InRange(Assert.Single(stub.Calls).Count, 18, 22));
        Assert.Equal(_documents.Order(), cluster.Stubs.SelectMany(stub => stub.Calls[0]).Order());
    }

    [Theory]
    [InlineData("a", false)]
    [InlineData("", true)]
    public async Task RerankAsync_ListwiseOrOfUnknownModel_NeverSplit(string fingerprint, bool isPointwise)
    {
        await using var cluster = await StubCluster.StartAsync(
            [new SiloStub(fingerprint, isPointwise), new SiloStub(fingerprint, isPointwise)], options => options.PartTokens = 1);
        await cluster.Reranker.RerankAsync(Query, _documents, cancellationToken: Cancellation);

        Assert.Equal(_documents, Assert.Single(cluster.Stubs.SelectMany(stub => stub.Calls)));
    }

    [Fact]
    public async Task RerankAsync_SilosWithAnotherModel_GetNoPart()
    {
        await using var cluster = await StubCluster.StartAsync(
            [new SiloStub("a"), new SiloStub("other"), new SiloStub("a")], options => options.PartTokens = 50);
        await cluster.Reranker.RerankAsync(Query, _documents, cancellationToken: Cancellation);

        Assert.Equal([1, 0, 1], cluster.Stubs.Select(stub => stub.Calls.Count));
        Assert.Null(cluster.Reranker.GetService<ModelFingerprint>());
    }

    [Fact]
    public async Task RerankAsync_SmallCallsOneByOne_AreSharedEqually()
    {
        await using var cluster = await StubCluster.StartAsync([new SiloStub("a"), new SiloStub("a")]);
        for (int i = 0; i < 20; i++)
        {
            await cluster.Reranker.RerankAsync(Query, _documents[..3], cancellationToken: Cancellation);
        }

        Assert.All(cluster.Stubs, stub => Assert.Equal(10, stub.Calls.Count));
        Assert.Equal(ModelFingerprint.Create("a"), cluster.Reranker.GetService<ModelFingerprint>());
    }

    [Fact]
    public async Task RerankAsync_BundledModelOnTwoSilos_TheScoresOfOneMachineToTheBit()
    {
        var threads = new LocalModelOptions { Threads = 1 };
        using var alone = MiniModels.LoadReranker(threads);
        await using var cluster = await StubCluster.StartAsync(
            [MiniModels.LoadReranker(threads), MiniModels.LoadReranker(threads)], options => options.PartTokens = 100);
        var expected = await alone.RerankAsync(Query, _documents, cancellationToken: Cancellation);
        var response = await cluster.Reranker.RerankAsync(Query, _documents, cancellationToken: Cancellation);

        Assert.Equal(expected.Results, response.Results);
        Assert.Equal(expected.Usage!.InputTokens, response.Usage!.InputTokens);
        Assert.Equal(alone.GetService<ModelFingerprint>(), cluster.Reranker.GetService<ModelFingerprint>());
    }

    [Theory]
    [InlineData(new long[] { 10, 10, 10, 10 }, 2, new[] { 2, 2 })]
    [InlineData(new long[] { 30, 10, 10, 10 }, 2, new[] { 1, 3 })]
    [InlineData(new long[] { 1, 1, 100, 1, 1 }, 3, new[] { 3, 1, 1 })]
    [InlineData(new long[] { 5, 5 }, 4, new[] { 1, 1 })]
    public void Cut_Documents_RunsOfAboutEqualTokens(long[] tokens, int parts, int[] counts)
    {
        var ranges = TokenSplit.Cut(tokens, parts);
        Assert.Equal(counts, ranges.Select(range => range.Count));
        Assert.Equal(tokens.Sum(), ranges.Sum(range => range.Tokens));
        Assert.Equal(tokens.Length, ranges[^1].Start + ranges[^1].Count);
    }
}
