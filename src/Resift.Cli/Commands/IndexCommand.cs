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
    private readonly Option<string[]> _include = Globs(
        "--include", "Take only files that match, also those of other types, which are read as text.");
    private readonly Option<string[]> _exclude = Globs("--exclude", "Leave out files and folders that match.");
    private readonly Option<bool> _noGitignore = new("--no-gitignore") { Description = "Take files too that .gitignore files leave out." };
    private readonly Option<string[]> _convert = new("--convert")
    {
        Description = "Let a program turn files into Markdown, as in \"*.odt=pandoc -t markdown {}\". May be given more than once.",
        HelpName = "GLOB=PROGRAM",
    };

    private readonly Option<int?> _fileTimeout = OptionTypes.Number(
        "--file-timeout",
        $"How many seconds reading one file may take before it is skipped. Default: {DocumentReader.UsualTimeLimit.TotalSeconds:0}.",
        minimum: 1);

    private readonly Option<string> _textField = OptionTypes.Text(
        "--text-field",
        "The field of a record's text; several, as in title,text, are joined by one space. Default: text, else content …",
        "NAME");

    private readonly Option<string> _idField = OptionTypes.Text(
        "--id-field", "The field of a record's id. Default: _id, else id, else its number in the file.", "NAME");

    private readonly Option<int?> _passageTokens = OptionTypes.Number(
        "--passage-tokens", $"How many tokens of the embedder a passage has at most. Default: {PassageCutter.DefaultTokens}.", minimum: 16);

    private readonly Option<int?> _overlap = OptionTypes.Number(
        "--overlap", $"How many tokens a passage repeats of the one before it. Default: {PassageCutter.DefaultOverlap}.", minimum: 0);

    private readonly IModelLoader _loader;
    private readonly Option<int?> _threads = ModelOptionGroup.ThreadsOption();

    public IndexCommand(CliConsole console, IModelLoader loader)
        : base("index", "Puts the texts of files and folders into an index file, or what has changed in them since the last time.")
    {
        _console = console;
        _loader = loader;
        _index = new(isRequired: true);
        Add(_paths);
        _index.AddTo(this);
        Add(_include);
        Add(_exclude);
        Add(_noGitignore);
        Add(_convert);
        Add(_fileTimeout);
        Add(_textField);
        Add(_idField);
        Add(_passageTokens);
        Add(_overlap);
        Add(_threads);
        SetAction(RunAsync);
    }

    public string Epilogue => """
        Examples:
          resift index docs --db docs.db
          resift index src --db code.db --include "*.cs" --exclude generated
          resift index products.csv --db shop.db --text-field name,description --id-field sku
          resift index docs --db docs.db --convert "*.odt=pandoc -t markdown {}"

        Known types: .txt .text .rst .adoc .org, .md .markdown, .html .htm, .xml, .ipynb, .jsonl .ndjson .json, .csv .tsv, and source code
        such as .cs .py .sql .yaml, all in UTF-8; .pdf .docx .pptx .xlsx.
        The same command again does only what has changed, and removes what has gone. It may be stopped at any time.
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        long start = _console.Time.GetTimestamp();
        var skipped = new SkippedFiles(parsed.GetValue<bool>("--verbose"));
        var walk = Walk(parsed, skipped, cancellationToken);
        using var embedder = _loader.LoadEmbedder(
            ModelFolder.Find(_index.Embedder(parsed)), new() { Threads = parsed.GetValue(_threads) });
        var cutter = Cutter(parsed, embedder.GetService(typeof(TokenCounter)) as TokenCounter);
        using var index = _index.OpenForIndexing(parsed, cutter.CollectionOptions);
        index.ThrowUnlessEmbeddedBy(embedder);

        var reader = new DocumentReader(
            RecordFields.Split(parsed.GetValue(_textField)),
            parsed.GetValue(_idField),
            parsed.GetValue(_fileTimeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        var run = new IndexRun(index.Collection, walk, reader, cutter, skipped);
        var progress = new IndexProgress(walk.Files.Count);
        IndexSummary? summary = null;
        try
        {
            await WorkProgress.RunAsync(_console, walk.Files.Sum(file => file.Length), progress.Describe, async show =>
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

        await ReportAsync(parsed, summary!, walk, _console.Time.GetElapsedTime(start));
        return skipped.BadCount == 0 ? ExitCode.Ok : ExitCode.Error;
    }

    private FileWalk Walk(ParseResult parsed, SkippedFiles skipped, CancellationToken cancellationToken)
    {
        // Relative to the index file, so that both can be moved together.
        string home = Path.GetDirectoryName(Path.GetFullPath(_index.Db(parsed)!))!;
        var filter = new PathFilter(parsed.GetValue(_include), parsed.GetValue(_exclude))
        {
            Converters = [.. (parsed.GetValue(_convert) ?? []).Select(Converter.Parse)],
        };
        var walk = new FileWalk(
            filter, !parsed.GetValue(_noGitignore), folder => Path.GetRelativePath(home, folder).Replace('\\', '/'), skipped);
        foreach (string path in parsed.GetValue(_paths)!)
        {
            walk.Add(path, cancellationToken);
        }

        return walk;
    }

    private PassageCutter Cutter(ParseResult parsed, TokenCounter? countTokens)
    {
        int tokens = parsed.GetValue(_passageTokens) ?? PassageCutter.DefaultTokens;
        int overlap = parsed.GetValue(_overlap) ?? Math.Min(PassageCutter.DefaultOverlap, tokens / 4);
        if (overlap > tokens / 2)
        {
            throw new UsageException($"--overlap {overlap} is more than half of the {tokens} tokens of a passage (--passage-tokens).");
        }

        return new(countTokens ?? throw new NotSupportedException("The embedder does not count tokens, so texts cannot be cut to fit it."),
            tokens, overlap);
    }

    private async Task ReportAsync(ParseResult parsed, IndexSummary summary, FileWalk walk, TimeSpan elapsed)
    {
        if (walk.Files.Count == 0 && summary.Removed == 0)
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

    private static Option<string[]> Globs(string name, string description) => new(name)
    {
        Description = $"{description} May be given more than once.",
        HelpName = "GLOB",
    };
}
