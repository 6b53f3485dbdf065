using System.Text.Json;
using Microsoft.Data.Sqlite;
using Resift.Sqlite;

namespace Resift.Cli.Tests.Commands;

/// <summary>What an index file says of itself, and what is taken out of it.</summary>
public sealed class DbContentTests : IDisposable
{
    private readonly CommandLine _cli = new();

    public DbContentTests()
    {
        _cli.File("docs/a.txt", "apples");
        _cli.File("docs/sub/b.txt", "bananas");
        _cli.File("docs/subway.txt", "trains");
        _cli.File("wiki/a.txt", "cherries");
    }

    private string Db => _cli.At("index.db");

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task List_TwoCollections_SaysWhatIsInThem()
    {
        await IndexAsync(_cli.At("docs"), _cli.At("wiki"), "--exclude", "none");
        await IndexAsync(_cli.At("wiki"), "--collection", "other", "--passage-tokens", "50");

        Assert.Equal((ExitCode.Ok, ""), (await _cli.RunAsync("db", "list", "--db", Db, "--format", "json"), _cli.Error));

        using var json = JsonDocument.Parse(_cli.Output);
        Assert.Equal(new FileInfo(Db).Length, json.RootElement.GetProperty("bytes").GetInt64());
        var collections = json.RootElement.GetProperty("collections");
        Assert.Equal("default", collections[0].GetProperty("collection").GetString());
        Assert.Equal(4, collections[0].GetProperty("documents").GetInt64());
        Assert.Equal(26, collections[0].GetProperty("dimensions").GetInt32());
        Assert.Equal(3, collections[0].GetProperty("folders").GetProperty("docs").GetInt64());
        var sources = collections[0].GetProperty("made").GetProperty("sources");
        Assert.Equal("none", sources.GetProperty("wiki").GetProperty("exclude")[0].GetString());
        Assert.Equal(50, collections[1].GetProperty("made").GetProperty("tokens").GetInt32());
        _cli.Clear();

        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("db", "list", "--db", Db));
        Assert.Contains("docs, wiki", _cli.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Db + "-wal"));
    }

    [Fact]
    public async Task Info_OneCollection_SaysWhatTheNextRunGoesBy()
    {
        await IndexAsync(_cli.At("docs"), "--exclude", "sub");
        Assert.Equal((ExitCode.Ok, ""), (await _cli.RunAsync("db", "info", "--db", Db), _cli.Error));
        Assert.Contains("folder         docs (2 documents)", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("remembered     docs: --exclude \"sub\"", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("passages have  200 tokens, 32 of them shared", _cli.Output, StringComparison.Ordinal);

        Assert.Equal(ExitCode.Error, await _cli.RunAsync("db", "info", "other", "--db", Db));
        Assert.Contains("it has default", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Remove_Folder_TakesItsDocumentsAndNoNeighbour()
    {
        await IndexAsync(_cli.At("docs"), _cli.At("wiki"));

        Assert.Equal((ExitCode.Ok, ""), (await _cli.RunAsync("db", "remove", "docs/sub/", "--db", Db, "--dry-run"), _cli.Error));
        Assert.Equal("docs/sub/b.txt\n1 document would be removed.\n", _cli.Output);
        Assert.Equal(["docs/a.txt", "docs/sub/b.txt", "docs/subway.txt", "wiki/a.txt"], await IdsAsync());
        _cli.Clear();

        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("db", "remove", "docs/sub", "wiki/a.txt", "--db", Db));
        Assert.Equal("docs/sub/b.txt\nwiki/a.txt\n2 documents removed.\n", _cli.Output);
        Assert.Equal(["docs/a.txt", "docs/subway.txt"], await IdsAsync());
    }

    [Fact]
    public async Task Remove_WhatIsNotThere_RemovesNothing()
    {
        await IndexAsync(_cli.At("docs"));
        Assert.Equal(ExitCode.Error, await _cli.RunAsync("db", "remove", "docs", "doc", "--db", Db));
        Assert.Contains("is doc, or lies in it. Nothing was removed", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(3, (await IdsAsync()).Count);
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync("db", "remove", "--db", Db));
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync("db", "remove", "/", "--db", Db));
    }

    [Fact]
    public async Task Remove_Collection_TakesAllOfIt()
    {
        await IndexAsync(_cli.At("docs"));
        await IndexAsync(_cli.At("wiki"), "--collection", "other");
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("db", "remove", "--collection", "default", "--db", Db));
        Assert.Equal("The collection default with 3 documents removed.\n", _cli.Output);
        using var index = SqliteIndex.Open(Db);
        Assert.Equal(["other"], index.GetCollectionNames());
    }

    [Fact]
    public async Task Check_SoundAndDamaged_SaysWhichItIs()
    {
        await IndexAsync(_cli.At("docs"));
        Assert.Equal((ExitCode.Ok, ""), (await _cli.RunAsync("db", "check", "--db", Db), _cli.Error));
        Assert.EndsWith("is sound.\n", _cli.Output, StringComparison.Ordinal);
        using (var connection = new SqliteConnection($"Data Source={Db};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DELETE FROM vectors";
            command.ExecuteNonQuery();
        }

        Assert.Equal(ExitCode.Error, await _cli.RunAsync("db", "check", "--db", Db));
        Assert.Contains("3 passages without a vector", _cli.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Error, await _cli.RunAsync("search", "apples", "--db", Db));
        Assert.Contains("is damaged", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_LeavesNothingBesideTheIndex()
    {
        await IndexAsync(_cli.At("docs"));
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("search", "apples", "--db", Db));
        Assert.Equal([Db], Directory.GetFiles(_cli.Folder));
    }

    private async Task IndexAsync(params string[] arguments)
    {
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync(["index", .. arguments, "--db", Db]));
        _cli.Clear();
    }

    private async Task<IReadOnlyList<string>> IdsAsync()
    {
        using var index = SqliteIndex.Open(Db);
        return await index.GetCollection().GetDocumentIdsAsync().ToListAsync(TestContext.Current.CancellationToken);
    }
}
