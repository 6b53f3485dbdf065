using System.Runtime.CompilerServices;
using Npgsql;
using Resift.Retrieval;

namespace Resift.Postgres;

/// <summary>Reads the ids of a collection's documents, a page at a time.</summary>
internal static class DocumentIds
{
    private const int PageSize = 1000;

    public static async IAsyncEnumerable<string> ReadAsync(
        Database database,
        string collection,
        string prefix,
        MetadataFilter? filter,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // "More than" would pass over an id that is the prefix itself.
        string comparison = ">=";
        string from = StorableText.Of(prefix);
        while (true)
        {
            var page = await database.RunAsync(PageAsync, cancellationToken).ConfigureAwait(false);
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

        async Task<List<string>> PageAsync(NpgsqlConnection connection)
        {
            var row = await CollectionRow.FindAsync(connection, database.Tables, collection, forUpdate: false, cancellationToken)
                .ConfigureAwait(false);
            if (row is null)
            {
                return [];
            }

            var statement = new Statement();
            statement.Add($"SELECT key FROM {database.Tables.Documents(row.Id)} WHERE key {comparison} {statement.Value(from)}")
                .AddConditions(filter);
            statement.Add($" ORDER BY key LIMIT {PageSize}");
            using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(statement.ToBatchCommand());
            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var closing = reader.ConfigureAwait(false);
            var ids = new List<string>();
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                ids.Add(reader.GetString(0));
            }

            return ids;
        }
    }
}
