using Microsoft.Data.Sqlite;
using static Resift.Sqlite.Tests.TemporaryIndex;

namespace Resift.Sqlite.Tests.Storage;

public sealed class SchemaCheckTests : IDisposable
{
    private const string Endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)";

    private readonly TemporaryIndex _index = new();

    public void Dispose() => _index.Dispose();

    [Theory]
    [InlineData($"DROP TABLE collections; CREATE VIEW collections AS {Endless} SELECT i AS id, 'n' || i AS name FROM n",
        "view 'collections'")]
    [InlineData("CREATE TRIGGER t AFTER INSERT ON documents BEGIN DELETE FROM passages; END", "trigger 't'")]
    [InlineData("CREATE TABLE more(x)", "table 'more'")]
    [InlineData("CREATE TABLE text_x(x)", "table 'text_x'")]
    [InlineData("CREATE VIRTUAL TABLE text_7 USING fts5(heading, text, tokenize = 'porter')", "text_7")]
    [InlineData("CREATE INDEX extra ON documents(length(hash))", "index 'extra'")]
    [InlineData("ALTER TABLE vectors ADD COLUMN size INT AS (length(zeroblob(1000000000)))", "table 'vectors'")]
    [InlineData("DROP TABLE labels", "lacks")]
    [InlineData("DROP TABLE labels; CREATE TABLE labels(label BLOB, document INTEGER, passage INTEGER)", "table 'labels'")]
    public async Task Open_OtherTablesThanOurs_IsRefusedBeforeAnythingIsRead(string change, string what)
    {
        await _index.UpsertAsync(Document("a", "the cat sat"));
        _index.Index.Dispose();
        Execute(change);
        foreach (bool readOnly in (bool[])[true, false])
        {
            var exception = Assert.Throws<InvalidDataException>(() => SqliteIndex.Open(_index.FilePath, new() { ReadOnly = readOnly }));
            Assert.Contains(what, exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Open_AfterAnalyzeAndVacuum_Opens()
    {
        await _index.UpsertAsync(Document("a", "the cat sat"));
        await _index.Index.GetCollection("more").UpsertAsync(
            new[] { Document("a", "the cat sat") }.ToAsyncEnumerable(), _index.Embedder, cancellationToken: Token);
        _index.Index.Dispose();
        Execute("ANALYZE; VACUUM");
        _index.Reopen();
        Assert.Equal(["a#0"], await FindAsync(_index.Collection.Lexical, "cat"));
    }

    [Fact]
    public async Task Upgrade_OfAViewInTheNameOfATable_IsRefused()
    {
        _index.Index.Dispose();
        Execute($"DROP TABLE documents; CREATE VIEW documents AS {Endless} SELECT i AS id FROM n; PRAGMA user_version = 1");
        var exception = await Assert.ThrowsAsync<InvalidDataException>(
            () => SqliteIndex.UpgradeAsync(_index.FilePath, _ => _index.Embedder, cancellationToken: Token));
        Assert.Contains("'documents'", exception.Message, StringComparison.Ordinal);
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_index.FilePath};Pooling=False");
        connection.Open();
        connection.Execute(sql);
    }
}
