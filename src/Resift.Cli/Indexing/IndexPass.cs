using System.Globalization;
using Microsoft.Extensions.AI;

namespace Resift.Cli;

/// <summary>What an index is made of, and the passes that bring it to the state of the files.</summary>
/// <param name="console">Hears what is done.</param>
/// <param name="place">The index.</param>
/// <param name="collection">The collection.</param>
/// <param name="paths">The files and folders.</param>
/// <param name="recipe">How they are indexed.</param>
/// <param name="reading">How the files are read.</param>
internal sealed class IndexPass(
    CliConsole console, IndexPlace place, string collection, IReadOnlyList<string> paths, IndexRecipe recipe, FileReadingRules reading)
{
    private string[] _said = [];

    /// <summary>Runs one pass.</summary>
    /// <param name="embedder">Embeds the passages.</param>
    /// <param name="cancellationToken">Stops it; what is in the index until then stays.</param>
    /// <returns>What it did.</returns>
    /// <exception cref="InvalidDataException">There is nothing to index, or the index is none or damaged.</exception>
    public async Task<IndexResult> RunAsync(
        IEmbeddingGenerator<string, Embedding<float>> embedder, CancellationToken cancellationToken)
    {
        long start = console.Time.GetTimestamp();
        var skipped = new SkippedFiles(reading.IsVerbose);
        IndexSource[] sources =
        [
            .. paths.Select(path =>
            {
                var rules = recipe.Sources.GetValueOrDefault(IndexSource.NameOf(path, place.Home)) ?? new();
                return IndexSource.Find(path, place.Home, rules, reading, skipped, cancellationToken);
            }),
        ];
        var cutter = new PassageCutter(
            embedder.GetService(typeof(TokenCounter)) as TokenCounter
                ?? throw new NotSupportedException("The embedder does not count tokens, so texts cannot be cut to fit it."),
            recipe);
        using var index = await OpenCollection.ForIndexingAsync(place, collection, cutter.CollectionOptions, cancellationToken);
        await index.ThrowUnlessEmbeddedByAsync(embedder, cancellationToken);

        var run = new IndexRun(index.Collection, sources, cutter, skipped);
        var progress = new IndexProgress(run.Files.Count);
        IndexSummary? summary = null;
        try
        {
            await WorkProgress.RunAsync(console, run.Files.Sum(file => file.Length), progress.Describe, async show =>
            {
                progress.Show = show;
                summary = await run.RunAsync(embedder, progress, cancellationToken);
            });
        }
        catch (OperationCanceledException)
        {
            console.Note(string.Create(CultureInfo.InvariantCulture,
                $"{progress.Documents:N0} documents are in the index and stay there; the same command goes on from here"));
            throw;
        }
        finally
        {
            Say([.. skipped.Lines()]);
        }

        ThrowIfNothing(summary!);
        return new(summary!, console.Time.GetElapsedTime(start), skipped.BadCount);
    }

    // What is still as bad as in the pass before is not said again.
    private void Say(string[] lines)
    {
        if (!lines.SequenceEqual(_said))
        {
            Array.ForEach(lines, console.Note);
            _said = lines;
        }
    }

    private void ThrowIfNothing(IndexSummary summary)
    {
        if (summary is { Found: 0, Removed: 0 })
        {
            throw new InvalidDataException($"There is nothing to index in {string.Join(", ", paths)}: no file of a known type (resift " +
                "index --help names them). --include takes others, as in --include \"*.log\".");
        }

        if (summary.Upsert.PassagesTruncated > 0)
        {
            console.Note(string.Create(CultureInfo.InvariantCulture,
                $"{summary.Upsert.PassagesTruncated:N0} passages are longer than the embedder reads, so that their vectors miss " +
                $"their ends; lower --passage-tokens"));
        }
    }
}

/// <summary>What a pass did.</summary>
/// <param name="Summary">What became of the documents.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="BadCount">How many files, folders or records could not be read.</param>
internal sealed record IndexResult(IndexSummary Summary, TimeSpan Elapsed, int BadCount)
{
    /// <summary>Gets a value indicating whether the index is another one than before.</summary>
    public bool HasChanged => Summary.Upsert.Added + Summary.Upsert.Updated + Summary.Removed > 0;

    /// <summary>Gets it as a sentence.</summary>
    public string Line => Summary.Line(Elapsed);
}
