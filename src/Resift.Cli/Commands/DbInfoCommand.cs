using System.CommandLine;
using Resift.Sqlite;

namespace Resift.Cli;

/// <summary><c>resift db info</c>: all that is known of one collection.</summary>
internal sealed class DbInfoCommand : Command, IHelpEpilogue
{
    private readonly CliConsole _console;
    private readonly Argument<string?> _collection = new("COLLECTION")
    {
        Description = $"The collection. Default: {SqliteIndex.DefaultCollection}.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly IndexPlaceOption _db;
    private readonly Option<FactsFormat?> _format = Facts.FormatOption();

    public DbInfoCommand(CliConsole console)
        : base("info", "Shows a collection: its folders, its embedder, and the options that the next run of resift index goes by.")
    {
        _console = console;
        _db = new(console);
        Add(_collection);
        _db.AddTo(this);
        Add(_format);
        SetAction(RunAsync);
    }

    public string Epilogue => """
        Example:
          resift db info --db docs.db
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string name = parsed.GetValue(_collection) ?? SqliteIndex.DefaultCollection;
        var place = _db.Read(parsed);
        using var index = await place.OpenAsync(readOnly: true, cancellationToken);
        var facts = await CollectionFacts.ReadAsync(
            index, await OpenCollection.KnownAsync(index, place, name, cancellationToken), cancellationToken);
        if (parsed.GetValue(_format) == FactsFormat.Json)
        {
            Json.WriteLine(_console.Output, indented: true, facts.Write);
        }
        else
        {
            Write(facts);
        }

        return ExitCode.Ok;
    }

    private void Write(CollectionFacts facts)
    {
        Line("collection", facts.Info.Name);
        Line("documents", Facts.Number(facts.Info.Documents));
        Line("passages", Facts.Number(facts.Info.Passages));
        Line("embedder", facts.Embedder);
        Line("fingerprint", facts.Info.ModelFingerprint ?? "none");
        Line("passages have", facts.Cut);
        foreach (var (folder, documents) in facts.Folders)
        {
            Line("folder", $"{folder} ({Facts.Number(documents)} documents)");
        }

        foreach (var (source, rules) in facts.Recipe?.Sources ?? [])
        {
            Line("remembered", $"{source}: {rules.Options}");
        }
    }

    private void Line(string name, string value) => _console.Output.WriteLine($"{name,-14} {Printable.OneLine(value)}");
}
