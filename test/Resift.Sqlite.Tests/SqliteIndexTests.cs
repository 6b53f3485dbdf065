using Microsoft.Data.Sqlite;
using Resift.Retrieval;
using static Resift.Sqlite.Tests.TemporaryIndex;

namespace Resift.Sqlite.Tests;

public sealed class SqliteIndexTests
{
    [Fact]
    public void Open_FileOfSomethingElse_IsRefusedAndLeftAsItIs()
    {
        using var folder = new TemporaryIndex();
        string path = folder.FilePath + ".txt";
        string text = string.Concat(Enumerable.Repeat("This is a letter, not an index. ", 100));
        File.WriteAllText(path, text);
        var exception = Assert.Throws<InvalidDataException>(() => SqliteIndex.Open(path));
        Assert.Contains("not a Resift index", exception.Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(path));
    }

    [Fact]
    public void Open_DatabaseOfAnotherProgram_IsRefusedAndLeftAsItIs()
    {
        using var folder = new TemporaryIndex();
        string path = folder.FilePath + ".other";
        Execute(path, "CREATE TABLE songs(title TEXT)");
        byte[] before = File.ReadAllBytes(path);
        var exception = Assert.Throws<InvalidDataException>(() => SqliteIndex.Open(path));
        Assert.Contains("another program", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Fact]
    public void Open_NewerFormat_IsRefusedWithBothVersions()
    {
        using var index = new TemporaryIndex();
        index.Index.Dispose();
        Execute(index.FilePath, "PRAGMA user_version = 7");
        var exception = Assert.Throws<InvalidDataException>(() => SqliteIndex.Open(index.FilePath));
        Assert.Contains("format 7", exception.Message, StringComparison.Ordinal);
        Assert.Contains("reads format 2", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Open_NoFileAndNoneToBeMade_Throws(bool readOnly, bool mustExist)
    {
        using var index = new TemporaryIndex();
        string path = index.FilePath + ".missing";
        Assert.Throws<FileNotFoundException>(() => SqliteIndex.Open(path, new() { ReadOnly = readOnly, MustExist = mustExist }));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void Open_PathThatCannotBe_Throws()
    {
        using var index = new TemporaryIndex();
        string folder = Path.GetDirectoryName(index.FilePath)!;
        Assert.Throws<IOException>(() => SqliteIndex.Open(folder));
        Assert.Throws<DirectoryNotFoundException>(() => SqliteIndex.Open(Path.Combine(folder, "nowhere", "index.db")));
        Assert.Throws<ArgumentException>(() => SqliteIndex.Open(" "));
    }

    [Fact]
    public void Open_EmptyFileToBeRead_Throws()
    {
        using var index = new TemporaryIndex();
        string path = index.FilePath + ".empty";
        File.WriteAllBytes(path, []);
        Assert.Throws<InvalidDataException>(() => SqliteIndex.Open(path, new() { ReadOnly = true }));
    }

    [Fact]
    public void Open_ManyAtOnce_AllOpenTheOneIndex()
    {
        using var index = new TemporaryIndex();
        string path = index.FilePath + ".new";
        Parallel.For(0, 8, _ => SqliteIndex.Open(path).Dispose());
        using var opened = SqliteIndex.Open(path);
        Assert.Empty(opened.GetCollectionNames());
    }

    [Fact]
    public async Task ReadOnly_WithContent_SearchesAndRefusesChanges()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", "the cat sat"));
        index.Reopen(new() { ReadOnly = true });
        Assert.Equal(["a#0"], await FindAsync(index.Collection.Lexical, "cat"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => index.UpsertAsync(Document("b", "dogs")));
        await Assert.ThrowsAsync<InvalidOperationException>(() => index.Collection.DeleteAsync(["a"], Token));
        await Assert.ThrowsAsync<InvalidOperationException>(() => index.Index.DeleteCollectionAsync("default", Token));
        var exception = Assert.Throws<ArgumentException>(() => index.Index.GetCollection("cats"));
        Assert.Contains("It has: default", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_ChangedAfterwards_HaveNoEffect()
    {
        var options = new SqliteIndexOptions();
        using var index = new TemporaryIndex(options);
        options.ReadOnly = true;
        var settings = new CollectionOptions { Cut = "tokens=100" };
        var collection = index.Index.GetCollection(options: settings);
        settings.Cut = "tokens=200";
        await collection.UpsertAsync(new[] { Document("a", "the cat sat") }.ToAsyncEnumerable(), index.Embedder, cancellationToken: Token);
        Assert.Equal("tokens=100", collection.GetInfo().Cut);
    }

    [Fact]
    public void Options_ValuesThatCannotBe_AreRefusedByName()
    {
        var options = new SqliteIndexOptions();
        Assert.Throws<ArgumentOutOfRangeException>(nameof(options.MaxConnections), () => options.MaxConnections = 1);
        Assert.Throws<ArgumentOutOfRangeException>(nameof(options.BusyTimeout), () => options.BusyTimeout = TimeSpan.FromTicks(-1));
        var settings = new CollectionOptions();
        Assert.Throws<ArgumentNullException>(nameof(settings.Template), () => settings.Template = null!);
    }

    [Fact]
    public async Task BusyTimeout_LongerThanAnyClock_Waits()
    {
        using var index = new TemporaryIndex(new() { BusyTimeout = TimeSpan.MaxValue });
        Assert.Equal(1, (await index.UpsertAsync(Document("a", "the cat sat"))).Added);
    }

    [Fact]
    public async Task Collections_Several_KnowNothingOfEachOther()
    {
        using var index = new TemporaryIndex();
        var cats = index.Index.GetCollection("cats");
        await cats.UpsertAsync(new[] { Document("a", "the cat sat") }.ToAsyncEnumerable(), index.Embedder, cancellationToken: Token);
        await index.UpsertAsync(Document("a", "the dog barks"), Document("b", "a cat and a dog"));
        Assert.Equal(["cats", "default"], index.Index.GetCollectionNames());
        Assert.Equal(["a#0"], await FindAsync(cats.Lexical, "cat dog"));
        Assert.Equal(["a#0"], await FindAsync(cats.CreateDense(index.Embedder), "dog"));
        Assert.True(await index.Index.DeleteCollectionAsync("default", Token));
        Assert.False(await index.Index.DeleteCollectionAsync("default", Token));
        Assert.Equal(["cats"], index.Index.GetCollectionNames());
        Assert.Empty(await FindAsync(index.Collection.Lexical, "dog"));
        Assert.Equal(["a#0"], await FindAsync(cats.Lexical, "cat"));
        index.Index.Dispose();
        IndexCheck.Check(index.FilePath);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\0b")]
    public void GetCollection_NameThatCannotBeStored_Throws(string name)
    {
        using var index = new TemporaryIndex();
        Assert.Throws<ArgumentException>(() => index.Index.GetCollection(name));

        // Half of a surrogate pair, which no attribute can hold.
        Assert.Throws<ArgumentException>(() => index.Index.GetCollection(name + '\ud800'));
    }

    [Fact]
    public async Task GetCollection_NameLikeSql_IsJustAName()
    {
        using var index = new TemporaryIndex();
        const string name = "x'); DROP TABLE documents; --\"";
        var collection = index.Index.GetCollection(name);
        await collection.UpsertAsync(new[] { Document("a", "the cat sat") }.ToAsyncEnumerable(), index.Embedder, cancellationToken: Token);
        Assert.Equal([name], index.Index.GetCollectionNames());
        Assert.Equal(["a#0"], await FindAsync(collection.Lexical, "cat"));
    }

    [Fact]
    public async Task Dispose_AfterUse_ClosesTheFileAndRefusesMore()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", "the cat sat"));
        var collection = index.Collection;
        index.Index.Dispose();
        index.Index.Dispose();

        // The last connection to close folds these into the file.
        Assert.False(File.Exists(index.FilePath + "-wal"));
        Assert.False(File.Exists(index.FilePath + "-shm"));
        File.Move(index.FilePath, index.FilePath + ".moved");
        Assert.Throws<ObjectDisposedException>(() => index.Index.GetCollectionNames());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => FindAsync(collection.Lexical, "cat"));
    }

    private static void Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
