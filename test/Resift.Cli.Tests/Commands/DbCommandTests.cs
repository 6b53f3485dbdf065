using Microsoft.Data.Sqlite;

namespace Resift.Cli.Tests.Commands;

public sealed class DbCommandTests : IDisposable
{
    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Upgrade_OldIndex_IsSearchableWithoutItsSources()
    {
        string db = OldIndex();
        Assert.Equal(ExitCode.Error, await _cli.RunAsync("search", "sessions", "--db", db));
        Assert.Contains("resift db upgrade", _cli.Error, StringComparison.Ordinal);
        _cli.Clear();

        Assert.Equal((ExitCode.Ok, ""), (await _cli.RunAsync("db", "upgrade", "--db", db), _cli.Error));
        Assert.Contains("is now of the format of this version", _cli.Output, StringComparison.Ordinal);
        _cli.Clear();

        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("search", "sessions", "--db", db, "--retriever", "lexical", "--format", "trec"));
        Assert.StartsWith("1 Q0 docs/guide.md 1 ", _cli.Output, StringComparison.Ordinal);
        _cli.Clear();

        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("search", "anchor", "--db", db, "--retriever", "lexical", "--format", "trec"));
        Assert.Equal("", _cli.Output);
        _cli.Clear();

        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("db", "upgrade", "--db", db));
        Assert.Contains("of the format of this version already", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upgrade_NoIndex_SaysSo()
    {
        Assert.Equal(ExitCode.Error, await _cli.RunAsync("db", "upgrade", "--db", _cli.At("none.db")));
        Assert.Contains("There is no index", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Error, await _cli.RunAsync("db", "upgrade", "--db", _cli.File("text.db", "no database")));
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync("db", "upgrade"));
    }

    private string OldIndex()
    {
        string path = _cli.At("old.db");
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            CREATE TABLE collections(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, model TEXT, dimensions INTEGER) STRICT;
            CREATE TABLE documents(id INTEGER PRIMARY KEY, collection INTEGER NOT NULL, key TEXT NOT NULL, hash TEXT NOT NULL,
                metadata TEXT NOT NULL, UNIQUE(collection, key)) STRICT;
            CREATE TABLE passages(id INTEGER PRIMARY KEY, document INTEGER NOT NULL, key TEXT NOT NULL, start INTEGER, length INTEGER,
                metadata TEXT, text TEXT NOT NULL) STRICT;
            INSERT INTO collections VALUES(1, 'default', 'all-MiniLM-L6-v2', 26);
            INSERT INTO documents VALUES(1, 1, 'guide.md', 'hash', '{"path":"guide.md","root":"docs","title":"Guide"}');
            INSERT INTO passages VALUES(
                1, 1, 'guide.md#0', 0, 31, '{"heading":"Guide > Sessions"}', '## Sessions { #anchor }' || char(10) || 'Share.');
            PRAGMA application_id = 1381189204;
            PRAGMA user_version = 1;
            """;
        command.ExecuteNonQuery();
        return path;
    }
}
