using Microsoft.Data.Sqlite;
using Resift.Retrieval;

namespace Resift.Sqlite;

/// <summary>Reads the passages of one document back, in the order in which they stand in it.</summary>
internal static class DocumentPassages
{
    public static List<SearchDocument> Read(
        SqliteConnection connection, string collection, string documentId, CancellationToken cancellationToken)
    {
        var found = new List<SearchDocument>();
        if (CollectionRow.Find(connection, collection) is not { } row)
        {
            return found;
        }

        using var command = connection.Command(
            "SELECT p.id FROM passages p JOIN documents d ON d.id = p.document " +
            "WHERE d.collection = $collection AND d.key = $key ORDER BY p.start, p.id",
            ("$collection", row.Id),
            ("$key", documentId));
        using var reader = command.ExecuteReader();
        using var passages = new StoredPassages(connection);
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            found.Add(passages.Read(reader.GetInt64(0), score: 0).Document);
        }

        return found;
    }
}
