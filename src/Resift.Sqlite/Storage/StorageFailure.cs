using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Resift.Sqlite;

/// <summary>Says in the words of an index what SQLite, or what lies in the file, says in others.</summary>
internal static class StorageFailure
{
    /// <summary>Creates the error of an index that contradicts itself.</summary>
    public static InvalidDataException Damaged(SqliteConnection connection, string what) => Damaged(connection.DataSource, what);

    /// <summary>Runs what only reads or writes the file, so that whatever goes wrong is the file's fault.</summary>
    /// <exception cref="InvalidDataException">The index is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    public static T Run<T>(string path, Func<T> run)
    {
        try
        {
            return run();
        }
        catch (Exception exception) when (Translate(path, exception) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>Runs what only reads or writes the file, so that whatever goes wrong is the file's fault.</summary>
    /// <exception cref="InvalidDataException">The index is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    public static async Task<T> RunAsync<T>(string path, Func<Task<T>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (Exception exception) when (Translate(path, exception) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>Gets what an exception means; null if it is no failure of the file.</summary>
    public static Exception? Translate(string path, Exception exception) => exception switch
    {
        SqliteException { SqliteErrorCode: raw.SQLITE_NOTADB } => new InvalidDataException(
            $"'{path}' is not a Resift index, nor any SQLite database: it is another file, or a damaged one. It was left as it is; name " +
            "another file, or index again into a new one.", exception),
        SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT } => Damaged(path, exception.Message, exception),
        SqliteException { SqliteErrorCode: raw.SQLITE_FULL } => new IOException(
            $"There is no room left on the disk of '{path}'. What was written before is safe: make room and do the same again.", exception),
        SqliteException { SqliteErrorCode: raw.SQLITE_TOOBIG } => new InvalidDataException(
            $"A text or its metadata is longer than the 1,000,000,000 bytes that an index can keep ('{path}'); cut it into several " +
            "documents.", exception),
        SqliteException => new IOException($"The index '{path}' cannot be read or written: {exception.Message}", exception),

        // A value of a type or size that no version of this program writes there.
        InvalidCastException or OverflowException => Damaged(path, exception.Message, exception),
        _ => null,
    };

    private static InvalidDataException Damaged(string path, string what, Exception? inner = null) => new(
        $"The index '{path}' is damaged: {what.TrimEnd('.')}. Delete it and index again; resift db check says more.", inner);
}
