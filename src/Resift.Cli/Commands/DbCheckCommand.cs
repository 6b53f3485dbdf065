using System.CommandLine;

namespace Resift.Cli;

/// <summary><c>resift db check</c>: whether an index file is sound.</summary>
internal sealed class DbCheckCommand : Command, IHelpEpilogue
{
    private readonly CliConsole _console;
    private readonly IndexFileOption _db;

    public DbCheckCommand(CliConsole console)
        : base("check", "Reads an index file from end to end and says whether it is sound.")
    {
        _console = console;
        _db = new(console);
        _db.AddTo(this);
        SetAction(RunAsync);
    }

    public string Epilogue => """
        Example:
          resift db check --db docs.db

        The exit code is 1 if something is wrong. There are no checksums: a flipped bit in a text is not seen.
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var index = FilePlace.IndexForReading(_db.Read(parsed));
        var findings = await index.CheckAsync(cancellationToken);
        foreach (string finding in findings)
        {
            _console.Output.WriteLine(Printable.OneLine(finding));
        }

        _console.Output.WriteLine(findings.Count == 0
            ? $"{index.FilePath} is sound."
            : $"{index.FilePath} is damaged: delete it and index again.");
        return findings.Count == 0 ? ExitCode.Ok : ExitCode.Error;
    }
}
