using Microsoft.Extensions.AI;

namespace Resift.Retrieval;

/// <summary>One run of adding documents to a collection: collects a batch, embeds it, has it written.</summary>
internal abstract class DocumentUpsert
{
    // Bounds of a batch, and so of what is in memory and of what a stop can lose. One document is never parted.
    private const int MaxDocuments = 256;
    private const int MaxPassages = 1024;

    private const int UnchangedBetweenReports = 256;

    private readonly IProgress<UpsertResult>? _progress;
    private readonly EmbeddingQueue _queue;
    private readonly Dictionary<string, PendingDocument> _pending = new(StringComparer.Ordinal);
    private UpsertResult _result = new();
    private UpsertResult _recorded = new();
    private int _pendingPassages;

    protected DocumentUpsert(
        string store,
        CollectionOptions options,
        IEmbeddingGenerator<string, Embedding<float>> embedder,
        IProgress<UpsertResult>? progress)
    {
        Store = store;
        Options = options;
        _progress = progress;
        Model = new(embedder);
        _queue = new(Model, options.Template);
    }

    /// <summary>Gets how errors call the index.</summary>
    protected string Store { get; }

    protected CollectionOptions Options { get; }

    protected EmbeddingModel Model { get; }

    /// <summary>
    /// Gets for how many documents at once it is looked what the index has of them; as many are read ahead, and wait in memory.
    /// </summary>
    protected virtual int LookUpSize => 1;

    public async Task<UpsertResult> RunAsync(IAsyncEnumerable<IndexedDocument> documents, CancellationToken cancellationToken)
    {
        if (await FindCollectionAsync(cancellationToken).ConfigureAwait(false) is { } collection)
        {
            ThrowUnlessFits(collection);
        }

        var ahead = new List<IndexedDocument>();
        await foreach (var document in documents.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            DocumentCheck.ThrowIfUnfit(document ?? throw new ArgumentException("A document is null.", nameof(documents)));
            ahead.Add(document);
            if (ahead.Count == LookUpSize)
            {
                await AddAsync(ahead, cancellationToken).ConfigureAwait(false);
                ahead.Clear();
            }
        }

        await AddAsync(ahead, cancellationToken).ConfigureAwait(false);
        await CommitAsync(cancellationToken).ConfigureAwait(false);
        await RememberCutAsync(cancellationToken).ConfigureAwait(false);
        return _result with { Usage = _queue.Usage };
    }

    /// <summary>Gets what is known of the collection; null before its first document.</summary>
    protected abstract Task<CollectionInfo?> FindCollectionAsync(CancellationToken cancellationToken);

    /// <summary>Gets what the collection has of documents; those that it lacks are left out.</summary>
    protected abstract Task<IReadOnlyDictionary<string, StoredDocument>> FindDocumentsAsync(
        IReadOnlyList<string> ids, CancellationToken cancellationToken);

    /// <summary>Gets the vectors of a document's passages by the texts that were embedded.</summary>
    protected abstract Task<Dictionary<string, ReadOnlyMemory<float>>> FindVectorsAsync(string id, CancellationToken cancellationToken);

    /// <summary>Commits documents, all or none of them.</summary>
    /// <returns>How many of them took the place of an older version.</returns>
    protected abstract Task<int> WriteAsync(IReadOnlyCollection<PendingDocument> documents, CancellationToken cancellationToken);

    /// <summary>Keeps how documents are cut, even if none of them had changed and so nothing was written that would tell.</summary>
    protected abstract Task RememberCutAsync(CancellationToken cancellationToken);

    /// <summary>Records what was committed since the last time.</summary>
    protected virtual void Record(UpsertResult before, UpsertResult now)
    {
    }

    /// <summary>Refuses a collection whose vectors or texts cannot be compared with those of this run.</summary>
    protected void ThrowUnlessFits(CollectionInfo collection)
    {
        Model.ThrowUnlessFits(collection, Store);
        if (collection.Template != Options.Template.Name)
        {
            throw new InvalidOperationException($"The texts of the collection '{collection.Name}' of '{Store}' were made by the template " +
                $"'{collection.Template}', but '{Options.Template.Name}' came. Vectors of both cannot be compared: use the first " +
                "template, or index into another collection.");
        }
    }

    private async Task AddAsync(List<IndexedDocument> documents, CancellationToken cancellationToken)
    {
        if (documents.Count == 0)
        {
            return;
        }

        string[] ids = [.. documents.Select(document => document.Id).Distinct(StringComparer.Ordinal)];
        var stored = await FindDocumentsAsync(ids, cancellationToken).ConfigureAwait(false);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var document in documents)
        {
            var known = stored;
            if (_pending.ContainsKey(document.Id) | !seen.Add(document.Id))
            {
                await CommitAsync(cancellationToken).ConfigureAwait(false);
                known = await FindDocumentsAsync([document.Id], cancellationToken).ConfigureAwait(false);
            }

            await AddAsync(document, known.GetValueOrDefault(document.Id), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task AddAsync(IndexedDocument document, StoredDocument? stored, CancellationToken cancellationToken)
    {
        string metadata = MetadataJson.Write(document.Metadata);
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
            pending.TakeVectors(await FindVectorsAsync(document.Id, cancellationToken).ConfigureAwait(false));
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
            int updated = await WriteAsync(_pending.Values, cancellationToken).ConfigureAwait(false);
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
                var whole = passage with { Metadata = MetadataJson.Merge(document.Metadata, passage.Metadata) };
                pending.Add(new(whole, Options.Template.TextOf(whole)));
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
        Record(_recorded, _result);
        _recorded = _result;
        _progress?.Report(_result);
    }
}

/// <summary>What decides whether a document has changed.</summary>
/// <param name="Hash">Its content hash.</param>
/// <param name="Metadata">Its metadata, as <see cref="MetadataJson"/> writes it.</param>
internal sealed record StoredDocument(string Hash, string Metadata);
