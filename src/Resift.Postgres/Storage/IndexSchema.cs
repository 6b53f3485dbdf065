using Npgsql;

namespace Resift.Postgres;

/// <summary>Creates the schema and its one table for all collections. docs/postgres.md describes the tables.</summary>
internal static class IndexSchema
{
    // "RSFT": whoever else makes tables here takes turns. Two that make the same one at once would both fail.
    private const long Lock = 0x52534654;

    public static async Task<bool> PrepareAsync(NpgsqlConnection connection, Database database, CancellationToken cancellationToken)
    {
        var tables = database.Tables;
        var (encoding, hasSchema, hasTable) = (await connection.ReadAsync(
            "SELECT current_setting('server_encoding'), EXISTS(SELECT FROM pg_namespace WHERE nspname = $1), to_regclass($2) IS NOT NULL",
            [tables.SchemaName, tables.Collections],
            static reader => (reader.GetString(0), reader.GetBoolean(1), reader.GetBoolean(2)),
            cancellationToken).ConfigureAwait(false))[0];
        if (encoding != "UTF8")
        {
            throw new InvalidDataException($"The database '{database.Name}' has the encoding {encoding}, which cannot keep every text. " +
                "UTF8 was expected: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.");
        }

        if (hasTable)
        {
            return true;
        }

        if (database.IsReadOnly)
        {
            throw new InvalidDataException($"There is no index in '{database.Name}'. Index some documents into it first.");
        }

        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var rollback = transaction.ConfigureAwait(false);
        await connection.ExecuteAsync("SELECT pg_advisory_xact_lock($1)", [Lock], cancellationToken).ConfigureAwait(false);
        if (!hasSchema)
        {
            // Not always, since it needs a right that whoever may write into the schema need not have.
            await connection.ExecuteAsync($"CREATE SCHEMA IF NOT EXISTS {tables.Schema}", [], cancellationToken).ConfigureAwait(false);
        }

        await connection.ExecuteAsync(
            $"""
            CREATE TABLE IF NOT EXISTS {tables.Collections}(
                id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                name text COLLATE "C" NOT NULL UNIQUE,
                format integer NOT NULL,
                model text,
                fingerprint text,
                dimensions integer,
                template text NOT NULL,
                analyzer text NOT NULL,
                cut text,
                documents bigint NOT NULL DEFAULT 0,
                passages bigint NOT NULL DEFAULT 0,
                words bigint NOT NULL DEFAULT 0)
            """,
            [],
            cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }
}
