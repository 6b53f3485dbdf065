using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>Brings a collection to the state of the files: adds, updates and removes documents.</summary>
internal sealed class IndexRun(
    IStoredCollection collection, IReadOnlyList<IndexSource> sources, PassageCutter cutter, SkippedFiles skipped)
{
    // A file that several of them have is of the first.
    private readonly (SourceFile File, DocumentReader Reader)[] _files =
    [
        .. sources.SelectMany(source => source.Walk.Files.Select(file => (file, source.Reader))).DistinctBy(item => item.file.FullPath),
    ];

    private readonly HashSet<string> _seen = [];
    private readonly List<SourceFile> _badFiles = [];

    // Of these, records were left out.
    private readonly HashSet<SourceFile> _unsure = [];

    /// <summary>Gets the files.</summary>
    public IReadOnlyList<SourceFile> Files => [.. _files.Select(item => item.File)];

    /// <summary>Reads the files, adds and updates their documents, and removes those that have gone.</summary>
    /// <param name="embedder">Embeds the passages.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancellationToken">Stops it; what is in the index until then stays.</param>
    public async Task<IndexSummary> RunAsync(
        IEmbeddingGenerator<string, Embedding<float>> embedder, IndexProgress progress, CancellationToken cancellationToken)
    {
        var upsert = await collection.UpsertAsync(DocumentsAsync(progress, cancellationToken), embedder, progress, cancellationToken);
        return new(_files.Length, _files.Length - _badFiles.Count, upsert, await RemoveAsync(cancellationToken));
    }

    private async IAsyncEnumerable<IndexedDocument> DocumentsAsync(
        IndexProgress progress, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long before = 0;
        int files = 0;
        foreach (var (file, reader) in _files)
        {
            await using var reading = new FileReading(file, reader, reason =>
            {
                skipped.AddBad(reason);
                _unsure.Add(file);
            });

            // One is read ahead, since the last document of a file is that of a file that is done.
            var document = await NextStorableAsync(reading, cancellationToken);
            while (document is not null)
            {
                long position = before + reading.Position;
                var next = await NextStorableAsync(reading, cancellationToken);
                progress.Read(position, next is null ? files + 1 : files);
                yield return cutter.Prepare(document);
                document = next;
            }

            before += file.Length;
            files++;
        }
    }

    private async Task<SourceDocument?> NextStorableAsync(FileReading reading, CancellationToken cancellationToken)
    {
        SourceDocument? document;
        do
        {
            document = await NextAsync(reading, cancellationToken);
        }
        while (document is not null && !(IsStorable(document, reading.File) && IsNew(document.Id, reading.File)));
        return document;
    }

    private async Task<SourceDocument?> NextAsync(FileReading reading, CancellationToken cancellationToken)
    {
        try
        {
            return await reading.NextAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            if (reading is { File: { Kind: FileKind.Json, IsNamed: false }, Count: 0 })
            {
                // Most JSON files in a folder are settings and the like, which nobody meant to search.
                skipped.PassOver("JSON without documents");
                return null;
            }

            _badFiles.Add(reading.File);
            string name = reading.File.ShownPath;
            string reason = exception.Message.StartsWith(name, StringComparison.Ordinal)
                ? exception.Message
                : $"{name}: {exception.Message}";
            skipped.AddBad(reading.Count == 0 ? reason : $"{reason} What stands before that is indexed.");
            return null;
        }
    }

    // The index takes any text, but an id with a zero character would be cut there, and be another's.
    private bool IsStorable(SourceDocument document, SourceFile file)
    {
        bool isStorable = !document.Id.Contains('\0');
        if (!isStorable)
        {
            skipped.AddBad($"{file.ShownPath}: the id '{document.Id}' has a zero character.");
        }

        return isStorable;
    }

    private bool IsNew(string id, SourceFile file)
    {
        if (!_seen.Add(id))
        {
            skipped.AddBad($"{file.ShownPath}: the id '{id}' occurs for the second time; only the first is indexed.");
            return false;
        }

        return true;
    }

    private async Task<int> RemoveAsync(CancellationToken cancellationToken)
    {
        var gone = new List<string>();
        foreach (var folder in sources.SelectMany(source => source.Walk.Folders))
        {
            await foreach (string id in IdsOfAsync(folder.Name, cancellationToken))
            {
                if (IsGone(id) && !folder.IsUnread(id))
                {
                    gone.Add(id);
                }
            }
        }

        foreach (var file in Files.Where(file => file.IsNamed))
        {
            await foreach (string id in IdsOfAsync(file.Root, cancellationToken, file.Id))
            {
                if (file.Holds(id) && IsGone(id))
                {
                    gone.Add(id);
                }
            }
        }

        return await collection.DeleteAsync(gone, cancellationToken);
    }

    // What a file held that cannot be read now is not known to have gone.
    private bool IsGone(string id) => !_seen.Contains(id) && !_badFiles.Concat(_unsure).Any(file => file.Holds(id));

    private IAsyncEnumerable<string> IdsOfAsync(string root, CancellationToken cancellationToken, string? prefix = null) =>
        collection.GetDocumentIdsAsync(prefix, new Dictionary<string, string> { [DocumentReader.RootKey] = root }, cancellationToken);
}

/// <summary>What an indexing run did.</summary>
/// <param name="Found">How many files there were.</param>
/// <param name="Files">How many of them were read.</param>
/// <param name="Upsert">What became of their documents.</param>
/// <param name="Removed">How many documents were removed.</param>
internal sealed record IndexSummary(int Found, int Files, UpsertResult Upsert, int Removed)
{
    /// <summary>Gets it as a sentence.</summary>
    public string Line(TimeSpan elapsed)
    {
        string reused = Upsert.PassagesReused == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" and {Upsert.PassagesReused:N0} kept");
        return string.Create(CultureInfo.InvariantCulture,
            $"{Upsert.Added:N0} added, {Upsert.Updated:N0} updated, {Upsert.Unchanged:N0} unchanged, {Removed:N0} removed " +
            $"({Files:N0} files, {Upsert.PassagesEmbedded:N0} passages embedded{reused}, {elapsed.TotalSeconds:F1} s)");
    }
}
