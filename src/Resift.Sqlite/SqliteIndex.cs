using Microsoft.Data.Sqlite;
using Microsoft.Extensions.AI;
using Resift.Retrieval;
using SQLitePCL;

namespace Resift.Sqlite;

/// <summary>A search index in one SQLite file: collections of documents, found by their words (FTS5) and by their embeddings.</summary>
/// <remarks>
/// <para>
/// Safe for concurrent use. Any number of readers, in this process and in others, search while one writer writes; a second writer waits for
/// <see cref="SqliteIndexOptions.BusyTimeout"/>. While a file is open, SQLite keeps two more beside it, ending in <c>-wal</c> and
/// <c>-shm</c>, which go when the last one closes it; it must not lie on a network file system. A file that cannot be written, or lies in a
/// folder that cannot, is searched without them, and must not be changed by anybody meanwhile.
/// </para>
/// <para>
/// What was committed survives the end of the process at any moment. A power cut may take the last commits, but leaves a file that opens.
/// </para>
/// </remarks>
public sealed class SqliteIndex : IDisposable
{
    /// <summary>The name of the collection that is used unless another is named.</summary>
    public const string DefaultCollection = "default";

    private readonly IndexFile _file;

    private SqliteIndex(IndexFile file) => _file = file;

    /// <summary>Gets the full path of the file.</summary>
    public string FilePath => _file.Path;

