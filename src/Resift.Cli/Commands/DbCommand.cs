using System.CommandLine;

namespace Resift.Cli;

/// <summary><c>resift db</c>: what is done with an index file as a whole.</summary>
internal sealed class DbCommand : Command
{
    public DbCommand(CliConsole console, IModelLoader loader)
        : base("db", "Shows what is in an index file, and works on it as a whole.")
    {
        Add(new DbListCommand(console));
        Add(new DbInfoCommand(console));
        Add(new DbRemoveCommand(console));
        Add(new DbCheckCommand(console));
        Add(new DbUpgradeCommand(console, loader));
    }
}
