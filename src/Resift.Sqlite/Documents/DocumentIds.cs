using Resift.Retrieval;

namespace Resift.Sqlite;

/// <summary>Reads the ids of a collection's documents, a page at a time.</summary>
internal static class DocumentIds
{
    // Each page is a task of its own, because reading a file takes its time.
    public static IAsyncEnumerable<string> ReadAsync(
        IndexFile file, string collection, string prefix, MetadataFilter? filter, CancellationToken cancellationToken) =>
        DocumentIdPages.ReadAsync(
            prefix,
            (comparison, from) => Task.Run(
                () => file.RunAsync(() => PageAsync(file, collection, comparison, from, filter, cancellationToken)),
                cancellationToken),
            cancellationToken);

    private static async Task<List<string>> PageAsync(
        IndexFile file,
        string collection,
        string comparison,
        string from,
        MetadataFilter? filter,
        CancellationToken cancellationToken)
    {
        using var transaction = await ReadTransaction.BeginAsync(file, cancellationToken).ConfigureAwait(false);
        if (CollectionRow.Find(transaction.Connection, collection) is not { } row)
        {
            return [];
        }

        var condition = FilterStatement.Create(filter, row.Id);
        using var command = transaction.Connection.Command(
            $"SELECT key FROM documents WHERE collection = $collection AND key {comparison} $from " +
            (condition is null ? "" : $"AND id IN ({condition.DocumentIds}) ") + "ORDER BY key LIMIT $limit",
            ("$collection", row.Id),
            ("$from", from),
            ("$limit", DocumentIdPages.Size));
        condition?.AddTo(command);
        using var reader = command.ExecuteReader();
        var ids = new List<string>();
        while (reader.Read())
        {
            ids.Add(reader.GetString(0));
        }

        return ids;
    }
}
