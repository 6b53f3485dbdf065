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
}
