using Npgsql;
using Resift.Retrieval;

namespace Resift.Postgres;

/// <summary>A collection as the database knows it.</summary>
/// <param name="Id">Its number, by which its tables are told apart.</param>
/// <param name="Info">What is known of it.</param>
/// <param name="Vectors">What the extension pgvector offers; null where the database has not got it.</param>
/// <param name="HasVectorIndex">Whether there is an index by which vectors are found approximately.</param>
internal sealed record CollectionRow(long Id, CollectionInfo Info, VectorExtension? Vectors, bool HasVectorIndex)
{
    // Of the tables. What older versions cannot read raises it.
    private const int Format = 1;

    // What cuts texts into the terms that lie in the tables. Another analyzer, or a change of this one, needs another name.
    private const string Analyzer = "resift-english-1";

    // What an index of pgvector takes at most.
    private const int MaxIndexedDimensions = 2000;

    public bool LacksVectorIndex => Vectors is not null && !HasVectorIndex && Info.Dimensions <= MaxIndexedDimensions;

    public static async Task<IReadOnlyList<string>> NamesAsync(
        NpgsqlConnection connection, Tables tables, CancellationToken cancellationToken) =>
        await connection.ReadAsync(
            $"SELECT name FROM {tables.Collections} ORDER BY name", [], static reader => reader.GetString(0), cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Finds a collection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="tables">The tables.</param>
    /// <param name="name">The collection's name.</param>
    /// <param name="forUpdate">Whether other writers of the collection wait until the end of the transaction.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="InvalidDataException">Another version of Resift wrote it.</exception>
    public static async Task<CollectionRow?> FindAsync(
        NpgsqlConnection connection, Tables tables, string name, bool forUpdate, CancellationToken cancellationToken)
    {
        var found = await connection.ReadAsync(
            "SELECT c.id, c.format, c.analyzer, c.model, c.fingerprint, c.dimensions, c.template, c.cut, c.documents, c.passages, " +
            "(SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'vector'), " +
            "(SELECT extversion FROM pg_extension WHERE extname = 'vector'), " +
            "EXISTS(SELECT FROM pg_index i JOIN pg_class t ON t.oid = i.indexrelid JOIN pg_namespace n ON n.oid = t.relnamespace " +
            $"WHERE n.nspname = $2 AND t.relname = $3 || c.id || '_{VectorExtension.IndexName}' AND i.indisvalid) " +
            $"FROM {tables.Collections} c WHERE c.name = $1{(forUpdate ? " FOR UPDATE OF c" : "")}",
            [name, tables.SchemaName, tables.PassageIndexPrefix],
            reader => Read(reader, name),
            cancellationToken).ConfigureAwait(false);
        return found is [var row] ? row : null;
    }

    /// <summary>Begins a collection, unless another writer just has.</summary>
    public static async Task<CollectionRow> CreateAsync(
        NpgsqlConnection connection, Tables tables, string name, string template, CancellationToken cancellationToken)
    {
        var made = await connection.ReadAsync(
            $"INSERT INTO {tables.Collections}(name, format, template, analyzer) VALUES($1, $2, $3, $4) " +
            "ON CONFLICT DO NOTHING RETURNING id",
            [name, Format, template, Analyzer],
            static reader => reader.GetInt64(0),
            cancellationToken).ConfigureAwait(false);
        if (made is [var id])
        {
            await connection.ExecuteAsync(TablesSql(tables, id), [], cancellationToken).ConfigureAwait(false);
        }

        return await FindAsync(connection, tables, name, forUpdate: true, cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidDataException($"The collection '{name}' was deleted while it began. Index again.");
    }

    /// <summary>Creates the index by which vectors are found approximately.</summary>
    public async Task CreateVectorIndexAsync(NpgsqlConnection connection, Tables tables, CancellationToken cancellationToken)
    {
        using var command = connection.Command(
            $"CREATE INDEX IF NOT EXISTS {tables.PassageIndex(Id, VectorExtension.IndexName)} ON {tables.Passages(Id)} " +
            $"USING hnsw (({Vectors!.Cast("vector", Info.Dimensions!.Value)}) {Vectors.OperatorClass})");

        // Of many vectors at once it takes longer than a statement may otherwise.
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task DeleteAsync(NpgsqlConnection connection, Tables tables, CancellationToken cancellationToken) => connection.ExecuteAsync(
        $"DROP TABLE {tables.Passages(Id)}, {tables.Terms(Id)}, {tables.Documents(Id)}; DELETE FROM {tables.Collections} WHERE id = {Id}",
        [],
        cancellationToken);

    // Vectors lie beside the rows and as they are: numbers that hardly repeat are not worth compressing, and a search by words need not
    // read them.
    private static string TablesSql(Tables tables, long id) =>
        $"""
        CREATE TABLE {tables.Documents(id)}(
            key text COLLATE "C" PRIMARY KEY,
            hash text NOT NULL,
            metadata jsonb NOT NULL,
            bounds jsonb);
        CREATE TABLE {tables.Passages(id)}(
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            document text COLLATE "C" NOT NULL,
            key text NOT NULL,
            start integer,
            length integer,
            text text NOT NULL,
            searched text,
            metadata jsonb NOT NULL,
            bounds jsonb,
            terms text[] COLLATE "C" NOT NULL,
            counts integer[] NOT NULL,
            words integer NOT NULL,
            vector real[] NOT NULL,
            norm double precision NOT NULL);
        ALTER TABLE {tables.Passages(id)} ALTER vector SET STORAGE EXTERNAL;
        CREATE INDEX {tables.PassageIndex(id, "document")} ON {tables.Passages(id)}(document);
        CREATE INDEX {tables.PassageIndex(id, "terms")} ON {tables.Passages(id)} USING gin (terms);
        CREATE INDEX {tables.PassageIndex(id, "metadata")} ON {tables.Passages(id)} USING gin (metadata jsonb_path_ops);
        CREATE TABLE {tables.Terms(id)}(term text COLLATE "C" PRIMARY KEY, passages bigint NOT NULL)
        """;

    private static CollectionRow Read(NpgsqlDataReader reader, string name)
    {
        int format = reader.GetInt32(1);
        string analyzer = reader.GetString(2);
        if (format != Format || analyzer != Analyzer)
        {
            throw new InvalidDataException($"The collection '{name}' has the format {format} and the analyzer '{analyzer}'; this version " +
                $"of Resift reads format {Format} and '{Analyzer}'. Update Resift, or delete the collection and index again.");
        }

        var info = new CollectionInfo
        {
            Name = name,
            ModelId = reader.Text(3),
            ModelFingerprint = reader.Text(4),
            Dimensions = reader.Number(5),
            Template = reader.Text(6),
            Cut = reader.Text(7),
            Documents = reader.GetInt64(8),
            Passages = reader.GetInt64(9),
        };
        var vectors = reader.Text(10) is { } schema ? new VectorExtension(schema, reader.GetString(11)) : null;
        return new(reader.GetInt64(0), info, vectors, reader.GetBoolean(12));
    }
}

/// <summary>The extension pgvector, which may lie in any schema.</summary>
/// <param name="Schema">The schema.</param>
/// <param name="Version">Its version.</param>
internal sealed record VectorExtension(string Schema, string Version)
{
    /// <summary>The end of the name of the index.</summary>
    public const string IndexName = "hnsw";

    private static readonly Version _firstIterative = new(0, 8);

    /// <summary>Gets a value indicating whether an index goes on looking where a filter has left too little.</summary>
    public bool IsIterative => System.Version.TryParse(Version, out var version) && version >= _firstIterative;

    public string OperatorClass => $"{Tables.Quoted(Schema)}.vector_cosine_ops";

    public string Cast(string value, int dimensions) => $"{value}::{Tables.Quoted(Schema)}.vector({dimensions})";

    /// <summary>Gets the cosine distance of two vectors of its type.</summary>
    public string Distance(string one, string other) => $"{one} OPERATOR({Tables.Quoted(Schema)}.<=>) {other}";
}
