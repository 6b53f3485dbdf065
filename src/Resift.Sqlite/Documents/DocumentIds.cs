using System.Runtime.CompilerServices;
using Resift.Retrieval;

namespace Resift.Sqlite;

/// <summary>Reads the ids of a collection's documents, a page at a time.</summary>
internal static class DocumentIds
{
    private const int PageSize = 1000;

    public static async IAsyncEnumerable<string> ReadAsync(
        IndexFile file,
        string collection,
        string prefix,
        MetadataFilter? filter,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // "More than" would pass over an id that is the prefix itself.
        string comparison = ">=";
        string from = prefix;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Each page is a task of its own, because reading a file takes its time.
            var page = await Task.Run(
                () => file.RunAsync(() => PageAsync(file, collection, comparison, from, filter, cancellationToken)),
                cancellationToken).ConfigureAwait(false);
            foreach (string id in page)
            {
                if (!id.StartsWith(prefix, StringComparison.Ordinal))
                {
                    yield break;
                }

                yield return id;
            }

            if (page.Count < PageSize)
            {
                yield break;
            }

            from = page[^1];
            comparison = ">";
        }
    }

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
            ("$limit", PageSize));
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
