using Microsoft.Data.Sqlite;

namespace Resift.Sqlite;

/// <summary>What decides whether a document has changed.</summary>
internal sealed record StoredDocument(long Id, string Hash, string Metadata)
{
    public static StoredDocument? Find(SqliteConnection connection, string collection, string key)
    {
        using var command = connection.Command(
            "SELECT d.id, d.hash, d.metadata FROM collections c JOIN documents d ON d.collection = c.id " +
            "WHERE c.name = $collection AND d.key = $key",
            ("$collection", collection),
            ("$key", key));
        using var reader = command.ExecuteReader();
        return reader.Read() ? new(reader.GetInt64(0), reader.GetString(1), reader.GetString(2)) : null;
    }
}