    /// <summary>Opens an index file, and makes it if it is not there and the options allow it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is opened; null for the defaults.</param>
    /// <returns>The index; whoever opened it disposes it.</returns>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="FileNotFoundException">The file is not there, and it must exist or may only be read.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder of the file is not there.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is something else than an index, or damaged, or of another format: a newer version of Resift has to read it, or
    /// <see cref="UpgradeAsync"/> makes it new. It is left as it is.
    /// </exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static SqliteIndex Open(string path, SqliteIndexOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options = options?.Clone() ?? new();
        string full = Path.GetFullPath(path);
        ThrowIfMissing(full, options);
        try
        {
            return OpenBy(full, options, IndexAccess.Usual(full, options));
        }
        catch (SqliteException exception) when (options.ReadOnly && CannotWrite(exception))
        {
            return StorageFailure.Run(full, () => OpenBy(full, options, IndexAccess.ToReadOnlyMedium(full, options)));
        }
        catch (SqliteException exception)
        {
            throw exception.SqliteErrorCode is not (raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_IOERR)
                ? StorageFailure.Translate(full, exception)!
                : new IOException($"'{full}' cannot be opened as an index: {exception.Message} Check that the file and its folder can be " +
                    "read and written.", exception);
        }
    }

    /// <summary>
    /// Replaces an index of an older format, or whose words an older analyzer cut, by a new one that is made from the texts in it, without
    /// the sources. The new file takes the place of the old one at the end; until then, and if anything fails, the old one stays as it is.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="embedder">
    /// Opens what embeds a collection's passages; it is asked once for each collection, and what it gives is disposed.
    /// </param>
    /// <param name="revise">
    /// Changes a document on its way, such as its id, or the searched texts of its passages, which older formats did not have; null to
    /// leave all as they are. Content hashes are new in any case, so that the next upsert from the sources looks at every document.
    /// </param>
    /// <param name="progress">Hears what is done, for each collection from the beginning; null for nobody.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>False if the file is of this format already, and nothing was done.</returns>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    /// <exception cref="InvalidDataException">The file is no index, or of a newer format.</exception>
    /// <exception cref="IOException">The file, or one beside it, cannot be written, or another process writes into the index.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task<bool> UpgradeAsync(
        string path,
        Func<CollectionInfo, IEmbeddingGenerator<string, Embedding<float>>> embedder,
        Func<IndexedDocument, IndexedDocument>? revise = null,
        IProgress<UpsertResult>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(embedder);
        string full = Path.GetFullPath(path);
        ThrowIfMissing(full, new() { MustExist = true });
        return Task.Run(() => new Upgrade(full, embedder, revise, progress).RunAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Gets the names of the collections, in order.</summary>
    /// <returns>The names, read from the file on the caller's thread.</returns>
    /// <exception cref="ObjectDisposedException">The index was disposed.</exception>
    public IReadOnlyList<string> GetCollectionNames()
    {
        return _file.Run(() =>
        {
            using var lease = _file.Connections.Rent();
            return CollectionRow.Names(lease.Connection);
        });
    }

    /// <summary>Gets a collection. One that is not there yet begins with the first upsert into it.</summary>
    /// <param name="name">Its name; not blank.</param>
    /// <param name="options">How its texts are made; null for the defaults. Only an upsert looks at them.</param>
    /// <returns>The collection, which lives as long as the index and need not be disposed.</returns>
    /// <exception cref="ArgumentException">
    /// The name is blank or has a NUL, or the index is only to be read and has no such collection.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The index was disposed.</exception>
    public SqliteCollection GetCollection(string name = DefaultCollection, CollectionOptions? options = null)
    {
        DocumentCheck.ThrowIfUnfit(name, "name of a collection", nameof(name));
        if (_file.Options.ReadOnly)
        {
            var names = GetCollectionNames();
            if (!names.Contains(name))
            {
                string known = names.Count > 0 ? $"It has: {string.Join(", ", names)}." : "It has none yet.";
                throw new ArgumentException($"The index '{FilePath}' has no collection '{name}'. {known}", nameof(name));
            }
        }

        return new(_file, name, options?.Clone() ?? new());
    }

    /// <summary>Deletes a collection with everything in it. The file does not shrink: what is free is used again.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Stops the waiting for another writer.</param>
    /// <returns>False if there was no such collection.</returns>
    /// <exception cref="ArgumentException">The name is blank or has a NUL.</exception>
    /// <exception cref="InvalidOperationException">The index is only to be read.</exception>
    /// <exception cref="TimeoutException">Another writer was not done in time.</exception>
    /// <exception cref="ObjectDisposedException">The index was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<bool> DeleteCollectionAsync(string name, CancellationToken cancellationToken = default)
    {
        DocumentCheck.ThrowIfUnfit(name, "name of a collection", nameof(name));
        _file.ThrowIfReadOnly();

        // SQLite reads and writes files and offers no asynchronous way to; the caller's thread must not wait for that.
        return Task.Run(
            () => SqliteTelemetry.RunAsync(
                SqliteTelemetryNames.DeleteCollection, name, _ => _file.RunAsync(() => DeleteAsync(name, cancellationToken))),
            cancellationToken);
    }

    /// <summary>
    /// Reads the whole file and looks whether it is sound: SQLite's own check of pages and of the full-text index, and whether documents,
    /// passages, words, vectors and their codes belong together.
    /// </summary>
    /// <param name="cancellationToken">Stops it; it takes as long as the file is large.</param>
    /// <returns>
    /// What is wrong, in sentences, the first twenty of them; empty if nothing is. Flipped bits in a text or in the last digits of a vector
    /// are not seen: the file has no checksums.
    /// </returns>
    /// <exception cref="InvalidDataException">The index is too damaged to be read.</exception>
    /// <exception cref="ObjectDisposedException">The index was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<IReadOnlyList<string>> CheckAsync(CancellationToken cancellationToken = default)
    {
        return Task.Run(() => _file.RunAsync(CheckAsync), cancellationToken);

        async Task<IReadOnlyList<string>> CheckAsync()
        {
            using var transaction = await ReadTransaction.BeginAsync(_file, cancellationToken).ConfigureAwait(false);
            var connection = transaction.Connection;
            return connection.RunInterruptibly(() => new Examination(connection, cancellationToken).Run(), cancellationToken);
        }
    }

    /// <summary>Closes the file; searches and upserts under way finish first with what they have open.</summary>
    public void Dispose() => _file.Connections.Dispose();

    private static SqliteIndex OpenBy(string path, SqliteIndexOptions options, IndexAccess access)
    {
        var file = new IndexFile(path, new(path, access, options.MaxConnections), options);
        try
        {
            Schema.Prepare(file);
            return new(file);
        }
        catch
        {
            file.Connections.Dispose();
            throw;
        }
    }

    private static bool CannotWrite(SqliteException exception) =>
        exception.SqliteErrorCode is raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN;

    private async Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        using var transaction = await WriteTransaction.BeginAsync(_file, cancellationToken).ConfigureAwait(false);
        if (CollectionRow.Find(transaction.Connection, name) is not { } row)
        {
            return false;
        }

        row.Delete(transaction.Connection);
        transaction.Commit();
        return true;
    }

    private static void ThrowIfMissing(string path, SqliteIndexOptions options)
    {
        if (Directory.Exists(path))
        {
            throw new IOException($"'{path}' is a folder; the file of an index was expected.");
        }

        if ((options.MustExist || options.ReadOnly) && !File.Exists(path))
        {
            throw new FileNotFoundException($"There is no index '{path}'. Index some documents into it first, or check the path.", path);
        }

        if (!Directory.Exists(Path.GetDirectoryName(path)))
        {
            throw new DirectoryNotFoundException($"The folder of '{path}' is not there. Make it first, or check the path.");
        }
    }
}
