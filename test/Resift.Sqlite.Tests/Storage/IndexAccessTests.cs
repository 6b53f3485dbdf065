using Microsoft.Data.Sqlite;
using static Resift.Sqlite.Tests.TemporaryIndex;

namespace Resift.Sqlite.Tests.Storage;

public sealed class IndexAccessTests : IDisposable
{
    private readonly TemporaryIndex _index = new();

    public void Dispose() => _index.Dispose();

    [Fact]
    public async Task ReadOnly_Searched_LeavesNothingBesideTheFileNorAChangeInIt()
    {
        await _index.UpsertAsync(Document("a", "the cat sat"));
        _index.Index.Dispose();
        byte[] before = await File.ReadAllBytesAsync(_index.FilePath, Token);
        _index.Reopen(new() { ReadOnly = true });
        Assert.Equal(["a#0"], await FindAsync(_index.Collection.Lexical, "cat"));
        _index.Index.Dispose();
        Assert.Equal([_index.FilePath], Directory.GetFiles(Path.GetDirectoryName(_index.FilePath)!));
        Assert.Equal(before, await File.ReadAllBytesAsync(_index.FilePath, Token));
    }

    [Fact]
    public async Task ToReadOnlyMedium_NothingBesideTheFile_SearchesWithoutWritingAnything()
    {
        await _index.UpsertAsync(Document("a", "the cat sat"));
        _index.Index.Dispose();
        string folder = Path.GetDirectoryName(_index.FilePath)!;

        // What stands for something in an address stands for itself here.
        string path = Path.Combine(folder, "a #1? %20.db");
        File.Copy(_index.FilePath, path);
        var access = IndexAccess.ToReadOnlyMedium(path, new() { ReadOnly = true });
        using var pool = new ConnectionPool(path, access, maxConnections: 2);
        using (var lease = pool.Rent())
        {
            Assert.Equal(["default"], CollectionRow.Names(lease.Connection));
            Assert.Equal(path, lease.Connection.DataSource);
            Assert.Throws<SqliteException>(() => lease.Connection.Execute("DELETE FROM collections"));
            Assert.Equal(2, Directory.GetFiles(folder).Length);
        }
    }

    [Fact]
    public async Task ToReadOnlyMedium_ChangesBesideTheFile_AreNotOverlooked()
    {
        await _index.UpsertAsync(Document("a", "the cat sat"));

        // While the index is open, what was committed is still in its log.
        Assert.True(new FileInfo(_index.FilePath + "-wal").Length > 0);
        var access = IndexAccess.ToReadOnlyMedium(_index.FilePath, new() { ReadOnly = true });
        using var pool = new ConnectionPool(_index.FilePath, access, maxConnections: 2);
        using var lease = pool.Rent();
        Assert.Equal(["default"], CollectionRow.Names(lease.Connection));
    }

    [Fact]
    public async Task ReadOnly_FolderThatCannotBeWritten_IsSearched()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Skip("Whoever runs this may write everywhere.");
            return;
        }

        await _index.UpsertAsync(Document("a", "the cat sat"));
        _index.Index.Dispose();
        string folder = Path.GetDirectoryName(_index.FilePath)!;
        var mode = File.GetUnixFileMode(folder);
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            _index.Reopen(new() { ReadOnly = true });
            Assert.Equal(["a#0"], await FindAsync(_index.Collection.Lexical, "cat"));
            Assert.Throws<IOException>(() => SqliteIndex.Open(_index.FilePath));
        }
        finally
        {
            File.SetUnixFileMode(folder, mode);
        }
    }
}
