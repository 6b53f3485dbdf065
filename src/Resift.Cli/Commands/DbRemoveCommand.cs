using System.CommandLine;
using System.Globalization;
using Resift.Sqlite;

namespace Resift.Cli;

/// <summary><c>resift db remove</c>: documents, or a collection, out of an index file.</summary>
internal sealed class DbRemoveCommand : Command, IHelpEpilogue
{
    // So many are named; more would be no help.
    private const int Named = 10;

    private readonly CliConsole _console;
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description = "A folder, a file or a document, as the ids of documents have it: from the folder of the index file.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly IndexPlaceOption _db;
    private readonly Option<string> _collection = OptionTypes.Text(
        "--collection",
        $"The collection; without a PATH it is removed as a whole. Default with a PATH: {SqliteIndex.DefaultCollection}.",
        "NAME");

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only say what would be removed." };

    public DbRemoveCommand(CliConsole console)
        : base("remove", "Removes the documents of a folder or file from an index file, or a whole collection.")
    {
        _console = console;
        _db = new(console);
        Add(_paths);
        _db.AddTo(this);
        Add(_collection);
        Add(_dryRun);
        SetAction(RunAsync);
    }

    public string Epilogue => """
        Examples:
          resift db remove docs/drafts --db docs.db --dry-run
          resift db remove shop.csv#1234 --db docs.db
          resift db remove --collection old --db docs.db

        It asks nothing. The sources stay; resift index of the same folder would bring the documents back.
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string[] paths = [.. (parsed.GetValue(_paths) ?? []).Select(path => path.TrimEnd('/'))];
        bool isDry = parsed.GetValue(_dryRun);
        if (paths.Contains(""))
        {
            throw new UsageException("a PATH is empty; a folder, a file or a document was expected.");
        }

        if (paths.Length == 0 && parsed.GetValue(_collection) is null)
        {
            throw new UsageException("nothing is named that is to be removed: a PATH, or a whole collection by --collection.");
        }

        var place = _db.Read(parsed);
        using var index = await place.OpenAsync(isDry, cancellationToken);
        string name = await OpenCollection.KnownAsync(
            index, place, parsed.GetValue(_collection) ?? SqliteIndex.DefaultCollection, cancellationToken);
        var collection = index.GetCollection(name);
        if (paths.Length > 0)
        {
            await RemoveAsync(collection, paths, isDry, cancellationToken);
            return ExitCode.Ok;
        }

        long documents = (await collection.GetInfoAsync(cancellationToken)).Documents;
        if (!isDry)
        {
            await index.DeleteCollectionAsync(name, cancellationToken);
        }

        _console.Output.WriteLine($"The collection {Printable.OneLine(name)} with {Documents(documents)} {Was(isDry)}.");
        return ExitCode.Ok;
    }

    private async Task RemoveAsync(IStoredCollection collection, string[] paths, bool isDry, CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        foreach (string path in paths)
        {
            int before = ids.Count;
            await foreach (string id in collection.GetDocumentIdsAsync(path, filter: null, cancellationToken))
            {
                if (IsIn(id, path))
                {
                    ids.Add(id);
                }
            }

            if (ids.Count == before)
            {
                throw new InvalidDataException($"No document of the collection {collection.Name} is {path}, or lies in it. Nothing was " +
                    "removed. Ids begin at the folder of the index file: resift db info names its folders, and search shows ids.");
            }
        }

        string[] distinct = [.. ids.Distinct(StringComparer.Ordinal)];
        foreach (string id in distinct.Take(Named))
        {
            _console.Output.WriteLine(Printable.OneLine(id));
        }

        if (distinct.Length > Named)
        {
            _console.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"and {distinct.Length - Named:N0} more"));
        }

        long removed = isDry ? distinct.Length : await collection.DeleteAsync(distinct, cancellationToken);
        _console.Output.WriteLine($"{Documents(removed)} {Was(isDry)}.");
    }

    private static bool IsIn(string id, string path) => id.StartsWith(path, StringComparison.Ordinal)
        && (id.Length == path.Length || id[path.Length] is '/' or SourceFile.RecordSeparator);

    private static string Documents(long count) =>
        count == 1 ? "1 document" : string.Create(CultureInfo.InvariantCulture, $"{count:N0} documents");

    private static string Was(bool isDry) => isDry ? "would be removed" : "removed";
}
