namespace Resift.Sqlite;

/// <summary>Deletes documents, some in each transaction, so that other writers need not wait for all.</summary>
internal static class Deletion
{
    private const int BatchSize = 500;

    public static async Task<int> RunAsync(IndexFile file, string collection, IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        int deleted = 0;
        foreach (string[] batch in ids.Chunk(BatchSize))
        {
            deleted += await file.RunAsync(() => DeleteAsync(file, collection, batch, cancellationToken)).ConfigureAwait(false);
        }

        return deleted;
    }

    private static async Task<int> DeleteAsync(IndexFile file, string collection, string[] ids, CancellationToken cancellationToken)
    {
        using var transaction = await WriteTransaction.BeginAsync(file, cancellationToken).ConfigureAwait(false);
        if (CollectionRow.Find(transaction.Connection, collection) is not { } row)
        {
            return 0;
        }

        int deleted;
        using (var writer = new DocumentWriter(transaction.Connection, row))
        {
            deleted = ids.Count(writer.Delete);
            writer.Flush();
        }

        transaction.Commit();
        return deleted;
    }
}
