using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;
using Npgsql;
using Resift.Retrieval;

namespace Resift.Postgres;

/// <summary>Documents of one database that are searched together, all embedded by one model.</summary>
/// <remarks>Safe for concurrent use; see <see cref="PostgresIndex"/> for readers and writers.</remarks>
[SuppressMessage("Naming", "CA1711", Justification = "A collection of documents is what the field calls it.")]
public sealed class PostgresCollection
{
    private readonly Database _database;
    private readonly CollectionOptions _options;
    private readonly CollectionSearch _search;

    internal PostgresCollection(Database database, string name, CollectionOptions options)
    {
        _database = database;
        _options = options;
        _search = new(database, name);
        Name = name;
        Lexical = new LexicalRetriever(_search);
    }

    /// <summary>Gets the collection's name.</summary>
    public string Name { get; }

    /// <summary>
    /// Gets the retriever by words, <c>bm25</c>, over the terms of <see cref="TextAnalyzers.English"/>, any of the query's terms enough;
    /// those of title and headings count twice. Its scores are BM25 with k1 = 1.2 and b = 0.75, above 0, as an index file gives them.
    /// It needs no embedder, and gives the candidates' embeddings all the same.
    /// </summary>
    public IRetriever Lexical { get; }

    /// <summary>Creates a retriever by meaning, <c>dense</c>: the cosine between the embeddings of the query and the passages.</summary>
    /// <param name="embedder">Embeds the query; the same model that embedded the passages. It is not disposed.</param>
    /// <param name="exact">
    /// Whether every passage is compared, even where pgvector has an index that finds nearly the same sooner. Without pgvector, or above
    /// its 2,000 dimensions, every one is compared anyway.
    /// </param>
    /// <returns>
    /// The retriever. A search throws <see cref="InvalidOperationException"/> if the model is another one than that of the passages: by its
    /// fingerprint where both tell one, or else by its name, or by the number of its dimensions.
    /// </returns>
    public IRetriever CreateDense(IEmbeddingGenerator<string, Embedding<float>> embedder, bool exact = false)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        return new DenseRetriever(_search, embedder, exact);
    }

    /// <summary>
    /// Creates a retriever by words and by meaning, <c>fused</c>, that asks the database once for both and fuses them as
    /// <see cref="HybridRetriever"/> does.
    /// </summary>
    /// <param name="embedder">Embeds the query; the same model that embedded the passages. It is not disposed.</param>
    /// <param name="fusion">
    /// How words, which are first, and meaning become one; null for <see cref="FusionOptions.LexicalAndDense"/>. It is copied.
    /// </param>
    /// <param name="exact">Whether every passage is compared by its meaning, as <see cref="CreateDense"/> has it.</param>
    /// <returns>The retriever. If embedding fails, words answer alone, and the response says so.</returns>
    /// <exception cref="ArgumentException">The weights are not two.</exception>
    public IRetriever CreateHybrid(
        IEmbeddingGenerator<string, Embedding<float>> embedder, FusionOptions? fusion = null, bool exact = false)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        fusion = fusion?.Clone() ?? FusionOptions.LexicalAndDense;
        return fusion.Weights is null or { Count: 2 }
            ? new FusedRetriever(_search, embedder, fusion, exact)
            : throw new ArgumentException($"There are {fusion.Weights.Count} weights; two were expected, for words and for meaning.",
                nameof(fusion));
    }

    /// <summary>Gets the collection's model and its counts.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What is known; nothing but the name and zeros for a collection that has not begun.</returns>
    /// <exception cref="IOException">The database cannot be reached, or refused.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<CollectionInfo> GetInfoAsync(CancellationToken cancellationToken = default) =>
        (await FindAsync(cancellationToken).ConfigureAwait(false))?.Info ?? new() { Name = Name, Documents = 0, Passages = 0 };

    /// <summary>
    /// Ensures that an embedder is the model whose vectors the collection holds, before anything is embedded: by its fingerprint where both
    /// tell one, or else by its name. A search and an upsert do the same, and look at the number of dimensions as well.
    /// </summary>
    /// <param name="embedder">The embedder. It is asked for its metadata only.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What ends when it is known.</returns>
    /// <exception cref="InvalidOperationException">The collection was embedded by another model.</exception>
    /// <exception cref="IOException">The database cannot be reached, or refused.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task ThrowIfEmbeddedByOtherAsync(
        IEmbeddingGenerator<string, Embedding<float>> embedder, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        if (await FindAsync(cancellationToken).ConfigureAwait(false) is { } row)
        {
            new EmbeddingModel(embedder).ThrowUnlessFits(row.Info, _database.Name);
        }
    }

    /// <summary>Gets the documents' ids in order of their UTF-8 bytes. Documents may be added and deleted meanwhile.</summary>
    /// <param name="prefix">What the ids begin with; null for all.</param>
    /// <param name="filter">What the documents' own metadata must fulfil; null for no condition.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The ids, read in pages, so that memory stays bounded.</returns>
    /// <exception cref="IOException">The database cannot be reached, or refused.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IAsyncEnumerable<string> GetDocumentIdsAsync(
        string? prefix = null, MetadataFilter? filter = null, CancellationToken cancellationToken = default) =>
        DocumentIds.ReadAsync(_database, Name, prefix ?? "", filter, cancellationToken);

    /// <summary>Counts the documents by the values that they have for a key of their metadata.</summary>
    /// <param name="key">The key; documents without it are not counted.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>How many documents have each value, in the order of the values.</returns>
    /// <exception cref="IOException">The database cannot be reached, or refused.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<IReadOnlyDictionary<string, long>> CountDocumentsByAsync(string key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _database.RunAsync(CountAsync, cancellationToken);

        async Task<IReadOnlyDictionary<string, long>> CountAsync(NpgsqlConnection connection)
        {
            var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
            if (await FindAsync(connection, cancellationToken).ConfigureAwait(false) is { } row)
            {
                foreach (var (value, count) in await connection.ReadAsync(
                    $"SELECT metadata ->> $1, count(*) FROM {_database.Tables.Documents(row.Id)} " +
                    "WHERE metadata ->> $1 IS NOT NULL GROUP BY 1",
                    [StorableText.Of(key)],
                    static reader => (reader.GetString(0), reader.GetInt64(1)),
                    cancellationToken).ConfigureAwait(false))
                {
                    counts.Add(value, count);
                }
            }

            return counts;
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
    /// stopped. Embedding happens between the commits: other writers get their turn. If two write the same document, the later commit
    /// stays, whole.
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
    /// <exception cref="IOException">The database cannot be reached, or refused.</exception>
    /// <exception cref="TimeoutException">Another writer was not done in time.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<UpsertResult> UpsertAsync(
        IAsyncEnumerable<IndexedDocument> documents,
        IEmbeddingGenerator<string, Embedding<float>> embedder,
        IProgress<UpsertResult>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentNullException.ThrowIfNull(embedder);
        _database.ThrowIfReadOnly();
        return new Upsert(_database, Name, _options, embedder, progress).RunAsync(Upsert.Storable(documents), cancellationToken);
    }

    /// <summary>Deletes documents with their passages.</summary>
    /// <param name="ids">The documents' ids; those that are not there are passed over.</param>
    /// <param name="cancellationToken">Stops the deletion; what is committed until then stays deleted.</param>
    /// <returns>How many documents were there.</returns>
    /// <exception cref="InvalidOperationException">The index is only to be read.</exception>
    /// <exception cref="IOException">The database cannot be reached, or refused.</exception>
    /// <exception cref="TimeoutException">Another writer was not done in time.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<int> DeleteAsync(IEnumerable<string> ids, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        _database.ThrowIfReadOnly();
        return Deletion.RunAsync(_database, Name, ids, cancellationToken);
    }

    private Task<CollectionRow?> FindAsync(CancellationToken cancellationToken) =>
        _database.RunAsync(connection => FindAsync(connection, cancellationToken), cancellationToken);

    private Task<CollectionRow?> FindAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        CollectionRow.FindAsync(connection, _database.Tables, Name, forUpdate: false, cancellationToken);
}
