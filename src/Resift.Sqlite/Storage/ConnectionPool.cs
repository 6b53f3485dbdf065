using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace Resift.Sqlite;

/// <summary>
/// The open connections to one file, a limited number of them. A pool of its own, because disposing the index must close the file, so that
/// it can be moved or deleted, without touching what others in the process have open.
/// </summary>
/// <remarks>Whoever has a connection must not wait for another one: with all of them lent out like that, nobody would go on.</remarks>
/// <param name="path">The file, by which telemetry names the pool.</param>
/// <param name="access">Says how it is opened.</param>
/// <param name="maxConnections">How many connections are open at once.</param>
internal sealed class ConnectionPool(string path, IndexAccess access, int maxConnections) : IDisposable
{
    private readonly ConcurrentBag<SqliteConnection> _idle = [];
    private readonly SemaphoreSlim _free = new(maxConnections, maxConnections);
    private readonly Lock _gate = new();
    private bool _disposed;

    /// <summary>Gets a connection that nobody else has, once there is one; disposing the lease gives it back.</summary>
    /// <exception cref="ObjectDisposedException">The index was disposed.</exception>
    public Lease Rent()
    {
        ThrowIfDisposed();
        long started = Stopwatch.GetTimestamp();
        _free.Wait();
        return Lend(started);
    }

    /// <summary>Gets a connection that nobody else has, once there is one; disposing the lease gives it back.</summary>
    /// <exception cref="ObjectDisposedException">The index was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async ValueTask<Lease> RentAsync(CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        long started = Stopwatch.GetTimestamp();
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        return Lend(started);
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

    private Lease Lend(long started)
    {
        try
        {
            ThrowIfDisposed();
            var lease = new Lease(this, _idle.TryTake(out var idle) ? idle : Open());
            SqliteTelemetry.RecordLent(path, Stopwatch.GetElapsedTime(started));
            return lease;
        }
        catch
        {
            _free.Release();
            throw;
        }
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(access.ConnectionString);
        try
        {
            connection.Open();
            access.ThrowUnlessGranted(connection);

            // NORMAL is safe against a killed process, and in WAL mode never leaves a broken file; a power cut may undo the last commits.
            // The cache is in KiB. Sorting in memory, because a search must not depend on a folder for temporary files.
            // The file may be a stranger's: nothing in its schema is to be run, and no page to be believed.
            connection.Execute("PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY; " +
                $"PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA query_only = {(access.IsForSearch ? "ON" : "OFF")}");
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
            if (_disposed)
            {
                connection.Dispose();
            }
            else
            {
                _idle.Add(connection);
            }
        }

        SqliteTelemetry.RecordReturned(path);
        _free.Release();
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), typeof(SqliteIndex));

    /// <summary>A connection on loan.</summary>
    public readonly struct Lease(ConnectionPool pool, SqliteConnection connection) : IDisposable
    {
        public SqliteConnection Connection => connection;

        public void Dispose() => pool.Return(connection);
    }
}
