namespace Resift.Sqlite;

/// <summary>
/// Contains the names of the activities and metrics of index files. Those that begin with <c>db.</c> and <c>error.</c> are OpenTelemetry's
/// for databases.
/// </summary>
/// <remarks>Experimental: a name may change in any release.</remarks>
public static class SqliteTelemetryNames
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string SourceName = "Resift.Sqlite";

    /// <summary>The metric of how long an operation took, with the time it waited: a histogram in seconds.</summary>
    public const string OperationDuration = "db.client.operation.duration";

    /// <summary>
    /// The metric of how many passages a search by meaning compared with the query, and the tag of its activity: a histogram.
    /// </summary>
    public const string RowsScanned = "resift.sqlite.rows_scanned";

    /// <summary>
    /// The metric of how many documents upserts committed, or found unchanged, by their <see cref="Outcome"/>: a counter. The activity of
    /// an upsert has it as a tag, for all of them.
    /// </summary>
    public const string UpsertDocuments = "resift.sqlite.upsert.documents";

    /// <summary>
    /// The metric of how many passages upserts committed, by their <see cref="Outcome"/>: a counter. The activity of an upsert has it as a
    /// tag, for all of them.
    /// </summary>
    public const string UpsertPassages = "resift.sqlite.upsert.passages";

    /// <summary>The metric of how many connections are in use: an up-down counter.</summary>
    public const string ConnectionCount = "db.client.connection.count";

    /// <summary>The metric of how long it took to get a connection, opened or waited for: a histogram in seconds.</summary>
    public const string ConnectionWaitTime = "db.client.connection.wait_time";

    /// <summary>The tag of the database: <c>sqlite</c>.</summary>
    public const string System = "db.system.name";

    /// <summary>
    /// The tag of the operation: <see cref="Search"/>, <see cref="Upsert"/>, <see cref="Delete"/> or <see cref="DeleteCollection"/>.
    /// </summary>
    public const string Operation = "db.operation.name";

    /// <summary>The tag of the collection.</summary>
    public const string Collection = "db.collection.name";

    /// <summary>The tag of the retriever that searches: <c>bm25</c> or <c>dense</c>.</summary>
    public const string Retriever = "resift.sqlite.retriever";

    /// <summary>The tag of how many passages a search gave; of activities only.</summary>
    public const string ReturnedRows = "db.response.returned_rows";

    /// <summary>
    /// The tag of what became of documents, <c>added</c>, <c>updated</c> or <c>unchanged</c>, or of passages, <c>embedded</c> or
    /// <c>reused</c>.
    /// </summary>
    public const string Outcome = "resift.sqlite.outcome";

    /// <summary>The tag of the file whose connections are meant: its full path.</summary>
    public const string Pool = "db.client.connection.pool.name";

    /// <summary>The tag of the connections' state: <c>used</c>.</summary>
    public const string ConnectionState = "db.client.connection.state";

    /// <summary>The tag of the exception that ended an operation: its type.</summary>
    public const string ErrorType = "error.type";

    /// <summary>The operation of a search, without the embedding of its query.</summary>
    public const string Search = "search";

    /// <summary>The operation of adding documents, with their embedding.</summary>
    public const string Upsert = "upsert";

    /// <summary>The operation of deleting documents.</summary>
    public const string Delete = "delete";

    /// <summary>The operation of deleting a collection.</summary>
    public const string DeleteCollection = "delete_collection";
}
