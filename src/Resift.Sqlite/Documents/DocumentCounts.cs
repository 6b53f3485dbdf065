using Microsoft.Data.Sqlite;
using Resift.Retrieval;

namespace Resift.Sqlite;

/// <summary>Counts a collection's documents by a value of their metadata.</summary>
internal static class DocumentCounts
{
    public static SortedDictionary<string, long> Read(
        SqliteConnection connection, string collection, string key, CancellationToken cancellationToken)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        if (CollectionRow.Find(connection, collection) is not { } row)
        {
            return counts;
        }

        using var command = connection.Command("SELECT metadata FROM documents WHERE collection = $id", ("$id", row.Id));
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (MetadataJson.Read(reader.GetString(0)).TryGetValue(key, out string? value))
            {
                counts[value] = counts.GetValueOrDefault(value) + 1;
            }
        }

        return counts;
    }
}
