using System.CommandLine;
using Resift.Sqlite;

namespace Resift.Cli;

/// <summary>The options that say which collection of which index file is meant, and the opening of it.</summary>
internal sealed class IndexOptionGroup
{
    private readonly Option<string> _db;

    private readonly Option<string> _collection = OptionTypes.Text(
        "--collection", $"The collection in that file. Default: {SqliteIndex.DefaultCollection}.", "NAME");

    private readonly Option<string> _embedder = OptionTypes.Text(
        "--embedder", $"The embedder, a bundled one or a folder. Default: {ModelFolder.Embedder}.", "NAME|FOLDER");

    /// <param name="isRequired">Whether the command cannot do without an index.</param>
    public IndexOptionGroup(bool isRequired) =>
        _db = new("--db") { Description = "The index file, as resift index makes it.", HelpName = "FILE", Required = isRequired };

    public void AddTo(Command command)
    {
        command.Add(_db);
        command.Add(_collection);
        command.Add(_embedder);
    }

    /// <summary>Gets the path of the index file; null if none was given.</summary>
    public string? Db(ParseResult parsed) => parsed.GetValue(_db);

    public string Collection(ParseResult parsed) => parsed.GetValue(_collection) ?? SqliteIndex.DefaultCollection;

    public bool HasCollection(ParseResult parsed) => parsed.GetValue(_collection) is not null;

    public string Embedder(ParseResult parsed) => parsed.GetValue(_embedder) ?? ModelFolder.Embedder;

    /// <summary>Opens the collection to search it.</summary>
    public OpenCollection OpenForSearch(ParseResult parsed) => OpenCollection.ForSearch(Db(parsed)!, Collection(parsed));

    /// <summary>Opens the collection to add to it; what is not there is made.</summary>
    public OpenCollection OpenForIndexing(ParseResult parsed, SqliteCollectionOptions options) =>
        OpenCollection.ForIndexing(Db(parsed)!, Collection(parsed), options);
}
