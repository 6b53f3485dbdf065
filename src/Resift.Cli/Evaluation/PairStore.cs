using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Resift.Cli;

/// <summary>What scoring one pair gave and took.</summary>
/// <param name="Score">The score, on the scale of the model that gave it.</param>
/// <param name="Milliseconds">The pair's share of the call that scored it.</param>
/// <param name="Tokens">The tokens that were read; null if unknown.</param>
/// <param name="Cost">US dollars; null if unknown.</param>
internal readonly record struct ScoredPair(double Score, double Milliseconds, double? Tokens, double? Cost);

/// <summary>
/// The pairs of queries and documents that were scored, and the documents that were embedded, in a file that outlives the evaluation:
/// whatever reads a score a second time, and whoever goes on after a stop, finds it here.
/// </summary>
/// <remarks>Texts are not kept, only their hashes. Not safe for concurrent use; several processes may use one file.</remarks>
internal sealed class PairStore : IDisposable
{
    // "Reva" in ASCII, which tells the file from any other of SQLite.
    private const int ApplicationId = 0x52657661;
    private const int Version = 1;
    private const int HashLength = 16;

    private static readonly string _schema = $"""
        PRAGMA application_id = {ApplicationId};
        PRAGMA user_version = {Version};
        CREATE TABLE models (id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE, used INTEGER NOT NULL);
        CREATE TABLE pairs (
            model INTEGER NOT NULL, query BLOB NOT NULL, document BLOB NOT NULL,
            score REAL NOT NULL, milliseconds REAL NOT NULL, tokens REAL, cost REAL,
            PRIMARY KEY (model, query, document)) WITHOUT ROWID;
        CREATE TABLE vectors (
            model INTEGER NOT NULL, text BLOB NOT NULL, numbers BLOB NOT NULL, cut INTEGER NOT NULL,
            PRIMARY KEY (model, text)) WITHOUT ROWID;
        """;

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _find;

    private PairStore(SqliteConnection connection)
    {
        _connection = connection;
        _find = Command(
            "SELECT score, milliseconds, tokens, cost FROM pairs WHERE model = $model AND query = $query AND document = $document",
            ("$model", 0L), ("$query", Array.Empty<byte>()), ("$document", Array.Empty<byte>()));
    }

    /// <summary>Gets how large a file may be when it is opened; beyond, the models that were not used for longest are forgotten.</summary>
    public static long MaxBytes { get; } = 1L << 30;

    /// <summary>Opens the file, or makes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">How large it may be before models are forgotten; null for <see cref="MaxBytes"/>.</param>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static PairStore Open(string path, long? maxBytes = null)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            Prepare(connection, path);
            var store = new PairStore(connection);
            store.Forget(maxBytes ?? MaxBytes);
            return store;
        }
        catch (SqliteException exception)
        {
            connection.Dispose();
            throw new InvalidDataException(
                $"{path} cannot be used to keep scores: {exception.Message}. Name another file with --store, or remove it.", exception);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Gets the number by which a model's pairs are found, and takes note that it is used.</summary>
    /// <param name="fingerprint">What tells it from every other that gives other scores.</param>
    public long Use(string fingerprint)
    {
        using var command = Command(
            """
            INSERT INTO models (fingerprint, used) VALUES ($fingerprint, (SELECT coalesce(max(used), 0) + 1 FROM models))
            ON CONFLICT (fingerprint) DO UPDATE SET used = excluded.used RETURNING id
            """,
            ("$fingerprint", fingerprint));
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Gets a pair; null if it was not scored yet.</summary>
    public ScoredPair? Find(long model, string query, string document)
    {
        _find.Parameters[0].Value = model;
        _find.Parameters[1].Value = Hash(query);
        _find.Parameters[2].Value = Hash(document);
        using var reader = _find.ExecuteReader();
        return reader.Read()
            ? new(reader.GetDouble(0), reader.GetDouble(1), Number(reader, 2), Number(reader, 3))
            : null;
    }

    /// <summary>Keeps what one call scored: all of it or, if the process ends meanwhile, nothing.</summary>
    public void Add(long model, string query, IEnumerable<(string Document, ScoredPair Pair)> pairs)
    {
        using var transaction = _connection.BeginTransaction();
        using var command = Command(
            "INSERT OR REPLACE INTO pairs VALUES ($model, $query, $document, $score, $milliseconds, $tokens, $cost)",
            ("$model", model), ("$query", Hash(query)), ("$document", null), ("$score", null), ("$milliseconds", null), ("$tokens", null),
            ("$cost", null));
        command.Transaction = transaction;
        foreach (var (document, pair) in pairs)
        {
            object?[] values = [Hash(document), pair.Score, pair.Milliseconds, pair.Tokens, pair.Cost];
            for (int i = 0; i < values.Length; i++)
            {
                command.Parameters[i + 2].Value = values[i] ?? DBNull.Value;
            }

            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    /// <summary>Gets the vector of a text; null if it was not embedded yet.</summary>
    public StoredVector? FindVector(long model, string text)
    {
        using var command = Command("SELECT numbers, cut FROM vectors WHERE model = $model AND text = $text",
            ("$model", model), ("$text", Hash(text)));
        using var reader = command.ExecuteReader();
        return reader.Read() ? StoredVector.FromBytes(reader.GetFieldValue<byte[]>(0), reader.GetInt32(1)) : null;
    }

    /// <summary>Keeps what one call embedded: all of it or, if the process ends meanwhile, nothing.</summary>
    public void AddVectors(long model, IEnumerable<(string Text, StoredVector Vector)> vectors)
    {
        using var transaction = _connection.BeginTransaction();
        using var command = Command("INSERT OR REPLACE INTO vectors VALUES ($model, $text, $numbers, $cut)",
            ("$model", model), ("$text", null), ("$numbers", null), ("$cut", null));
        command.Transaction = transaction;
        foreach (var (text, vector) in vectors)
        {
            command.Parameters[1].Value = Hash(text);
            command.Parameters[2].Value = vector.ToBytes();
            command.Parameters[3].Value = vector.TruncatedTokens;
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    public void Dispose()
    {
        _find.Dispose();
        _connection.Dispose();
    }

    private static void Prepare(SqliteConnection connection, string path)
    {
        long application = Scalar(connection, "PRAGMA application_id");
        long tables = Scalar(connection, "SELECT count(*) FROM sqlite_schema");
        if (application == 0 && tables == 0)
        {
            using var transaction = connection.BeginTransaction();
            using var create = connection.CreateCommand();
            create.CommandText = _schema;
            create.ExecuteNonQuery();
            transaction.Commit();
        }
        else if (application != ApplicationId || Scalar(connection, "PRAGMA user_version") != Version)
        {
            throw new InvalidDataException(
                $"{path} is no file of scores of this version of resift. Name another file with --store, or remove it.");
        }
    }

    private void Forget(long maxBytes)
    {
        while (Scalar(_connection, "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, " +
            "pragma_page_size") > maxBytes && Scalar(_connection, "SELECT count(*) FROM models") > 0)
        {
            using var command = Command(
                """
                DELETE FROM vectors WHERE model = (SELECT id FROM models ORDER BY used LIMIT 1);
                DELETE FROM pairs WHERE model = (SELECT id FROM models ORDER BY used LIMIT 1);
                DELETE FROM models WHERE id = (SELECT id FROM models ORDER BY used LIMIT 1);
                """);
            command.ExecuteNonQuery();
        }
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text))[..HashLength];

    private static double? Number(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetDouble(column);

    private static long Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command;
    }
}
