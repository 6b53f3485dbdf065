using Npgsql;

namespace Resift.Postgres;

/// <summary>Deletes documents, some in each transaction, so that other writers need not wait for all.</summary>
internal static class Deletion
{
    private const int BatchSize = 500;

    public static async Task<int> RunAsync(
        Database database, string collection, IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        int deleted = 0;
        foreach (string[] batch in ids.Where(StorableText.Is).Chunk(BatchSize))
        {
            deleted += await database.RunAsync(connection => DeleteAsync(connection, batch), cancellationToken).ConfigureAwait(false);
        }

        return deleted;

        async Task<int> DeleteAsync(NpgsqlConnection connection, string[] batch)
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using var rollback = transaction.ConfigureAwait(false);
            var row = await CollectionRow.FindAsync(connection, database.Tables, collection, forUpdate: true, cancellationToken)
                .ConfigureAwait(false);
            int count = row is null ? 0 : await new DocumentWriter(connection, database, row).DeleteAsync(batch, cancellationToken)
                .ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return count;
        }
    }
}
