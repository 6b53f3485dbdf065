using System.CommandLine;
using System.Globalization;

namespace Resift.Cli;

/// <summary><c>resift index</c>: files and folders into an index file, or what has changed in them since.</summary>
internal sealed class IndexCommand : Command, IHelpEpilogue
{
    private readonly CliConsole _console;
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description = "Files, which are always taken, and folders, of which the files of known types are.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly IndexOptionGroup _index;
    private readonly RecipeOptionGroup _recipe = new();
    private readonly IModelLoader _loader;
    private readonly Option<int?> _threads = ModelOptionGroup.ThreadsOption();

    public IndexCommand(CliConsole console, IModelLoader loader)
        : base("index", "Puts the texts of files and folders into an index file, or what has changed in them since the last time.")
    {
        _console = console;
        _loader = loader;
        _index = new(console);
        Add(_paths);
        _index.AddTo(this);
        _recipe.AddTo(this);
        Add(_threads);
        SetAction(RunAsync);
    }

    public string Epilogue => """
        Examples:
          resift index docs --db docs.db
          resift index src --db code.db --include "*.cs" --exclude generated
          resift index products.csv --db shop.db --text-field name,description --id-field sku

        Known types: .txt .text .rst .adoc .org, .md .markdown, .html .htm, .jsonl .ndjson .json, .csv .tsv; all in UTF-8.
        The same command again does only what has changed, and removes what has gone. It may be stopped at any time.
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        long start = _console.Time.GetTimestamp();
        string db = _index.File.Read(parsed);
        string home = Path.GetDirectoryName(Path.GetFullPath(db))!;
        string[] paths = parsed.GetValue(_paths)!;
        var recipe = _recipe.Read(
            parsed,
            IndexRecipe.Parse(OpenCollection.CutOf(db, _index.Collection(parsed))),
            [.. paths.Select(path => IndexSource.NameOf(path, home))],
            _console.Note);
        var skipped = new SkippedFiles(parsed.GetValue<bool>("--verbose"));
        IndexSource[] sources =
        [
            .. paths.Select(path => IndexSource.Find(
                path, home, recipe.Sources.GetValueOrDefault(IndexSource.NameOf(path, home)) ?? new(), skipped, cancellationToken)),
        ];
        using var embedder = _loader.LoadEmbedder(
            ModelFolder.Find(_index.Embedder(parsed)), new() { Threads = parsed.GetValue(_threads) });
        var cutter = new PassageCutter(
            embedder.GetService(typeof(TokenCounter)) as TokenCounter
                ?? throw new NotSupportedException("The embedder does not count tokens, so texts cannot be cut to fit it."),
            recipe);
        using var index = _index.OpenForIndexing(parsed, cutter.CollectionOptions);
        index.ThrowUnlessEmbeddedBy(embedder);

        var run = new IndexRun(index.Collection, sources, cutter, skipped);
        var progress = new IndexProgress(run.Files.Count);
        IndexSummary? summary = null;
        try
        {
            await WorkProgress.RunAsync(_console, run.Files.Sum(file => file.Length), progress.Describe, async show =>
            {
                progress.Show = show;
                summary = await run.RunAsync(embedder, progress, cancellationToken);
            });
        }
        catch (OperationCanceledException)
        {
            _console.Note(string.Create(CultureInfo.InvariantCulture,
                $"{progress.Documents:N0} documents are in the index and stay there; the same command goes on from here"));
            throw;
        }
        finally
        {
            foreach (string line in skipped.Lines())
            {
                _console.Note(line);
            }
        }

        await ReportAsync(parsed, summary!, _console.Time.GetElapsedTime(start));
        return skipped.BadCount == 0 ? ExitCode.Ok : ExitCode.Error;
    }

    private async Task ReportAsync(ParseResult parsed, IndexSummary summary, TimeSpan elapsed)
    {
        if (summary is { Found: 0, Removed: 0 })
        {
            throw new InvalidDataException($"There is nothing to index in {string.Join(", ", parsed.GetValue(_paths)!)}: no file " +
                "of a known type (resift index --help names them). --include takes others, as in --include \"*.log\".");
        }

        if (summary.Upsert.PassagesTruncated > 0)
        {
            _console.Note(string.Create(CultureInfo.InvariantCulture,
                $"{summary.Upsert.PassagesTruncated:N0} passages are longer than the embedder reads, so that their vectors miss " +
                $"their ends; lower --passage-tokens"));
        }

        await _console.Output.WriteLineAsync(summary.Line(elapsed));
    }
}
