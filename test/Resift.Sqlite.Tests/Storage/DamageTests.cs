using Microsoft.Data.Sqlite;
using static Resift.Sqlite.Tests.TemporaryIndex;

namespace Resift.Sqlite.Tests.Storage;

public sealed class DamageTests : IDisposable
{
    private readonly TemporaryIndex _index = new();

    public void Dispose() => _index.Dispose();

    [Theory]
    [InlineData("DELETE FROM vectors WHERE passage = (SELECT min(passage) FROM vectors)", "vector")]
    [InlineData("UPDATE vectors SET vector = x'0000803F'", "4 bytes")]
    [InlineData("UPDATE blocks SET codes = x'00'", "wrong size")]
    [InlineData("UPDATE blocks SET occupied = x'FF'", "wrong size")]
    [InlineData("DELETE FROM passages", "passage")]
    [InlineData("UPDATE passages SET start = -1", "begins at -1")]
    [InlineData("UPDATE passages SET length = 99999999999", "Arithmetic operation")]
    [InlineData("UPDATE documents SET metadata = '{'", "JSON")]
    public async Task Search_OfWhatContradictsItself_SaysDamagedInsteadOfLeavingItOut(string change, string reason)
    {
        await _index.UpsertAsync(Document("a", "the cat sat", "a cat ran"), Document("b", "a dog barks"));
        _index.Index.Dispose();
        Execute(change);
        _index.Reopen(new() { ReadOnly = true });
        var dense = _index.Collection.CreateDense(_index.Embedder);
        var exception = await Assert.ThrowsAsync<InvalidDataException>(() => FindAsync(dense, "the cat"));
        Assert.Contains("damaged", exception.Message, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_OfAPassageThatItsBlockDoesNotHave_SaysDamaged()
    {
        await _index.UpsertAsync(Document("a", "the cat sat"));
        _index.Index.Dispose();
        Execute($"UPDATE blocks SET occupied = zeroblob({Block.Slots / 8})");
        _index.Reopen();
        await Assert.ThrowsAsync<InvalidDataException>(() => _index.Collection.DeleteAsync(["a"], Token));
    }

    [Fact]
    public async Task Pages_WithFlippedBytes_GiveAnswersOrAnErrorOfOurs()
    {
        await _index.UpsertAsync([.. Enumerable.Range(0, 60).Select(i => Document($"d{i}", $"cat number {i}", $"dog number {i}"))]);
        _index.Index.Dispose();
        byte[] whole = await File.ReadAllBytesAsync(_index.FilePath, Token);
        var random = new Random(11);
        int refused = 0;
        for (int round = 0; round < 80; round++)
        {
            byte[] damaged = [.. whole];
            for (int flip = 0; flip < 8; flip++)
            {
                // Beyond the first bytes, which say that it is a database of ours.
                damaged[random.Next(100, damaged.Length)] ^= (byte)(1 << random.Next(8));
            }

            await File.WriteAllBytesAsync(_index.FilePath, damaged, Token);
            refused += await IsRefusedAsync() ? 1 : 0;
        }

        Assert.InRange(refused, 1, 79);
        await File.WriteAllBytesAsync(_index.FilePath, whole, Token);
        _index.Reopen();
    }

    [Theory]
    [InlineData(11, typeof(InvalidDataException), "damaged")]
    [InlineData(26, typeof(InvalidDataException), "damaged")]
    [InlineData(13, typeof(IOException), "no room left")]
    [InlineData(18, typeof(InvalidDataException), "longer than")]
    [InlineData(10, typeof(IOException), "cannot be read or written")]
    public void Translate_WhatSqliteSays_IsSaidInOurWords(int code, Type type, string words)
    {
        var failure = StorageFailure.Translate("/a/docs.db", new SqliteException("what SQLite says", code));
        Assert.IsType(type, failure);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.Contains("/a/docs.db", failure.Message, StringComparison.Ordinal);
        Assert.Null(StorageFailure.Translate("/a/docs.db", new OperationCanceledException()));
    }

    private async Task<bool> IsRefusedAsync()
    {
        try
        {
            using (var index = SqliteIndex.Open(_index.FilePath))
            {
                var collection = index.GetCollection();
                _ = index.GetCollectionNames();
                _ = collection.GetInfo();
                await FindAsync(collection.Lexical, "cat number", new() { Candidates = 200 });
                await FindAsync(collection.CreateDense(_index.Embedder), "cat number", new() { Candidates = 200 });
                _ = await collection.GetDocumentIdsAsync(cancellationToken: Token).ToListAsync(Token);
                await collection.UpsertAsync(
                    new[] { Document("d1", "another cat"), Document("new", "a bird") }.ToAsyncEnumerable(), _index.Embedder,
                    cancellationToken: Token);
                await collection.DeleteAsync(["d2", "d3"], Token);
            }

            return false;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or InvalidOperationException)
        {
            // A flipped name of a model or template is another model or template.
            return true;
        }
        finally
        {
            File.Delete(_index.FilePath + "-wal");
            File.Delete(_index.FilePath + "-shm");
        }
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_index.FilePath};Pooling=False");
        connection.Open();
        connection.Execute(sql);
    }
}
