using static Resift.Sqlite.Tests.TemporaryIndex;

namespace Resift.Sqlite.Tests.Documents;

public sealed class DocumentIdsTests
{
    [Fact]
    public async Task ManyDocuments_ComeInOrderAndOnce()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync([.. Enumerable.Range(0, 2500).Select(i => Document($"d{i:D4}", $"text {i % 7}"))]);
        string[] all = await Ids(index);
        Assert.Equal(Enumerable.Range(0, 2500).Select(i => $"d{i:D4}"), all);
        Assert.Equal(Enumerable.Range(1000, 1000).Select(i => $"d{i:D4}"), await Ids(index, "d1"));
    }

    [Fact]
    public async Task Prefix_OfAnyCharacters_IsNoPattern()
    {
        using var index = new TemporaryIndex();
        string[] ids = ["%", "%a", "_", "a", "aB", "ab", "abc", "é", "éa", "😀", "😀b", "ﬀ"];
        await index.UpsertAsync([.. ids.Select(id => Document(id, "text"))]);
        foreach (string prefix in ids)
        {
            Assert.Equal(ids.Where(id => id.StartsWith(prefix, StringComparison.Ordinal)).Order(), (await Ids(index, prefix)).Order());
        }

        Assert.Empty(await Ids(index, "zzz"));
    }

    [Fact]
    public async Task Filter_OnMetadata_GivesThoseThatHaveIt()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(
            Document("a", "one", "two") with { Metadata = new Dictionary<string, string> { ["root"] = "/x", ["kind"] = "md" } },
            Document("b", "one") with { Metadata = new Dictionary<string, string> { ["root"] = "/x" } },
            Document("empty") with { Metadata = new Dictionary<string, string> { ["root"] = "/x" } },
            Document("c", "one") with { Metadata = new Dictionary<string, string> { ["root"] = "/y" } });
        Assert.Equal(["a", "b", "empty"], await Ids(index, null, ("root", "/x")));
        Assert.Equal(["a"], await Ids(index, null, ("root", "/x"), ("kind", "md")));
        Assert.Equal(["b"], await Ids(index, "b", ("root", "/x")));
    }

    [Fact]
    public async Task DeletingWhileReading_Works()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync([.. Enumerable.Range(0, 1500).Select(i => Document($"d{i:D4}", $"text"))]);
        int seen = 0;
        await foreach (string id in index.Collection.GetDocumentIdsAsync(cancellationToken: Token))
        {
            seen += await index.Collection.DeleteAsync([id], Token);
        }

        Assert.Equal(1500, seen);
        Assert.Empty(await Ids(index));
    }

    [Fact]
    public async Task CollectionThatHasNotBegun_HasNone()
    {
        using var index = new TemporaryIndex();
        Assert.Empty(await Ids(index));
    }

    private static async Task<string[]> Ids(TemporaryIndex index, string? prefix = null, params (string Key, string Value)[] filter) =>
        await index.Collection.GetDocumentIdsAsync(prefix, filter.ToDictionary(pair => pair.Key, pair => pair.Value), Token)
            .ToArrayAsync(Token);
}
