using Npgsql;
using Resift.Retrieval;

namespace Resift.Postgres;

/// <summary>
/// A search index in a PostgreSQL database: collections of documents, found by their words (BM25) and by their embeddings, with an index
/// of pgvector where the database has that extension, and without where it has not.
/// </summary>
/// <remarks>
/// Safe for concurrent use, by any number of processes. Writers of one collection take turns, a batch at a time; readers wait for nobody.
/// The data source with its pool is the caller's: it is not disposed, and nothing in it has to be set for this.
/// </remarks>
public sealed class PostgresIndex
{
    /// <summary>The name of the collection that is used unless another is named.</summary>
    public const string DefaultCollection = "default";

    private readonly Database _database;

    private PostgresIndex(Database database) => _database = database;

    /// <summary>Gets how errors call the index: host, database and schema, without user and password.</summary>
    public string Name => _database.Name;

    /// <summary>Opens the index of a database, and makes its tables if they are not there and the options allow it.</summary>
    /// <param name="dataSource">The database; it is not disposed.</param>
    /// <param name="options">Where the index lies; null for the defaults.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The index, which lives as long as the data source and need not be disposed.</returns>
    /// <exception cref="InvalidDataException">The tables are not there, and nothing is to be changed; or the encoding is not UTF-8.
    /// </exception>
    /// <exception cref="IOException">The database cannot be reached, or refused.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<PostgresIndex> OpenAsync(
        NpgsqlDataSource dataSource, PostgresIndexOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        var database = new Database(dataSource, options?.Clone() ?? new());
        await database.RunAsync(
            connection => IndexSchema.PrepareAsync(connection, database, cancellationToken), cancellationToken).ConfigureAwait(false);
        return new(database);
    }

    /// <summary>Gets the names of the collections, in order of their UTF-8 bytes.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The names.</returns>
    /// <exception cref="IOException">The database cannot be reached, or refused.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<IReadOnlyList<string>> GetCollectionNamesAsync(CancellationToken cancellationToken = default) =>
        _database.RunAsync(connection => CollectionRow.NamesAsync(connection, _database.Tables, cancellationToken), cancellationToken);

    /// <summary>Gets a collection. One that is not there yet begins with the first upsert into it.</summary>
    /// <param name="name">Its name; not blank.</param>
    /// <param name="options">How its texts are made; null for the defaults. Only an upsert looks at them.</param>
    /// <returns>The collection, which need not be disposed.</returns>
    /// <exception cref="ArgumentException">The name is blank, or no text that comes back as it is.</exception>
    public PostgresCollection GetCollection(string name = DefaultCollection, CollectionOptions? options = null)
    {
        DocumentCheck.ThrowIfUnfit(name, "name of a collection", nameof(name));
        return new(_database, name, options?.Clone() ?? new());
    }

    /// <summary>Deletes a collection with everything in it, after the writers that are at work in it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>False if there was no such collection.</returns>
    /// <exception cref="ArgumentException">The name is blank, or no text that comes back as it is.</exception>
    /// <exception cref="InvalidOperationException">The index is only to be read.</exception>
    /// <exception cref="IOException">The database cannot be reached, or refused.</exception>
    /// <exception cref="TimeoutException">Another writer was not done in time.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<bool> DeleteCollectionAsync(string name, CancellationToken cancellationToken = default)
    {
        DocumentCheck.ThrowIfUnfit(name, "name of a collection", nameof(name));
        _database.ThrowIfReadOnly();
        return _database.RunAsync(DeleteAsync, cancellationToken);

        async Task<bool> DeleteAsync(NpgsqlConnection connection)
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using var rollback = transaction.ConfigureAwait(false);
            if (await CollectionRow.FindAsync(connection, _database.Tables, name, forUpdate: true, cancellationToken)
                .ConfigureAwait(false) is not { } row)
            {
                return false;
            }

            await row.DeleteAsync(connection, _database.Tables, cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
    }
}
