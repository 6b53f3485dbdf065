using Microsoft.Data.Sqlite;

namespace Resift.Sqlite;

/// <summary>The tables of an index file, and how a file is known to be one. docs/sqlite-index.md describes them.</summary>
internal static class Schema
{
    public const long Version = 2;

    // "RSFT". SQLite keeps it for us at a fixed place in the file's header.
    public const long ApplicationId = 0x52534654;

    private const string Tables = """
        CREATE TABLE collections(
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            model TEXT,
            fingerprint TEXT,
            dimensions INTEGER,
            template TEXT NOT NULL,
            analyzer TEXT NOT NULL,
            cut TEXT) STRICT;
        CREATE TABLE documents(
            id INTEGER PRIMARY KEY,
            collection INTEGER NOT NULL,
            key TEXT NOT NULL,
            hash TEXT NOT NULL,
            metadata TEXT NOT NULL,
            UNIQUE(collection, key)) STRICT;
        CREATE TABLE passages(
            id INTEGER PRIMARY KEY,
            document INTEGER NOT NULL,
            key TEXT NOT NULL,
            start INTEGER,
            length INTEGER,
            metadata TEXT,
            text TEXT NOT NULL,
            searched TEXT) STRICT;
        CREATE INDEX passages_of_document ON passages(document);
        CREATE TABLE vectors(passage INTEGER PRIMARY KEY, vector BLOB NOT NULL) STRICT;
        CREATE TABLE blocks(
            id INTEGER PRIMARY KEY,
            collection INTEGER NOT NULL,
            used INTEGER NOT NULL,
            occupied BLOB NOT NULL,
            codes BLOB NOT NULL) STRICT;
        CREATE INDEX blocks_of_collection ON blocks(collection, used);
        CREATE TABLE labels(
            label BLOB NOT NULL,
            document INTEGER NOT NULL,
            passage INTEGER NOT NULL,
            PRIMARY KEY(label, document, passage)) STRICT, WITHOUT ROWID;
        CREATE INDEX labels_of_document ON labels(document);
        """;

    /// <summary>Ensures that the file is an index of this version, and makes an empty file one unless it is only to be read.</summary>
    public static void Prepare(IndexFile file)
    {
        using var lease = file.Connections.Rent();
        var connection = lease.Connection;

        // All that tells what a file is must come from one moment: another process may be making it an index just now.
        using (connection.BeginTransaction(deferred: true))
        {
            if (IsIndex(connection, file))
            {
                return;
            }
        }

        // Both can only be set while there is nothing. Pages of 8 KiB hold five vectors of 384 dimensions with little room lost.
        connection.Execute("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL");
        using var transaction = connection.BeginTransaction(deferred: false);

        // Another process may have been faster.
        if (!IsIndex(connection, file))
        {
            connection.Execute($"{Tables} PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version}");
            transaction.Commit();
        }
    }

    private static bool IsWhole(SqliteConnection connection)
    {
        SchemaCheck.ThrowUnlessMadeBy(connection, Tables);
        return true;
    }

    private static bool IsIndex(SqliteConnection connection, IndexFile file)
    {
        long id = (long)connection.Scalar("PRAGMA application_id")!;
        long version = (long)connection.Scalar("PRAGMA user_version")!;
        if (id == ApplicationId)
        {
            return version switch
            {
                Version => IsWhole(connection),
                > Version => throw new InvalidDataException($"'{file.Path}' is an index of format {version}, written by a newer version " +
                    $"of Resift; this version reads format {Version}. Update Resift, or index anew into another file."),
                _ => throw new InvalidDataException($"'{file.Path}' is an index of format {version}, written by an older version of " +
                    $"Resift; this version reads format {Version}. Make it new from the texts in it with: resift db upgrade --db FILE " +
                    $"(in C#: {nameof(SqliteIndex)}.{nameof(SqliteIndex.UpgradeAsync)})."),
            };
        }

        bool isEmpty = (long)connection.Scalar("SELECT count(*) FROM sqlite_schema")! == 0;
        if (!isEmpty || id != 0 || version != 0)
        {
            throw new InvalidDataException($"'{file.Path}' is an SQLite database of another program, not a Resift index. It was left " +
                "as it is; name another file.");
        }

        if (file.Options.ReadOnly)
        {
            throw new InvalidDataException($"'{file.Path}' is empty; a Resift index was expected. Index some documents into it first.");
        }

        return false;
    }
}
