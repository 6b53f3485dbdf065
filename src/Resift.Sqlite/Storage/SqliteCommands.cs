using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Resift.Sqlite;

/// <summary>Short forms of running statements. The text of a statement is always a constant, or one with a number of ours in it.</summary>
internal static class SqliteCommands
{
    public static int Execute(this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = connection.Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    public static object? Scalar(this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = connection.Command(sql, parameters);
        object? value = command.ExecuteScalar();
        return value is DBNull ? null : value;
    }

    public static SqliteCommand Command(
        this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command;
    }

    /// <summary>
    /// Gets the bytes of a text or blob where SQLite has them, without a copy; they are valid until the reader moves on. Texts are read
    /// this way because a string would end at the first NUL.
    /// </summary>
    public static ReadOnlySpan<byte> Bytes(this SqliteDataReader reader, int column) => raw.sqlite3_column_blob(reader.Handle, column);

    /// <summary>Runs statements that a cancelled token stops, even inside SQLite.</summary>
    public static T RunInterruptibly<T>(this SqliteConnection connection, Func<T> run, CancellationToken cancellationToken)
    {
        // Its disposal waits for the callback, so that no interruption reaches whoever gets the connection next.
        using var registration = cancellationToken.Register(handle => raw.sqlite3_interrupt((sqlite3)handle!), connection.Handle);
        try
        {
            return run();
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode == raw.SQLITE_INTERRUPT)
        {
            throw new OperationCanceledException("The reading was stopped.", exception, cancellationToken);
        }
    }
}
