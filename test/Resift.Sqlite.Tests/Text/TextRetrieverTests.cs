using Resift.Retrieval;
using static Resift.Sqlite.Tests.TemporaryIndex;

namespace Resift.Sqlite.Tests.Text;

public sealed class TextRetrieverTests
{
    [Fact]
    public async Task Candidates_HaveScoreStageAndEmbedding()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(
            Document("a", "a cat sat on the mat and looked at another cat"),
            Document("b", "one cat among many dogs"),
            Document("c", "birds"));
        var response = await index.Collection.Lexical.RetrieveAsync("cats", null, Token);
        Assert.Equal(["a#0", "b#0"], response.Candidates.Select(candidate => candidate.Id));
        Assert.Equal("bm25", index.Collection.Lexical.Name);
        for (int i = 0; i < response.Candidates.Count; i++)
        {
            var candidate = response.Candidates[i];
            Assert.True(candidate.Score > 0);
            Assert.Equal("bm25", candidate.Source);
            Assert.Equal(ScoreScale.Unspecified, candidate.ScoreScale);
            Assert.Equal([new("bm25", i + 1, candidate.Score, ScoreScale.Unspecified)], candidate.Stages);
            var embedding = await index.Embedder.GenerateAsync([candidate.Text], null, Token);
            Assert.Equal(embedding[0].Vector, candidate.Embedding.ToArray());
        }
    }

    [Fact]
    public async Task Score_OfOneTerm_IsBm25OfTheDocumentation()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", "cat cat dog"), Document("b", "dog bird fish ant bee"), Document("c", "bird"));
        var response = await index.Collection.Lexical.RetrieveAsync("cat", null, Token);

        // https://www.sqlite.org/fts5.html#the_bm25_function: N = 3, n = 1, f = 2, |D| = 3, avgdl = 3, k1 = 1.2, b = 0.75.
        double expected = Math.Log((3 - 1 + 0.5) / (1 + 0.5)) * (2 * 2.2 / (2 + 1.2));
        Assert.Equal(expected, Assert.Single(response.Candidates).Score, 1e-9);
    }

    [Theory]
    [InlineData("RUNNING", "a")]
    [InlineData("cafe", "b")]
    [InlineData("Café's", "b")]
    [InlineData("cafe\u0301", "b")]
    [InlineData("the of naïve", "c")]
    [InlineData("東京", "d")]
    [InlineData("x-ray", "e")]
    public async Task Words_AreStemmedAndFreeOfCaseAndAccents(string query, string id)
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(
            Document("a", "she runs"),
            Document("b", "the café"),
            Document("c", "of the naive"),
            Document("d", "東京 is a city"),
            Document("e", "an x-ray machine"),
            Document("f", "nothing in common"));
        Assert.Equal([id + "#0"], await FindAsync(index.Collection.Lexical, query));
    }

    [Theory]
    [InlineData("任务", "a")]
    [InlineData("しりとり", "b")]
    [InlineData("끝말", "c")]
    [InlineData("ข้าวผัด", "d")]
    [InlineData("resilience pipeline", "e")]
    [InlineData("AddResiliencePipeline", "e")]
    [InlineData("retry", "f")]
    public async Task Words_InsideARunOfLettersAndIdentifiersByTheirParts_AreFound(string query, string id)
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(
            Document("a", "我们立即执行任务并报告"),
            Document("b", "子供としりとりをする"),
            Document("c", "아이와끝말잇기를한다"),
            Document("d", "ฉันกินข้าวผัดทุกวัน"),
            Document("e", "services.AddResiliencePipeline(\"name\", build)"),
            Document("f", "the max_retry_count of a client"));
        Assert.Equal([id + "#0"], await FindAsync(index.Collection.Lexical, query));
    }

    [Fact]
    public async Task Headings_AreFoundAndWeighMore()
    {
        using var index = new TemporaryIndex();
        static IndexedDocument Under(string id, string heading, string text) => new(id, id, () =>
        [
            new SearchDocument($"{id}#0", text)
            {
                Location = new(id, 0, text.Length),
                Metadata = new Dictionary<string, string> { ["heading"] = heading },
            },
        ])
        {
            Metadata = new Dictionary<string, string> { ["title"] = "Guide" },
        };
        await index.UpsertAsync(
            Under("a", "Other things", "a word about sessions here"), Under("b", "Sessions", "some word about things here"));
        Assert.Equal(["b#0", "a#0"], await FindAsync(index.Collection.Lexical, "sessions"));
        Assert.Equal(2, (await FindAsync(index.Collection.Lexical, "guide")).Length);
        Assert.Equal("Guide > Sessions\nsome word about things here", index.Embedder.Received.SelectMany(texts => texts).Last());
    }

    [Fact]
    public async Task SearchedText_IsFoundInPlaceOfTheShownOneAndComesBack()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(new IndexedDocument("a", "1", () =>
        [
            new SearchDocument("a#0", "see [the page](https://example.com/zebra)")
            {
                Location = new("a", 0, 41),
                SearchedText = "see the page",
            },
        ]));
        Assert.Empty(await FindAsync(index.Collection.Lexical, "zebra"));
        var found = Assert.Single((await index.Collection.Lexical.RetrieveAsync("page", null, Token)).Candidates);
        Assert.Equal("see the page", found.Document.SearchedText);
        Assert.Equal("see [the page](https://example.com/zebra)", found.Text);
    }

    [Fact]
    public async Task StopWords_Alone_FindThemselves()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", "to be or not to be"), Document("b", "cat"));
        Assert.Equal(["a#0"], await FindAsync(index.Collection.Lexical, "to be or not to be"));
    }

    [Fact]
    public async Task Candidates_Option_IsTheMostThatComes()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", [.. Enumerable.Range(0, 80).Select(i => $"cat")]));
        Assert.Equal(50, (await FindAsync(index.Collection.Lexical, "cat")).Length);
        string[] three = await FindAsync(index.Collection.Lexical, "cat", new() { Candidates = 3 });
        Assert.Equal(["a#0", "a#1", "a#2"], three);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t")]
    public async Task BlankQuery_IsRefused(string query)
    {
        using var index = new TemporaryIndex();
        await Assert.ThrowsAnyAsync<ArgumentException>(() => FindAsync(index.Collection.Lexical, query));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => FindAsync(index.Collection.CreateDense(index.Embedder), query));
    }

    [Fact]
    public async Task CollectionThatHasNotBegun_FindsNothing()
    {
        using var index = new TemporaryIndex();
        Assert.Empty(await FindAsync(index.Collection.Lexical, "cat"));
        Assert.Empty(await FindAsync(index.Collection.CreateDense(index.Embedder), "cat"));
    }

    [Fact]
    public async Task CancelledToken_StopsIt()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", "cat"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            index.Collection.Lexical.RetrieveAsync("cat", null, new CancellationToken(canceled: true)));
    }
}
