using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Resift.Sqlite;

/// <summary>The one transaction that may write to the file; whatever is not committed when it is disposed is undone.</summary>
internal sealed class WriteTransaction : IDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(10);

    private readonly ConnectionPool.Lease _lease;
    private bool _committed;

    private WriteTransaction(ConnectionPool.Lease lease) => _lease = lease;

    public SqliteConnection Connection => _lease.Connection;

    /// <summary>Waits until no other writer is at work. It asks again and again, since SQLite's own waiting cannot be cancelled.</summary>
    public static async Task<WriteTransaction> BeginAsync(IndexFile file, CancellationToken cancellationToken)
    {
        file.ThrowIfReadOnly();
        var lease = file.Connections.Rent();
        try
        {
            long start = Stopwatch.GetTimestamp();
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();

                // IMMEDIATE, because a transaction that begins with reading cannot always become a writing one.
                int code = raw.sqlite3_exec(lease.Connection.Handle, "BEGIN IMMEDIATE");
                if (code == raw.SQLITE_OK)
                {
                    return new(lease);
                }

                if (code != raw.SQLITE_BUSY)
                {
                    SqliteException.ThrowExceptionForRC(code, lease.Connection.Handle);
                }

                if (Stopwatch.GetElapsedTime(start) >= file.BusyTimeout)
                {
                    throw new TimeoutException($"Somebody else is writing to '{file.Path}' and was not done within {file.BusyTimeout}. " +
                        $"Try again when the other writer is done, or raise {nameof(SqliteIndexOptions.BusyTimeout)}.");
                }

                await Task.Delay(_pause, cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            lease.Dispose();
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
    }
}
