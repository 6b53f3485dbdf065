using System.CommandLine;
using System.Globalization;
using Resift.Retrieval;
using Resift.Sqlite;

namespace Resift.Cli;

/// <summary><c>resift db upgrade</c>: makes an index of an older format new.</summary>
internal sealed class DbUpgradeCommand : Command, IHelpEpilogue
{
    private readonly CliConsole _console;
    private readonly IModelLoader _loader;
    private readonly IndexFileOption _db;
    private readonly Option<string> _embedder = OptionTypes.Text(
        "--embedder",
        $"The embedder, a bundled one or a folder. Default: the one that the index names, else {ModelFolder.Embedder}.",
        "NAME|FOLDER");

    private readonly ThreadsOption _threads = new();

    public DbUpgradeCommand(CliConsole console, IModelLoader loader)
        : base("upgrade", "Makes an index of an older version new, from the texts in it. The sources are not needed.")
    {
        _console = console;
        _loader = loader;
        _db = new(console);
        _db.AddTo(this);
        Add(_embedder);
        _threads.AddTo(this);
        SetAction(RunAsync);
    }

    public string Epilogue => """
        Example:
          resift db upgrade --db docs.db

        The file is replaced at the end; until then it stays as it is. All passages are embedded again, with title and
        headings. Where the sources are at hand, resift index afterwards cuts them anew.
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string path = _db.Read(parsed);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no index {path}.");
        }

        var options = new LocalModelOptions { Threads = _threads.Read(parsed) };
        bool isNew = await SqliteIndex.UpgradeAsync(
            path,
            collection => _loader.LoadEmbedder(
                _loader.FindFolder(parsed.GetValue(_embedder) ?? collection.ModelId ?? ModelFolder.Embedder), options),
            Revised,
            new Lines(_console),
            cancellationToken);
        await _console.Output.WriteLineAsync(isNew
            ? $"{path} is now of the format of this version."
            : $"{path} is of the format of this version already.");
        return ExitCode.Ok;
    }

    // Ids now begin with their folder, and what is searched has no markup.
    private static IndexedDocument Revised(IndexedDocument document)
    {
        string root = document.Metadata.GetValueOrDefault(DocumentReader.RootKey, "");
        string path = document.Metadata.GetValueOrDefault(DocumentReader.PathKey, "");
        bool hasRoot = document.Id.StartsWith(SourceFile.IdOf(root, path), StringComparison.Ordinal);
        string id = hasRoot ? document.Id : SourceFile.IdOf(root, document.Id);
        bool isMarkdown = FileKinds.FromPath(path) == FileKind.Markdown;
        return document with { Id = id, Passages = () => document.Passages().Select(Passage) };

        SearchDocument Passage(SearchDocument passage) => passage with
        {
            Id = string.Concat(id, passage.Id.AsSpan(document.Id.Length)),
            Location = passage.Location is { } location ? location with { DocumentId = id } : null,
            SearchedText = passage.SearchedText ?? (isMarkdown ? WithoutMarkup(passage.Text) : null),
        };
    }

    private static string? WithoutMarkup(string markdown)
    {
        var chunks = new MarkdownChunker(static text => text.Length, int.MaxValue).Chunk(markdown);
        string searched = string.Join('\n', chunks.Select(chunk => chunk.SearchedText ?? chunk.Text));
        return searched.Length > 0 ? searched : null;
    }

    // How much there is in all is known to the index alone, so this counts up.
    private sealed class Lines(CliConsole console) : IProgress<UpsertResult>
    {
        private static readonly TimeSpan _every = TimeSpan.FromSeconds(5);

        private long _shown = console.Time.GetTimestamp();

        public void Report(UpsertResult value)
        {
            if (console.Time.GetElapsedTime(_shown) >= _every)
            {
                _shown = console.Time.GetTimestamp();
                console.Note(string.Create(
                    CultureInfo.InvariantCulture, $"{value.Documents:N0} documents, {value.PassagesEmbedded:N0} passages"));
            }
        }
    }
}
