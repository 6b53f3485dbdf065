using System.CommandLine;

namespace Resift.Cli;

/// <summary>The options that name an index: a file, or a database.</summary>
internal sealed class IndexPlaceOption(CliConsole console)
{
    private const string Variable = "RESIFT_STORE";

    private readonly IndexFileOption _file = new(console);

    private readonly Option<string> _store = OptionTypes.Text(
        "--store",
        $"The index in a PostgreSQL database, in the place of a file, as in postgres://me@host/docs?schema=resift. Default: {Variable}. " +
            "The password comes from PGPASSWORD, PGPASSFILE or ~/.pgpass, or the address, and is never shown.",
        "ADDRESS");

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="hasStore">Whether a database can be named; where --store means something else, its variable can.</param>
    public void AddTo(Command command, bool hasStore = true)
    {
        _file.AddTo(command);
        if (hasStore)
        {
            command.Add(_store);
        }
    }

    /// <summary>Determines whether the command line names an index.</summary>
    public bool IsGiven(ParseResult parsed) => _file.IsGiven(parsed) || parsed.GetValue(_store) is not null;

    /// <summary>Gets the index; null if nobody names one.</summary>
    /// <exception cref="UsageException">Two are named, or the address is none.</exception>
    public IndexPlace? Find(ParseResult parsed)
    {
        if (parsed.GetValue(_store) is { } store)
        {
            return _file.IsGiven(parsed)
                ? throw new UsageException("--db names an index file and --store a database; one of both was expected.")
                : Database(store, "--store");
        }

        return !_file.IsGiven(parsed) && console.Variable(Variable) is { } variable ? Database(variable, Variable)
            : _file.Find(parsed) is { } file ? new FilePlace(file) : null;
    }

    /// <summary>Gets the index.</summary>
    /// <exception cref="UsageException">None or two are named, or the address is none.</exception>
    public IndexPlace Read(ParseResult parsed) => Find(parsed) ?? new FilePlace(_file.Read(parsed));

    private DatabasePlace Database(string address, string source) => new(DatabaseAddress.Read(address, source), console.Folder);
}
