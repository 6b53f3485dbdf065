using Resift.Retrieval;
using static Resift.Sqlite.Tests.TemporaryIndex;

namespace Resift.Sqlite.Tests.Documents;

public sealed class DocumentPassagesTests
{
    [Fact]
    public async Task Passages_OfADocument_ComeBackInItsOrderWithAllThatWasStored()
    {
        using var index = new TemporaryIndex();
        SearchDocument[] passages =
        [
            new("a#2", "second") { Location = new("a", 10, 6), SearchedText = "searched" },
            new("a#1", "first") { Location = new("a", 0, 5), Metadata = new Dictionary<string, string> { ["heading"] = "One" } },
        ];
        await index.UpsertAsync(
            new IndexedDocument("a", "1", () => passages) { Metadata = new Dictionary<string, string> { ["title"] = "A" } },
            Document("b", "other"));

        var found = await index.Collection.GetPassagesAsync("a", Token);

        Assert.Equal(["a#1", "a#2"], found.Select(passage => passage.Id));
        Assert.Equal(("first", "One", "A"), (found[0].Text, found[0].Metadata["heading"], found[0].Metadata["title"]));
        Assert.Equal((new PassageLocation("a", 10, 6), "searched"), (found[1].Location, found[1].SearchedText));
    }

    [Theory]
    [InlineData("A")]
    [InlineData("")]
    [InlineData("a' OR 1 = 1 --")]
    public async Task Passages_OfADocumentThatIsNotThere_AreNone(string id)
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", "text"));

        Assert.Empty(await index.Collection.GetPassagesAsync(id, Token));
    }

    [Fact]
    public async Task Passages_OfACollectionThatHasNotBegun_AreNone()
    {
        using var index = new TemporaryIndex();

        Assert.Empty(await index.Collection.GetPassagesAsync("a", Token));
    }
}
