using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace Resift.Cli;

/// <summary><c>resift db list</c>: what collections an index file has.</summary>
internal sealed class DbListCommand : Command, IHelpEpilogue
{
    private readonly CliConsole _console;
    private readonly IndexFileOption _db;
    private readonly Option<FactsFormat?> _format = Facts.FormatOption();

    public DbListCommand(CliConsole console)
        : base("list", "Lists the collections of an index file: how much is in them, from where, by which embedder.")
    {
        _console = console;
        _db = new(console);
        _db.AddTo(this);
        Add(_format);
        SetAction(RunAsync);
    }

    public string Epilogue => """
        Examples:
          resift db list --db docs.db
          resift db list --db docs.db --format json
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var index = OpenCollection.IndexForReading(_db.Read(parsed));
        var collections = new List<CollectionFacts>();
        foreach (string name in index.GetCollectionNames())
        {
            collections.Add(await CollectionFacts.ReadAsync(index, name, cancellationToken));
        }

        var file = new FileInfo(index.FilePath);
        if (parsed.GetValue(_format) == FactsFormat.Json)
        {
            WriteJson(file, collections);
        }
        else
        {
            WriteTable(file, collections);
        }

        return ExitCode.Ok;
    }

    private void WriteJson(FileInfo file, List<CollectionFacts> collections) => Json.WriteLine(_console.Output, indented: true, json =>
    {
        json.WriteStartObject();
        json.WriteString("file", file.FullName);
        json.WriteNumber("bytes", file.Length);
        json.WriteString("changed", file.LastWriteTimeUtc);
        json.WriteStartArray("collections");
        collections.ForEach(facts => facts.Write(json));
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private void WriteTable(FileInfo file, List<CollectionFacts> collections)
    {
        _console.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{file.FullName}: {file.Length:N0} bytes, changed {file.LastWriteTimeUtc:yyyy-MM-dd HH:mm} UTC"));
        if (collections.Count == 0)
        {
            _console.Output.WriteLine("It has no collections yet.");
            return;
        }

        var table = new Table().Border(TableBorder.Simple)
            .AddColumn("collection")
            .AddColumn(new TableColumn("documents").RightAligned())
            .AddColumn(new TableColumn("passages").RightAligned())
            .AddColumn("embedder")
            .AddColumn("cut")
            .AddColumn("folders");
        foreach (var facts in collections)
        {
            table.AddRow(
            [
                .. new[]
                {
                    facts.Info.Name, Facts.Number(facts.Info.Documents), Facts.Number(facts.Info.Passages), facts.Embedder, facts.Cut,
                    string.Join(", ", facts.Folders.Keys),
                }.Select(text => new Text(Printable.OneLine(text))),
            ]);
        }

        AnsiOutput.Create(_console).Write(table);
    }
}
