using System.CommandLine;
using Resift.Sqlite;

namespace Resift.Cli;

/// <summary>The options that say which collection of which index is meant, and the opening of it.</summary>
internal sealed class IndexOptionGroup(CliConsole console)
{
    private readonly Option<string> _collection = OptionTypes.Text(
        "--collection", $"The collection in that index. Default: {SqliteIndex.DefaultCollection}.", "NAME");

    private readonly Option<string> _embedder = OptionTypes.Text(
        "--embedder", $"The embedder, a bundled one or a folder. Default: {ModelFolder.Embedder}.", "NAME|FOLDER");

    /// <summary>Gets the options that name the index.</summary>
    public IndexPlaceOption Place { get; } = new(console);

    public void AddTo(Command command, bool hasStore = true)
    {
        Place.AddTo(command, hasStore);
        command.Add(_collection);
        command.Add(_embedder);
    }

    public string Collection(ParseResult parsed) => parsed.GetValue(_collection) ?? SqliteIndex.DefaultCollection;

    public bool HasCollection(ParseResult parsed) => parsed.GetValue(_collection) is not null;

    public string Embedder(ParseResult parsed) => parsed.GetValue(_embedder) ?? ModelFolder.Embedder;

    /// <summary>Opens the collection to search it.</summary>
    public Task<OpenCollection> OpenForSearchAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        OpenCollection.ForSearchAsync(Place.Read(parsed), Collection(parsed), cancellationToken);
}
