using Npgsql;
using NpgsqlTypes;

namespace Resift.Postgres;

/// <summary>Writes many rows into a table within a transaction.</summary>
/// <param name="connection">The connection.</param>
/// <param name="table">The table, quoted.</param>
/// <param name="columns">The columns' names and types.</param>
internal sealed class BulkWriter(NpgsqlConnection connection, string table, params (string Name, NpgsqlDbType Type)[] columns)
{
    private readonly string _names = string.Join(", ", columns.Select(column => column.Name));

    /// <summary>Writes rows by COPY, which the server takes in as it comes.</summary>
    public async Task CopyAsync(IEnumerable<object?[]> rows, CancellationToken cancellationToken)
    {
        var import = await connection.BeginBinaryImportAsync($"COPY {table}({_names}) FROM STDIN (FORMAT BINARY)", cancellationToken)
            .ConfigureAwait(false);
        await using (import.ConfigureAwait(false))
        {
            foreach (object?[] row in rows)
            {
                await import.StartRowAsync(cancellationToken).ConfigureAwait(false);
                for (int i = 0; i < columns.Length; i++)
                {
                    await (row[i] is { } value
                        ? import.WriteAsync(value, columns[i].Type, cancellationToken)
                        : import.WriteNullAsync(cancellationToken)).ConfigureAwait(false);
                }
            }

            await import.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes rows by one statement each, which are sent together.</summary>
    public async Task InsertAsync(IEnumerable<object?[]> rows, CancellationToken cancellationToken)
    {
        string sql = $"INSERT INTO {table}({_names}) VALUES ({string.Join(", ", columns.Select((_, i) => $"${i + 1}"))})";
        using var batch = new NpgsqlBatch(connection);
        foreach (object?[] row in rows)
        {
            var command = new NpgsqlBatchCommand(sql);
            for (int i = 0; i < columns.Length; i++)
            {
                command.Parameters.Add(new() { Value = row[i] ?? DBNull.Value, NpgsqlDbType = columns[i].Type });
            }

            batch.BatchCommands.Add(command);
        }

        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
