using Microsoft.Data.Sqlite;
using static Resift.Sqlite.Tests.TemporaryIndex;

namespace Resift.Sqlite.Tests.Storage;

public sealed class ExaminationTests : IDisposable
{
    private readonly TemporaryIndex _index = new();

    public void Dispose() => _index.Dispose();

    [Fact]
    public async Task CheckAsync_SoundIndex_FindsNothing()
    {
        Assert.Empty(await _index.Index.CheckAsync(Token));
        await _index.UpsertAsync([.. Enumerable.Range(0, 50).Select(i => Document($"d{i}", $"cat {i}", $"dog {i}"))]);
        await _index.Collection.DeleteAsync(["d7"], Token);
        Assert.Empty(await _index.Index.CheckAsync(Token));
        _index.Reopen(new() { ReadOnly = true });
        Assert.Empty(await _index.Index.CheckAsync(Token));
    }

    [Theory]
    [InlineData("DELETE FROM vectors", "2 passages without a vector")]
    [InlineData("DELETE FROM passages", "2 vectors without a passage")]
    [InlineData("DELETE FROM documents", "2 passages without a document")]
    [InlineData("DELETE FROM text_1 WHERE rowid = (SELECT min(id) FROM passages)", "1 passages of 'default' without words")]
    [InlineData("UPDATE vectors SET vector = zeroblob(length(vector))", "and its code differ")]
    [InlineData("UPDATE vectors SET vector = x'00'", "wrong size")]
    [InlineData("UPDATE blocks SET used = 1", "1 passages of 'default' more")]
    public async Task CheckAsync_PartsThatDoNotBelongTogether_AreFound(string change, string finding)
    {
        await _index.UpsertAsync(Document("a", "the cat sat", "a dog barks"));
        _index.Index.Dispose();
        using (var connection = new SqliteConnection($"Data Source={_index.FilePath};Pooling=False"))
        {
            connection.Open();
            connection.Execute(change);
        }

        _index.Reopen();
        Assert.Contains(await _index.Index.CheckAsync(Token), found => found.Contains(finding, StringComparison.Ordinal));
    }
}
