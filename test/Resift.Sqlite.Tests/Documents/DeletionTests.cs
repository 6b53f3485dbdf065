using static Resift.Sqlite.Tests.TemporaryIndex;

namespace Resift.Sqlite.Tests.Documents;

public sealed class DeletionTests
{
    [Fact]
    public async Task DeleteAsync_SomeDocuments_LeavesTheOthers()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", "the cat sat", "on a mat"), Document("b", "the cat"), Document("c", "dogs"));
        Assert.Equal(2, await index.Collection.DeleteAsync(["a", "nobody", "c", "a"], Token));
        Assert.Equal(["b#0"], await FindAsync(index.Collection.Lexical, "cat dogs mat"));
        Assert.Equal(["b#0"], await FindAsync(index.Collection.CreateDense(index.Embedder), "dogs"));
        Assert.Equal((1, 1), (index.Collection.GetInfo().Documents, index.Collection.GetInfo().Passages));
        IndexCheck.Check(index.FilePath);
    }

    [Fact]
    public async Task DeleteAsync_Everything_LeavesAnEmptyCollectionOfItsModel()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync([.. Enumerable.Range(0, 1200).Select(i => Document($"d{i}", $"cat {i}"))]);
        Assert.Equal(1200, await index.Collection.DeleteAsync(Enumerable.Range(0, 1200).Select(i => $"d{i}"), Token));
        Assert.Empty(await FindAsync(index.Collection.Lexical, "cat"));
        Assert.Empty(await FindAsync(index.Collection.CreateDense(index.Embedder), "cat"));
        Assert.Equal("word-hash", index.Collection.GetInfo().ModelId);
        IndexCheck.Check(index.FilePath);
    }

    [Fact]
    public async Task DeleteAsync_CollectionThatHasNotBegun_DeletesNothing()
    {
        using var index = new TemporaryIndex();
        Assert.Equal(0, await index.Collection.DeleteAsync(["a"], Token));
    }

    [Fact]
    public async Task Room_OfDeletedDocuments_IsUsedAgain()
    {
        using var index = new TemporaryIndex();
        string[] texts = [.. Enumerable.Range(0, 20).Select(i => $"some text of passage {i}")];
        await index.UpsertAsync([.. Enumerable.Range(0, 200).Select(i => Document($"d{i}", texts))]);
        long size = Size(index);
        for (int round = 0; round < 5; round++)
        {
            await index.Collection.DeleteAsync(Enumerable.Range(0, 200).Where(i => i % 3 == round % 3).Select(i => $"d{i}"), Token);
            await index.UpsertAsync([.. Enumerable.Range(0, 200).Select(i => Document($"d{i}", texts))]);
        }

        Assert.Equal((200, 4000), (index.Collection.GetInfo().Documents, index.Collection.GetInfo().Passages));
        Assert.InRange(Size(index), size, size * 5 / 4);
        IndexCheck.Check(index.FilePath);
    }

    private static long Size(TemporaryIndex index)
    {
        // Closing folds what is still in the log into the file.
        index.Reopen();
        return new FileInfo(index.FilePath).Length;
    }
}
