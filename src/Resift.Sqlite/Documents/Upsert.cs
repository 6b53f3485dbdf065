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
    private readonly SqliteCollectionSettings _settings;
    private readonly IProgress<UpsertProgress>? _progress;
    private readonly EmbeddingModel _model;
    private readonly EmbeddingQueue _queue;
    private readonly Dictionary<string, PendingDocument> _pending = new(StringComparer.Ordinal);
    private UpsertResult _result = new();
    private int _pendingPassages;

    public Upsert(
        IndexFile file,
        string collection,
        SqliteCollectionSettings settings,
        IEmbeddingGenerator<string, Embedding<float>> embedder,
        IProgress<UpsertProgress>? progress)
    {
        _file = file;
        _collection = collection;
        _settings = settings;
        _progress = progress;
        _model = new(embedder);
        _queue = new(_model, settings.Template);
    }

    public async Task<UpsertResult> RunAsync(IAsyncEnumerable<IndexedDocument> documents, CancellationToken cancellationToken)
    {
        ThrowUnlessFits();
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
        PendingDocument? pending;
        using (var transaction = new ReadTransaction(_file))
        {
            var stored = StoredDocument.Find(transaction.Connection, _collection, document.Id);
            pending = stored?.Hash == document.ContentHash && stored.Metadata == metadata ? null : new(document, metadata, Cut(document));
            if (stored is not null)
            {
                pending?.TakeVectors(StoredPassages.VectorsByText(transaction.Connection, stored.Id, _settings.Template));
            }
        }

        if (pending is null)
        {
            _result = _result with { Unchanged = _result.Unchanged + 1 };
            ReportSometimes();
            return;
        }

        _pending.Add(document.Id, pending);
        _pendingPassages += pending.Passages.Count;
        _queue.Add(pending.Passages);
        if (_queue.IsFull || _pending.Count >= MaxDocuments || _pendingPassages >= MaxPassages)
        {
            await CommitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (_pending.Count > 0)
        {
            int waiting = _queue.Count;
            int truncated = await _queue.EmbedAsync(cancellationToken).ConfigureAwait(false);
            int updated = await WriteAsync(cancellationToken).ConfigureAwait(false);
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
        var row = CollectionRow.Find(connection, _collection) ?? CollectionRow.Create(connection, _collection, _settings.Template.Name);

        // Looked at again, since another writer may have begun the collection since this one first looked.
        ThrowUnlessFits(row);
        if (row.Dimensions is null && _model.Dimensions is { } dimensions)
        {
            row.SetModel(connection, _model.Name, _model.Fingerprint, dimensions);
        }

        if (_settings.Cut is { } cut && cut != row.Cut)
        {
            row.SetCut(connection, cut);
        }

        int updated;
        using (var writer = new DocumentWriter(connection, row, _settings.Template))
        {
            updated = _pending.Values.Count(writer.Write);
            writer.Flush();
        }

        transaction.Commit();
        return updated;
    }

    private void ThrowUnlessFits()
    {
        using var transaction = new ReadTransaction(_file);
        if (CollectionRow.Find(transaction.Connection, _collection) is { } row)
        {
            ThrowUnlessFits(row);
        }
    }

    private void ThrowUnlessFits(CollectionRow row)
    {
        _model.ThrowUnlessFits(row, _file.Path);
        if (row.Template != _settings.Template.Name)
        {
            throw new InvalidOperationException($"The texts of the collection '{row.Name}' of '{_file.Path}' were made by the template " +
                $"'{row.Template}', but '{_settings.Template.Name}' came. Vectors of both cannot be compared: use the first template, or " +
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
                pending.Add(new(whole, _settings.Template.TextOf(whole)));
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

    private void Report() => _progress?.Report(new(
        _result.Added + _result.Updated + _result.Unchanged, _result.Unchanged, _result.PassagesEmbedded, _result.PassagesReused));
}
