using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace Resift.Cli;

/// <summary><c>resift db list</c>: what collections an index file has.</summary>
internal sealed class DbListCommand : Command, IHelpEpilogue
{
    private readonly CliConsole _console;
    private readonly IndexPlaceOption _db;
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
        var place = _db.Read(parsed);
        using var index = await place.OpenAsync(readOnly: true, cancellationToken);
        var collections = new List<CollectionFacts>();
        foreach (string name in await index.GetCollectionNamesAsync(cancellationToken))
        {
            collections.Add(await CollectionFacts.ReadAsync(index, name, cancellationToken));
        }

        var file = place.File is null ? null : new FileInfo(index.Name);
        if (parsed.GetValue(_format) == FactsFormat.Json)
        {
            WriteJson(index.Name, file, collections);
        }
        else
        {
            WriteTable(index.Name, file, collections);
        }

        return ExitCode.Ok;
    }

    private void WriteJson(string name, FileInfo? file, List<CollectionFacts> collections) => Json.WriteLine(
        _console.Output, indented: true, json =>
    {
        json.WriteStartObject();
        json.WriteString(file is null ? "store" : "file", name);
        if (file is not null)
        {
            json.WriteNumber("bytes", file.Length);
            json.WriteString("changed", file.LastWriteTimeUtc);
        }

        json.WriteStartArray("collections");
        collections.ForEach(facts => facts.Write(json));
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private void WriteTable(string name, FileInfo? file, List<CollectionFacts> collections)
    {
        _console.Output.WriteLine(file is null ? Printable.OneLine(name) : string.Create(CultureInfo.InvariantCulture,
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
