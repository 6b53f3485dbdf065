using Microsoft.Data.Sqlite;
using Microsoft.Extensions.AI;

namespace Resift.Sqlite;

/// <summary>One run of adding documents: collects a batch, embeds it, commits it.</summary>
internal sealed class Upsert
{
    // Bounds of a batch, and so of what is in memory and of what a stop can lose. One document is never parted.
    private const int MaxDocuments = 256;
    private const int MaxPassages = 1024;

    private const int UnchangedBetweenReports = 256;

    private readonly IndexFile _file;
    private readonly string _collection;
    private readonly SqliteCollectionOptions _options;
    private readonly IProgress<UpsertResult>? _progress;
    private readonly EmbeddingModel _model;
    private readonly EmbeddingQueue _queue;
    private readonly Dictionary<string, PendingDocument> _pending = new(StringComparer.Ordinal);
    private UpsertResult _result = new();
    private UpsertResult _recorded = new();
    private int _pendingPassages;

    public Upsert(
        IndexFile file,
        string collection,
        SqliteCollectionOptions options,
        IEmbeddingGenerator<string, Embedding<float>> embedder,
        IProgress<UpsertResult>? progress)
    {
        _file = file;
        _collection = collection;
        _options = options;
        _progress = progress;
        _model = new(embedder);
        _queue = new(_model, options.Template);
    }

    public async Task<UpsertResult> RunAsync(IAsyncEnumerable<IndexedDocument> documents, CancellationToken cancellationToken)
    {
        if (await _file.RunAsync(() => FindRowAsync(cancellationToken)).ConfigureAwait(false) is { } row)
        {
            ThrowUnlessFits(row);
        }

        await foreach (var document in documents.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (document is null)
            {
                throw new ArgumentException("A document is null.", nameof(documents));
            }

            await AddAsync(document, cancellationToken).ConfigureAwait(false);
        }

        await CommitAsync(cancellationToken).ConfigureAwait(false);
        await _file.RunAsync(() => RememberCutAsync(cancellationToken)).ConfigureAwait(false);
        return _result with { Usage = _queue.Usage };
    }

