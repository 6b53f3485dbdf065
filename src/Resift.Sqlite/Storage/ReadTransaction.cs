using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Resift.Sqlite;

/// <summary>Sees the file as it was at its first statement, whatever a writer commits meanwhile.</summary>
internal readonly struct ReadTransaction : IDisposable
{
    private readonly ConnectionPool.Lease _lease;

    private ReadTransaction(ConnectionPool.Lease lease)
    {
        _lease = lease;
        int code = raw.sqlite3_exec(Connection.Handle, "BEGIN");
        if (code != raw.SQLITE_OK)
        {
            _lease.Dispose();
            SqliteException.ThrowExceptionForRC(code, Connection.Handle);
        }
    }

    public SqliteConnection Connection => _lease.Connection;

    public static ReadTransaction Begin(IndexFile file) => new(file.Connections.Rent());

    public static async ValueTask<ReadTransaction> BeginAsync(IndexFile file, CancellationToken cancellationToken) =>
        new(await file.Connections.RentAsync(cancellationToken).ConfigureAwait(false));

    public void Dispose()
    {
        _ = raw.sqlite3_exec(Connection.Handle, "ROLLBACK");
        _lease.Dispose();
    }
}
