using System.CommandLine;
using Microsoft.Extensions.AI;

namespace Resift.Cli;

/// <summary><c>resift index</c>: files and folders into an index file, or what has changed in them since.</summary>
internal sealed class IndexCommand : Command, IHelpEpilogue
{
    // Watchers lose changes, and do not hear of those on some network drives.
    private static readonly TimeSpan _rescan = TimeSpan.FromMinutes(1);

    private readonly CliConsole _console;
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description = "Files, which are always taken, and folders, of which the files of known types are.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly IndexOptionGroup _index;
    private readonly RecipeOptionGroup _recipe = new();
    private readonly Option<bool> _watch = new("--watch")
    {
        Description = "Go on after the first pass: index what changes, as it changes, until Ctrl-C.",
    };
    private readonly ReadingOptionGroup _reading = new();

    private readonly IModelLoader _loader;
    private readonly ThreadsOption _threads = new();

    public IndexCommand(CliConsole console, IModelLoader loader)
        : base("index", "Puts the texts of files and folders into an index file, or what has changed in them since the last time.")
    {
        _console = console;
        _loader = loader;
        _index = new(console);
        Add(_paths);
        _index.AddTo(this);
        _recipe.AddTo(this);
        _reading.AddTo(this);
        Add(_watch);
        _threads.AddTo(this);
        SetAction(RunAsync);
    }

    public string Epilogue => """
        Examples:
          resift index docs --db docs.db
          resift index src --db code.db --include "*.cs" --exclude generated
          resift index products.csv --db shop.db --text-field name,description --id-field sku
          resift index docs --db docs.db --watch
          resift index docs --store postgres://me@host/docs
          resift index docs --db docs.db --convert "*.odt=pandoc -t markdown {}"

        Known types: .txt .text .rst .adoc .org, .md .markdown, .html .htm, .xml, .ipynb, .jsonl .ndjson .json, .csv .tsv, and source code
        such as .cs .py .sql .yaml, all in UTF-8; .pdf .docx .pptx .xlsx.
        The same command again does only what has changed, and removes what has gone. It may be stopped at any time.
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var place = _index.Place.Read(parsed);
        string[] paths = parsed.GetValue(_paths)!;
        string collection = _index.Collection(parsed);
        var recipe = _recipe.Read(
            parsed,
            IndexRecipe.Parse(await OpenCollection.CutOfAsync(place, collection, cancellationToken)),
            [.. paths.Select(path => IndexSource.NameOf(path, place.Home))],
            _console.Note);
        var pass = new IndexPass(_console, place, collection, paths, recipe, _reading.Read(parsed));

        // Before the first pass, so that no change is missed while it is under way.
        using var changes = parsed.GetValue(_watch) ? new FileChanges(paths, place.File, _console.Time, _console.Note) : null;
        using var embedder = _loader.LoadEmbedder(
            _loader.FindFolder(_index.Embedder(parsed)), new() { Threads = _threads.Read(parsed) });
        var result = await pass.RunAsync(embedder, cancellationToken);
        await SayAsync(result);
        if (changes is not null)
        {
            await WatchAsync(pass, changes, embedder, cancellationToken);
            return ExitCode.Ok;
        }

        return result.BadCount == 0 ? ExitCode.Ok : ExitCode.Error;
    }

    /// <summary>Runs a pass whenever something changes, until Ctrl-C, which is its end and no failure unless it stops a pass.</summary>
    private async Task WatchAsync(
        IndexPass pass, FileChanges changes, IEmbeddingGenerator<string, Embedding<float>> embedder, CancellationToken cancellationToken)
    {
        _console.Note("watching for changes; Ctrl-C ends it");
        while (true)
        {
            bool wasHeard;
            try
            {
                wasHeard = await changes.WaitAsync(_rescan, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            try
            {
                var result = await pass.RunAsync(embedder, cancellationToken);
                if (wasHeard || result.HasChanged)
                {
                    await SayAsync(result);
                }
            }
            catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException
                or TimeoutException)
            {
                // A folder may be away for a moment, and another process may be writing.
                _console.Note(exception.Message);
            }
        }
    }

    private async Task SayAsync(IndexResult result)
    {
        await _console.Output.WriteLineAsync(result.Line);

        // Whoever reads the lines of a watch wants each when it is written.
        await _console.Output.FlushAsync(CancellationToken.None);
    }
}
