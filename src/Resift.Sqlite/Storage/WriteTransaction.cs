using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Resift.Sqlite;

/// <summary>The one transaction that may write to the file; whatever is not committed when it is disposed is undone.</summary>
internal sealed class WriteTransaction : IDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(10);

    // What a semaphore can wait at most.
    private static readonly TimeSpan _longestWait = TimeSpan.FromMilliseconds(int.MaxValue);

    private readonly IndexFile _file;
    private readonly ConnectionPool.Lease _lease;
    private bool _committed;

    private WriteTransaction(IndexFile file, ConnectionPool.Lease lease) => (_file, _lease) = (file, lease);

    public SqliteConnection Connection => _lease.Connection;

    /// <summary>Waits until no other writer is at work.</summary>
    /// <exception cref="TimeoutException">Another writer was not done in time.</exception>
    public static async Task<WriteTransaction> BeginAsync(IndexFile file, CancellationToken cancellationToken)
    {
        file.ThrowIfReadOnly();
        long start = Stopwatch.GetTimestamp();
        if (!await file.Writing.WaitAsync(Shorter(file.BusyTimeout, _longestWait), cancellationToken).ConfigureAwait(false))
        {
            throw Busy(file);
        }

        try
        {
            var lease = await file.Connections.RentAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await BeginAsync(file, lease.Connection, start, cancellationToken).ConfigureAwait(false);
                return new(file, lease);
            }
            catch
            {
                lease.Dispose();
                throw;
            }
        }
        catch
        {
            file.Writing.Release();
            throw;
        }
    }

    public void Commit()
    {
        SqliteException.ThrowExceptionForRC(raw.sqlite3_exec(Connection.Handle, "COMMIT"), Connection.Handle);
        _committed = true;
    }

    public void Dispose()
    {
        if (!_committed)
        {
            // Some errors, such as a full disk, have undone the transaction already; then this says so, which is no news.
            _ = raw.sqlite3_exec(Connection.Handle, "ROLLBACK");
        }

        _lease.Dispose();
        _file.Writing.Release();
    }

    // Asks again and again, since SQLite's own waiting cannot be cancelled.
    private static async Task BeginAsync(
        IndexFile file, SqliteConnection connection, long start, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // IMMEDIATE, because a transaction that begins with reading cannot always become a writing one.
            int code = raw.sqlite3_exec(connection.Handle, "BEGIN IMMEDIATE");
            if (code == raw.SQLITE_OK)
            {
                return;
            }

            if (code != raw.SQLITE_BUSY)
            {
                SqliteException.ThrowExceptionForRC(code, connection.Handle);
            }

            if (Stopwatch.GetElapsedTime(start) >= file.BusyTimeout)
            {
                throw Busy(file);
            }

            await Task.Delay(_pause, cancellationToken).ConfigureAwait(false);
        }
    }

    private static TimeoutException Busy(IndexFile file) => new(
        $"Somebody else is writing to '{file.Path}' and was not done within {file.BusyTimeout}. Try again when the other writer is done, " +
        $"or raise {nameof(SqliteIndexOptions.BusyTimeout)}.");

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
