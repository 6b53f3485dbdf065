using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;
using Resift.Retrieval;

namespace Resift.Sqlite;

/// <summary>Documents of one index file that are searched together, all embedded by one model.</summary>
/// <remarks>Safe for concurrent use; see <see cref="SqliteIndex"/> for readers and writers.</remarks>
[SuppressMessage("Naming", "CA1711", Justification = "A collection of documents is what the field calls it.")]
public sealed class SqliteCollection
{
    private readonly IndexFile _file;
    private readonly CollectionOptions _options;

    internal SqliteCollection(IndexFile file, string name, CollectionOptions options)
    {
        _file = file;
        _options = options;
        Name = name;
        Lexical = new TextRetriever(file, name);
    }

    /// <summary>Gets the collection's name.</summary>
    public string Name { get; }

    /// <summary>
    /// Gets the retriever by words, <c>bm25</c>: FTS5 over the terms of <see cref="TextAnalyzers.English"/>, any of the query's terms
    /// enough; those of title and headings count twice. Its scores are BM25 with k1 = 1.2 and b = 0.75, above 0. It needs no embedder, and
    /// gives the candidates' embeddings all the same.
    /// </summary>
    public IRetriever Lexical { get; }

    /// <summary>Creates a retriever by meaning, <c>dense</c>: the cosine between the embeddings of the query and the passages.</summary>
    /// <param name="embedder">Embeds the query; the same model that embedded the passages. It is not disposed.</param>
    /// <returns>
    /// The retriever. A search throws <see cref="InvalidOperationException"/> if the model is another one than that of the passages: by its
    /// fingerprint where both tell one, or else by its name, or by the number of its dimensions.
    /// </returns>
    public IRetriever CreateDense(IEmbeddingGenerator<string, Embedding<float>> embedder)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        return new VectorRetriever(_file, Name, embedder);
    }

    /// <summary>Gets the collection's model and its counts.</summary>
    /// <returns>What is known; nothing but the name and zeros for a collection that has not begun.</returns>
    /// <remarks>It reads the file on the caller's thread, which takes longer the more documents there are.</remarks>
    /// <exception cref="ObjectDisposedException">The index was disposed.</exception>
    public CollectionInfo GetInfo() => _file.Run(ReadInfo);

    /// <summary>
    /// Ensures that an embedder is the model whose vectors the collection holds, before anything is embedded: by its fingerprint where both
    /// tell one, or else by its name. A search and an upsert do the same, and look at the number of dimensions as well.
    /// </summary>
    /// <param name="embedder">The embedder. It is asked for its metadata only.</param>
    /// <exception cref="InvalidOperationException">The collection was embedded by another model.</exception>
    /// <exception cref="ObjectDisposedException">The index was disposed.</exception>
    public void ThrowIfEmbeddedByOther(IEmbeddingGenerator<string, Embedding<float>> embedder)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        if (_file.Run(FindRow) is { } row)
        {
            new EmbeddingModel(embedder).ThrowUnlessFits(row.Info(), _file.Path);
        }
    }

    /// <summary>Gets the documents' ids in order of their UTF-8 bytes. Documents may be added and deleted meanwhile.</summary>
    /// <param name="prefix">What the ids begin with; null for all.</param>
    /// <param name="filter">What the documents' metadata must fulfil; null for no condition.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The ids, read in pages, so that memory stays bounded and no writer is held up.</returns>
    /// <exception cref="ObjectDisposedException">The index was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IAsyncEnumerable<string> GetDocumentIdsAsync(
        string? prefix = null,
        MetadataFilter? filter = null,
        CancellationToken cancellationToken = default) =>
        DocumentIds.ReadAsync(_file, Name, prefix ?? "", filter, cancellationToken);

    /// <summary>Gets the passages of a document, in the order in which they stand in it, with its metadata.</summary>
    /// <param name="documentId">The document's id.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The passages; none if there is no such document.</returns>
    /// <exception cref="ObjectDisposedException">The index was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<IReadOnlyList<SearchDocument>> GetPassagesAsync(string documentId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documentId);
        return Task.Run(() => _file.RunAsync(ReadAsync), cancellationToken);

        async Task<IReadOnlyList<SearchDocument>> ReadAsync()
        {
            using var transaction = await ReadTransaction.BeginAsync(_file, cancellationToken).ConfigureAwait(false);
            return DocumentPassages.Read(transaction.Connection, Name, documentId, cancellationToken);
        }
    }

    /// <summary>Counts the documents by the values that they have for a key of their metadata.</summary>
    /// <param name="key">The key; documents without it are not counted.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>How many documents have each value, in the order of the values.</returns>
    /// <remarks>All metadata is read, which takes longer the more documents there are; each value is kept in memory once.</remarks>
    /// <exception cref="ObjectDisposedException">The index was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<IReadOnlyDictionary<string, long>> CountDocumentsByAsync(string key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Task.Run(() => _file.RunAsync(CountAsync), cancellationToken);

        async Task<IReadOnlyDictionary<string, long>> CountAsync()
        {
            using var transaction = await ReadTransaction.BeginAsync(_file, cancellationToken).ConfigureAwait(false);
            var connection = transaction.Connection;
            return connection.RunInterruptibly(
                () => DocumentCounts.Read(connection, Name, key, cancellationToken), cancellationToken);
        }
    }

    /// <summary>Adds documents, replaces those that have changed, and leaves the unchanged ones alone.</summary>
    /// <param name="documents">
    /// The documents. Of two with one id the later one stays. Documents of the collection that are not among them stay as well.
    /// </param>
    /// <param name="embedder">
    /// Embeds the passages, in calls of bounded size; passages that an updated document had before keep their vectors. It is not disposed.
    /// </param>
    /// <param name="progress">Hears what is committed, about once for every call to the embedder; null for nobody.</param>
    /// <param name="cancellationToken">Stops the upsert; what is committed until then stays.</param>
    /// <returns>What was done.</returns>
    /// <remarks>
    /// Documents are committed in batches, each document whole or not at all, so that the same call made again goes on where it was
    /// stopped. Embedding happens between the commits: other writers get their turn.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// A document or passage has an id that cannot be stored, or a passage of another document.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The collection was embedded by another model, by its fingerprint, its name or the number of its dimensions; or its texts were made
    /// by another template; or the index is only to be read.
    /// </exception>
    /// <exception cref="RerankerException">
    /// The embedder gave too few vectors, or one that is empty or not finite, whose passage the message names.
    /// </exception>
    /// <exception cref="TimeoutException">Another writer was not done in time.</exception>
    /// <exception cref="ObjectDisposedException">The index was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<UpsertResult> UpsertAsync(
        IAsyncEnumerable<IndexedDocument> documents,
        IEmbeddingGenerator<string, Embedding<float>> embedder,
        IProgress<UpsertResult>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentNullException.ThrowIfNull(embedder);
        _file.ThrowIfReadOnly();

        // SQLite reads and writes files and offers no asynchronous way to; the caller's thread must not wait for that.
        return Task.Run(() => SqliteTelemetry.RunAsync(SqliteTelemetryNames.Upsert, Name, UpsertAsync), cancellationToken);

        async Task<UpsertResult> UpsertAsync(Activity? activity)
        {
            var upsert = new Upsert(_file, Name, _options, embedder, progress);
            var result = await upsert.RunAsync(documents, cancellationToken).ConfigureAwait(false);
            activity?.SetTag(SqliteTelemetryNames.UpsertDocuments, result.Documents)
                .SetTag(SqliteTelemetryNames.UpsertPassages, result.PassagesEmbedded + result.PassagesReused);
            return result;
        }
    }

    /// <summary>Deletes documents with their passages. The room that they leave is used again.</summary>
    /// <param name="ids">The documents' ids; those that are not there are passed over.</param>
    /// <param name="cancellationToken">Stops the deletion; what is committed until then stays deleted.</param>
    /// <returns>How many documents were there.</returns>
    /// <exception cref="InvalidOperationException">The index is only to be read.</exception>
    /// <exception cref="TimeoutException">Another writer was not done in time.</exception>
    /// <exception cref="ObjectDisposedException">The index was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<int> DeleteAsync(IEnumerable<string> ids, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        _file.ThrowIfReadOnly();
        return Task.Run(
            () => SqliteTelemetry.RunAsync(
                SqliteTelemetryNames.Delete, Name, _ => Deletion.RunAsync(_file, Name, ids, cancellationToken)),
            cancellationToken);
    }

    private CollectionRow? FindRow()
    {
        using var transaction = ReadTransaction.Begin(_file);
        return CollectionRow.Find(transaction.Connection, Name);
    }

    private CollectionInfo ReadInfo()
    {
        using var transaction = ReadTransaction.Begin(_file);
        var connection = transaction.Connection;
        return CollectionRow.Find(connection, Name) is not { } row ? new() { Name = Name, Documents = 0, Passages = 0 } : row.Info(
            documents: (long)connection.Scalar("SELECT count(*) FROM documents WHERE collection = $id", ("$id", row.Id))!,
            passages: (long)connection.Scalar("SELECT coalesce(sum(used), 0) FROM blocks WHERE collection = $id", ("$id", row.Id))!);
    }
}