    private async Task AddAsync(IndexedDocument document, CancellationToken cancellationToken)
    {
        DocumentCheck.ThrowIfUnfit(document);
        if (_pending.ContainsKey(document.Id))
        {
            await CommitAsync(cancellationToken).ConfigureAwait(false);
        }

        string metadata = MetadataJson.Write(document.Metadata);
        var stored = await _file.RunAsync(() => FindAsync(document.Id, cancellationToken)).ConfigureAwait(false);
        if (stored?.Hash == document.ContentHash && stored.Metadata == metadata)
        {
            _result = _result with { Unchanged = _result.Unchanged + 1 };
            ReportSometimes();
            return;
        }

        // Cut while no connection is held, since whoever cuts may search the same index.
        var pending = new PendingDocument(document, metadata, Cut(document));
        if (stored is not null)
        {
            pending.TakeVectors(
                await _file.RunAsync(() => VectorsByTextAsync(document.Id, cancellationToken)).ConfigureAwait(false));
        }

        _pending.Add(document.Id, pending);
        _pendingPassages += pending.Passages.Count;
        _queue.Add(pending.Passages);
        if (_queue.IsFull || _pending.Count >= MaxDocuments || _pendingPassages >= MaxPassages)
        {
            await CommitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<StoredDocument?> FindAsync(string id, CancellationToken cancellationToken)
    {
        using var transaction = await ReadTransaction.BeginAsync(_file, cancellationToken).ConfigureAwait(false);
        return StoredDocument.Find(transaction.Connection, _collection, id);
    }

    private async Task<Dictionary<string, ReadOnlyMemory<float>>> VectorsByTextAsync(string id, CancellationToken cancellationToken)
    {
        using var transaction = await ReadTransaction.BeginAsync(_file, cancellationToken).ConfigureAwait(false);

        // Looked for again, since another writer may have replaced it meanwhile.
        return StoredDocument.Find(transaction.Connection, _collection, id) is { } stored
            ? StoredPassages.VectorsByText(transaction.Connection, stored.Id, _options.Template)
            : [];
    }

    private async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (_pending.Count > 0)
        {
            int waiting = _queue.Count;
            int truncated = await _queue.EmbedAsync(cancellationToken).ConfigureAwait(false);
            int updated = await _file.RunAsync(() => WriteAsync(cancellationToken)).ConfigureAwait(false);
            _result = _result with
            {
                Added = _result.Added + _pending.Count - updated,
                Updated = _result.Updated + updated,
                PassagesEmbedded = _result.PassagesEmbedded + waiting,
                PassagesReused = _result.PassagesReused + _pendingPassages - waiting,
                PassagesTruncated = _result.PassagesTruncated + truncated,
            };
            _pending.Clear();
            _pendingPassages = 0;
        }

        Report();
    }

    /// <summary>Commits what is pending.</summary>
    /// <returns>How many of the documents took the place of an older version.</returns>
    private async Task<int> WriteAsync(CancellationToken cancellationToken)
    {
        using var transaction = await WriteTransaction.BeginAsync(_file, cancellationToken).ConfigureAwait(false);
        var connection = transaction.Connection;
        var row = CollectionRow.Find(connection, _collection) ?? CollectionRow.Create(connection, _collection, _options.Template.Name);

        // Looked at again, since another writer may have begun the collection since this one first looked.
        ThrowUnlessFits(row);
        if (row.Dimensions is null && _model.Dimensions is { } dimensions)
        {
            row.SetModel(connection, _model.Name, _model.Fingerprint, dimensions);
        }

        if (_options.Cut is { } cut && cut != row.Cut)
        {
            row.SetCut(connection, cut);
        }

        int updated;
        using (var writer = new DocumentWriter(connection, row, _options.Template))
        {
            updated = _pending.Values.Count(writer.Write);
            writer.Flush();
        }

        transaction.Commit();
        return updated;
    }

    /// <summary>Keeps how documents are cut, even if none of them had changed and so nothing was written that would tell.</summary>
    private async Task<bool> RememberCutAsync(CancellationToken cancellationToken)
    {
        if (_options.Cut is not { } cut || await FindRowAsync(cancellationToken).ConfigureAwait(false) is not { } known || known.Cut == cut)
        {
            return false;
        }

        using var transaction = await WriteTransaction.BeginAsync(_file, cancellationToken).ConfigureAwait(false);
        CollectionRow.Find(transaction.Connection, _collection)?.SetCut(transaction.Connection, cut);
        transaction.Commit();
        return true;
    }

    private async Task<CollectionRow?> FindRowAsync(CancellationToken cancellationToken)
    {
        using var transaction = await ReadTransaction.BeginAsync(_file, cancellationToken).ConfigureAwait(false);
        return CollectionRow.Find(transaction.Connection, _collection);
    }

    private void ThrowUnlessFits(CollectionRow row)
    {
        _model.ThrowUnlessFits(row, _file.Path);
        if (row.Template != _options.Template.Name)
        {
            throw new InvalidOperationException($"The texts of the collection '{row.Name}' of '{_file.Path}' were made by the template " +
                $"'{row.Template}', but '{_options.Template.Name}' came. Vectors of both cannot be compared: use the first template, or " +
                "index into another collection.");
        }
    }

    private PendingPassage[] Cut(IndexedDocument document)
    {
        var passages = document.Passages()
            ?? throw new ArgumentException($"The passages of '{document.Id}' are null; none are an empty list.");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var pending = new List<PendingPassage>();
        foreach (var passage in passages)
        {
            DocumentCheck.ThrowIfUnfit(passage, document, seen);
            if (!string.IsNullOrWhiteSpace(passage.Text))
            {
                // The template sees what a search gives back: the document's metadata besides the passage's own.
                var whole = passage with { Metadata = LabelSet.Merge(document.Metadata, passage.Metadata) };
                pending.Add(new(whole, _options.Template.TextOf(whole)));
            }
        }

        return [.. pending];
    }

    private void ReportSometimes()
    {
        if (_result.Unchanged % UnchangedBetweenReports == 0)
        {
            Report();
        }
    }

    private void Report()
    {
        SqliteTelemetry.RecordUpsert(_collection, _recorded, _result);
        _recorded = _result;
        _progress?.Report(_result);
    }
}

/// <summary>What decides whether a document has changed.</summary>
internal sealed record StoredDocument(long Id, string Hash, string Metadata)
{
    public static StoredDocument? Find(SqliteConnection connection, string collection, string key)
    {
        using var command = connection.Command(
            "SELECT d.id, d.hash, d.metadata FROM collections c JOIN documents d ON d.collection = c.id " +
            "WHERE c.name = $collection AND d.key = $key",
            ("$collection", collection),
            ("$key", key));
        using var reader = command.ExecuteReader();
        return reader.Read() ? new(reader.GetInt64(0), reader.GetString(1), reader.GetString(2)) : null;
    }
}
