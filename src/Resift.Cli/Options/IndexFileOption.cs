using System.CommandLine;

namespace Resift.Cli;

/// <summary>The option that names the index file, which the environment or a configuration file of one's own may name as well.</summary>
internal sealed class IndexFileOption(CliConsole console)
{
    private const string Variable = "RESIFT_DB";

    private readonly Option<string> _db = OptionTypes.Text(
        "--db", $"The index file, as resift index makes it. Default: {Variable}, else \"db\" of {ConfigurationFile.FileName}.", "FILE");

    /// <summary>Sets what the option is for, where it is not what it is for in most commands.</summary>
    public string Description { init => _db.Description = value; }

    public void AddTo(Command command) => command.Add(_db);

    /// <summary>Determines whether the command line names the file.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_db) is not null;

    /// <summary>Gets the path of the index file; null if nobody names one.</summary>
    public string? Find(ParseResult parsed) => parsed.GetValue(_db) ?? console.Variable(Variable) ?? console.Defaults.Db;

    /// <summary>Gets the path of the index file.</summary>
    /// <exception cref="UsageException">Nobody names one.</exception>
    public string Read(ParseResult parsed) => Find(parsed)
        ?? throw new UsageException($"no index file is named. Give it by --db FILE, or in the variable {Variable}.");
}
