using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Resift.Sqlite;

/// <summary>
/// The open connections to one file. A pool of its own, because disposing the index must close the file, so that it can be moved or
/// deleted, without touching what others in the process have open.
/// </summary>
internal sealed class ConnectionPool(string connectionString) : IDisposable
{
    private readonly ConcurrentBag<SqliteConnection> _idle = [];
    private readonly Lock _gate = new();
    private bool _disposed;

    /// <summary>Gets a connection that nobody else has; disposing the lease gives it back.</summary>
    public Lease Rent()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), typeof(SqliteIndex));
        var connection = _idle.TryTake(out var idle) ? idle : Open();
        return new(this, connection);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            while (_idle.TryTake(out var connection))
            {
                connection.Dispose();
            }
        }
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();

            // NORMAL is safe against a killed process, and in WAL mode never leaves a broken file; a power cut may undo the last commits.
            // The cache is in KiB. Sorting in memory, because a search must not depend on a folder for temporary files.
            connection.Execute("PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Return(SqliteConnection connection)
    {
        lock (_gate)
        {
            // One for each processor is kept; what a burst opened beyond that is closed.
            if (!_disposed && _idle.Count < Environment.ProcessorCount + 1)
            {
                _idle.Add(connection);
                return;
            }
        }

        connection.Dispose();
    }

    /// <summary>A connection on loan.</summary>
    public readonly struct Lease(ConnectionPool pool, SqliteConnection connection) : IDisposable
    {
        public SqliteConnection Connection => connection;

        public void Dispose() => pool.Return(connection);
    }
}
