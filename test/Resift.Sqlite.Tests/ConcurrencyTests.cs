using Microsoft.Data.Sqlite;
using Resift.Retrieval;
using Resift.Testing;
using static Resift.Sqlite.Tests.TemporaryIndex;

namespace Resift.Sqlite.Tests;

public sealed class ConcurrencyTests
{
    [Fact]
    public async Task Readers_WhileATransactionIsOpen_SeeWhatWasCommittedBefore()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", "the cat sat"));
        using var connection = OpenWriter(index);
        Execute(connection, "DELETE FROM passages");
        Assert.Equal(["a#0"], await FindAsync(index.Collection.Lexical, "cat"));
        Assert.Equal(["a#0"], await FindAsync(index.Collection.CreateDense(index.Embedder), "cat"));
        using var other = SqliteIndex.Open(index.FilePath, new() { ReadOnly = true });
        Assert.Equal(["a#0"], await FindAsync(other.GetCollection().Lexical, "cat"));
        Execute(connection, "ROLLBACK");
    }

    [Fact]
    public async Task SecondWriter_WhileAnotherIsAtWork_FailsAfterTheTimeSayingSo()
    {
        using var index = new TemporaryIndex(new() { BusyTimeout = TimeSpan.FromMilliseconds(50) });
        using var connection = OpenWriter(index);
        var exception = await Assert.ThrowsAsync<TimeoutException>(() => index.UpsertAsync(Document("a", "the cat sat")));
        Assert.Contains(index.FilePath, exception.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<TimeoutException>(() => index.Index.DeleteCollectionAsync("default", Token));
        Execute(connection, "ROLLBACK");
        await index.UpsertAsync(Document("a", "the cat sat"));
    }

    [Fact]
    public async Task SecondWriter_OnceTheFirstIsDone_GetsItsTurn()
    {
        using var index = new TemporaryIndex();
        using var connection = OpenWriter(index);
        var upsert = index.UpsertAsync(Document("a", "the cat sat"));
        Assert.NotSame(upsert, await Task.WhenAny(upsert, Task.Delay(50, Token)));
        Execute(connection, "ROLLBACK");
        Assert.Equal(1, (await upsert).Added);
    }

    [Fact]
    public async Task Embedding_WhileItLasts_HoldsNoWriterUp()
    {
        using var index = new TemporaryIndex();
        using var slow = new TestEmbeddingGenerator
        {
            GenerateAsyncCallback = async (texts, options, token) =>
            {
                await index.UpsertAsync(Document("quick", "dogs"));
                return await index.Embedder.GenerateAsync(texts, options, token);
            },
        };
        await index.Collection.UpsertAsync(new[] { Document("slow", "cats") }.ToAsyncEnumerable(), slow, null, Token);
        Assert.Equal(2, index.Collection.GetInfo().Documents);
    }

    [Fact]
    public async Task WritersAndReaders_AllAtOnce_EndInOneWholeIndex()
    {
        using var index = new TemporaryIndex();
        using var other = SqliteIndex.Open(index.FilePath);
        Task<UpsertResult> Write(SqliteIndex at, string prefix) => at.GetCollection().UpsertAsync(
            Enumerable.Range(0, 300).Select(i => Document($"{prefix}{i % 200}", $"cat {prefix} {i}", "dog")).ToAsyncEnumerable(),
            index.Embedder,
            cancellationToken: Token);
        var writers = Task.WhenAll(Write(index.Index, "a"), Write(other, "b"), Write(index.Index, "a"), Write(other, "both"));
        int searches = 0;
        do
        {
            foreach (var collection in new[] { index.Collection, other.GetCollection() })
            {
                // Each search sees whole documents only.
                var found = await collection.Lexical.RetrieveAsync("cat", new() { Candidates = 20 }, Token);
                Assert.All(found.Candidates, candidate => Assert.StartsWith("cat", candidate.Text, StringComparison.Ordinal));
                var dense = await collection.CreateDense(index.Embedder).RetrieveAsync("dog", new() { Candidates = 20 }, Token);
                Assert.All(dense.Candidates, candidate => Assert.Equal(64, candidate.Embedding.Length));
                searches++;
            }
        }
        while (!writers.IsCompleted);

        await writers;
        Assert.True(searches > 0);
        Assert.Equal((600, 1200), (index.Collection.GetInfo().Documents, index.Collection.GetInfo().Passages));
        IndexCheck.Check(index.FilePath);
    }

    [Fact]
    public async Task Cutters_ThatSearchTheSameIndexAtOnce_HoldNoConnectionMeanwhile()
    {
        using var index = new TemporaryIndex(new() { MaxConnections = 2 });
        await index.UpsertAsync(Document("a", "the cat sat"));
        using var together = new Barrier(2);
        IndexedDocument Searching(string id) => new(id, "1", () =>
        {
            Assert.True(together.SignalAndWait(TimeSpan.FromMinutes(1), Token));
            string[] found = FindAsync(index.Collection.Lexical, "cat").GetAwaiter().GetResult();
            return found.Select((name, i) => new Retrieval.SearchDocument($"{id}#{i}", $"like {name}") { Location = new(id, i, 1) });
        });
        await Task.WhenAll(index.UpsertAsync(Searching("b")), index.UpsertAsync(Searching("c")));
        Assert.Equal(3, index.Collection.GetInfo().Documents);
    }

    [Fact]
    public async Task Readers_WhileManyWritersWait_FindAConnection()
    {
        using var index = new TemporaryIndex(new() { MaxConnections = 2 });
        await index.UpsertAsync(Document("a", "the cat sat"));
        using var connection = OpenWriter(index);
        var writers = Task.WhenAll(Enumerable.Range(0, 6).Select(i => index.UpsertAsync(Document($"b{i}", $"dog {i}"))));
        while (index.Embedder.Received.Count < 7)
        {
            await Task.Yield();
        }

        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(["a#0"], await FindAsync(index.Collection.Lexical, "cat"));
        }

        Assert.False(writers.IsCompleted);
        Execute(connection, "ROLLBACK");
        await writers;
        Assert.Equal(7, index.Collection.GetInfo().Documents);
    }

    [Fact]
    public async Task SearchesAtOnce_MoreThanConnections_AreAllAnswered()
    {
        using var index = new TemporaryIndex(new() { MaxConnections = 2 });
        await index.UpsertAsync(Document("a", "the cat sat"));
        var dense = index.Collection.CreateDense(index.Embedder);
        var searches = Enumerable.Range(0, 30).Select(i => FindAsync(i % 2 == 0 ? dense : index.Collection.Lexical, "cat"));
        Assert.All(await Task.WhenAll(searches), found => Assert.Equal(["a#0"], found));
    }

    private static SqliteConnection OpenWriter(TemporaryIndex index)
    {
        var connection = new SqliteConnection($"Data Source={index.FilePath};Pooling=False");
        connection.Open();
        Execute(connection, "BEGIN IMMEDIATE");
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
