using Resift.Local.Tests.Models;

namespace Resift.Local.Tests;

public sealed class LocalRerankerTruncationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public LocalRerankerTruncationTests() => new TinyModel { Positions = 64 }.Write(_folder.Path, ConfigChange.Logits);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RerankAsync_DocumentsTooLong_AreCutAndCounted()
    {
        // 16 tokens less three special ones less three of the query leave ten.
        using var reranker = Load(maxTokens: 16);
        string longest = Letters.Text(20);
        string[] documents = [Letters.Text(5), Letters.Text(11), Letters.Text(10), longest];

        var response = await reranker.RerankAsync("a b c", documents, null, Cancellation);

        Assert.Equal([new(1, 1), new(3, 10)], response.Usage!.TruncatedDocuments);
        Assert.Equal(0, response.Usage.QueryTokensCut);
        Assert.Equal(4, response.Usage.Pairs);
        Assert.Equal(11 + 16 + 16 + 16, response.Usage.InputTokens);
        Assert.Equal((await reranker.ScoresAsync("a b c", First(longest, 10)))[0], ScoreList.Of(response)[3]);
    }

    [Fact]
    public async Task RerankAsync_QueryLongerThanDocument_IsCutItself()
    {
        using var reranker = Load(maxTokens: 16);
        string query = Letters.Text(20);

        var response = await reranker.RerankAsync(query, ["a b c", "a b c d e"], null, Cancellation);

        Assert.Empty(response.Usage!.TruncatedDocuments);
        Assert.Equal(12, response.Usage.QueryTokensCut);
        Assert.Equal(
            [(await reranker.ScoresAsync(First(query, 10), "a b c"))[0], (await reranker.ScoresAsync(First(query, 8), "a b c d e"))[0]],
            ScoreList.Of(response));
    }

    [Fact]
    public async Task RerankAsync_BothTooLong_ShareTheRoom()
    {
        using var reranker = Load(maxTokens: 16);
        string query = Letters.Text(20, 2), document = Letters.Text(30, 3);

        var response = await reranker.RerankAsync(query, [document], null, Cancellation);

        Assert.Equal([new(0, 23)], response.Usage!.TruncatedDocuments);
        Assert.Equal(14, response.Usage.QueryTokensCut);
        Assert.Equal(await reranker.ScoresAsync(First(query, 6), First(document, 7)), ScoreList.Of(response));
    }

    [Fact]
    public async Task RerankAsync_MaxTokensPerDocument_CutsTheDocumentAlone()
    {
        using var reranker = Load();
        string[] documents = [Letters.Text(3), Letters.Text(4), Letters.Text(10)];
        string[] shortened = [documents[0], documents[1], First(documents[2], 4)];

        var response = await reranker.RerankAsync(Letters.Text(9), documents, new() { MaxTokensPerDocument = 4 }, Cancellation);

        Assert.Equal([new(2, 6)], response.Usage!.TruncatedDocuments);
        Assert.Equal(0, response.Usage.QueryTokensCut);
        Assert.Equal(await reranker.ScoresAsync(Letters.Text(9), shortened), ScoreList.Of(response));
    }

    [Fact]
    public async Task RerankAsync_LimitsThatDoNotBind_ChangeNothing()
    {
        using var reranker = Load();
        using var limited = Load(maxTokens: 40);
        string[] documents = Letters.Texts(8, 20);
        double[] expected = await reranker.ScoresAsync("a b", documents);

        var response = await reranker.RerankAsync("a b", documents, new() { MaxTokensPerDocument = 20 }, Cancellation);

        Assert.Empty(response.Usage!.TruncatedDocuments);
        Assert.Equal(expected, ScoreList.Of(response));
        Assert.Equal(expected, await limited.ScoresAsync("a b", documents));
    }

    [Fact]
    public async Task RerankAsync_LimitOfTheTokenizer_Holds()
    {
        new TinyModel { Positions = 64, MaxTokens = 20 }.Write(_folder.Path);
        using var reranker = Load();

        var response = await reranker.RerankAsync("a b", [Letters.Text(30)], null, Cancellation);

        Assert.Equal([new(0, 15)], response.Usage!.TruncatedDocuments);
        Assert.Equal(20, reranker.GetService<RerankerMetadata>()!.MaxTokensPerPair);
    }

    [Theory]
    [InlineData("a b c", null, "Document 2 is too long by 2 tokens")]
    [InlineData("a b c", 1, "Document 0 is too long by 1 tokens")]
    [InlineData("a b c d e f g h i j k l", null, "the query by 1")]
    public async Task RerankAsync_ErrorPolicy_NamesTheDocument(string query, int? maxTokensPerDocument, string message)
    {
        using var reranker = Load(maxTokens: 16);
        var options = new RerankOptions { Truncation = TruncationPolicy.Error, MaxTokensPerDocument = maxTokensPerDocument };

        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => reranker.RerankAsync(query, ["a b", "c", Letters.Text(12), Letters.Text(40)], options, Cancellation));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        await reranker.ScoresAsync("a", "b");
    }

    [Fact]
    public async Task RerankAsync_ErrorPolicyAndRoom_IsNoError()
    {
        using var reranker = Load(maxTokens: 16);

        var response = await reranker.RerankAsync("a b c", [Letters.Text(10)], new() { Truncation = TruncationPolicy.Error }, Cancellation);

        Assert.Equal(await reranker.ScoresAsync("a b c", Letters.Text(10)), ScoreList.Of(response));
    }

    [Fact]
    public async Task RerankAsync_DocumentOfAMegabyte_IsCut()
    {
        using var reranker = Load();
        string document = Letters.Text(1 << 19);

        var response = await reranker.RerankAsync("a b c", ["x", document, "y"], null, Cancellation);

        Assert.Equal([new(1, (1 << 19) - 58)], response.Usage!.TruncatedDocuments);
        Assert.Equal(await reranker.ScoresAsync("a b c", "x", First(document, 58), "y"), ScoreList.Of(response));
    }

    private static string First(string text, int letters) => text[..((2 * letters) - 1)];

    private LocalReranker Load(int? maxTokens = null) => LocalReranker.Load(_folder.Path, new() { MaxTokens = maxTokens, Threads = 2 });
}
