using Npgsql;
using Resift.Retrieval;

namespace Resift.Postgres;

/// <summary>Reads the ids of a collection's documents, a page at a time.</summary>
internal static class DocumentIds
{
    public static IAsyncEnumerable<string> ReadAsync(
        Database database, string collection, string prefix, MetadataFilter? filter, CancellationToken cancellationToken)
    {
        return DocumentIdPages.ReadAsync(
            prefix,
            (comparison, from) => database.RunAsync(connection => PageAsync(connection, comparison, from), cancellationToken),
            cancellationToken);

        async Task<List<string>> PageAsync(NpgsqlConnection connection, string comparison, string from)
        {
            var row = await CollectionRow.FindAsync(connection, database.Tables, collection, forUpdate: false, cancellationToken)
                .ConfigureAwait(false);
            if (row is null)
            {
                return [];
            }

            var statement = new Statement();
            string start = statement.Value(StorableText.Of(from));
            statement.Add($"SELECT key FROM {database.Tables.Documents(row.Id)} WHERE key {comparison} {start}").AddConditions(filter);
            statement.Add($" ORDER BY key LIMIT {DocumentIdPages.Size}");
            using var command = statement.ToCommand(connection);
            return await command.ReadAsync(static reader => reader.GetString(0), cancellationToken).ConfigureAwait(false);
        }
    }
}
