using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Resift.Sqlite;

/// <summary>A way of opening the file.</summary>
internal sealed record IndexAccess
{
    private readonly bool _mustBeWritable;

    private IndexAccess(SqliteIndexOptions options, string source, SqliteOpenMode mode)
    {
        IsForSearch = options.ReadOnly;
        _mustBeWritable = options.ReadOnly && mode == SqliteOpenMode.ReadWrite;
        ConnectionString = new SqliteConnectionStringBuilder
        {
            DataSource = source,
            Mode = mode,
            Pooling = false,

            // In whole seconds, of which 0 would mean for ever.
            DefaultTimeout = Math.Max(1, (int)Math.Min(int.MaxValue, Math.Ceiling(options.BusyTimeout.TotalSeconds))),
        }.ToString();
    }

    public string ConnectionString { get; }

    /// <summary>Gets a value indicating whether nothing may be written by it.</summary>
    public bool IsForSearch { get; }

    /// <summary>
    /// Gets the usual way. Searching opens for writing as well, though it writes nothing: only then can the last one to close the file take
    /// away what SQLite keeps beside it.
    /// </summary>
    public static IndexAccess Usual(string path, SqliteIndexOptions options) =>
        new(options, path, options.ReadOnly ? SqliteOpenMode.ReadWrite : SqliteOpenMode.ReadWriteCreate);

    /// <summary>
    /// Gets the way to search what cannot be written, such as a file on a read-only medium. SQLite then keeps nothing beside it, and must
    /// be told that nobody changes it. A file with a log of changes beside it is being changed, or was left by a crash.
    /// </summary>
    public static IndexAccess ToReadOnlyMedium(string path, SqliteIndexOptions options) =>
        new FileInfo($"{path}-wal") is { Exists: true, Length: > 0 }
            ? new(options, path, SqliteOpenMode.ReadOnly)
            : new(options, $"{new Uri(path).AbsoluteUri}?immutable=1", SqliteOpenMode.ReadOnly);

    /// <summary>Ensures that a connection, which SQLite opens for reading where it cannot write, is what was wanted.</summary>
    public void ThrowUnlessGranted(SqliteConnection connection)
    {
        if (_mustBeWritable && raw.sqlite3_db_readonly(connection.Handle, "main") == 1)
        {
            throw new SqliteException("The file cannot be written.", raw.SQLITE_READONLY);
        }
    }
}
