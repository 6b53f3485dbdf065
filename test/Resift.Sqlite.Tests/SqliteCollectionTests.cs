using Resift.Retrieval;

using static Resift.Sqlite.Tests.TemporaryIndex;

namespace Resift.Sqlite.Tests;

public sealed class SqliteCollectionTests
{
    [Fact]
    public async Task UpsertAsync_NewDocuments_AreFoundByWordsAndByMeaning()
    {
        using var index = new TemporaryIndex();
        var result = await index.UpsertAsync(Document("a", "the cat sat", "on a mat"), Document("b", "dogs bark"));
        Assert.Equal(new UpsertResult { Added = 2, PassagesEmbedded = 3, Usage = result.Usage }, result);
        Assert.Equal(["b#0"], await FindAsync(index.Collection.Lexical, "dog"));
        Assert.Equal("a#1", (await FindAsync(index.Collection.CreateDense(index.Embedder), "a mat"))[0]);
    }

    [Fact]
    public async Task UpsertAsync_OtherCutButNothingChanged_RemembersTheCut()
    {
        using var index = new TemporaryIndex();
        foreach (string cut in (string[])["tokens=100", "tokens=200"])
        {
            await index.Index.GetCollection(options: new() { Cut = cut }).UpsertAsync(
                new[] { Document("a", "the cat sat") }.ToAsyncEnumerable(), index.Embedder, cancellationToken: Token);
        }

        Assert.Equal("tokens=200", index.Collection.GetInfo().Cut);
    }

    [Fact]
    public async Task CountDocumentsByAsync_SomeWithTheKey_CountsThemByValue()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(
            Document("a", "the cat sat", "on a mat") with { Metadata = new Dictionary<string, string> { ["lang"] = "en" } },
            Document("b", "a dog") with { Metadata = new Dictionary<string, string> { ["lang"] = "en" } },
            Document("c", "ein Hund") with { Metadata = new Dictionary<string, string> { ["lang"] = "de" } },
            Document("d", "?"));
        Assert.Equal(
            new Dictionary<string, long> { ["de"] = 1, ["en"] = 2 }, await index.Collection.CountDocumentsByAsync("lang", Token));
        Assert.Empty(await index.Index.GetCollection("none").CountDocumentsByAsync("lang", Token));
    }
}
