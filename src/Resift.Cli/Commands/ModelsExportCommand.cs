using System.CommandLine;

namespace Resift.Cli;

/// <summary><c>resift models export</c>: a model of the cache in one file, for a machine without a network.</summary>
internal sealed class ModelsExportCommand : Command, IHelpEpilogue
{
    private readonly CliConsole _console;
    private readonly Argument<string> _name = ModelsCommand.NameArgument("A model in the cache.");
    private readonly Argument<string> _file = new("FILE") { Description = "The file, which is replaced if it is there." };

    public ModelsExportCommand(CliConsole console)
        : base("export", "Writes a model of the cache into one file.")
    {
        _console = console;
        Add(_name);
        Add(_file);
        SetAction(RunAsync);
    }

    public string Epilogue => """
        Examples:
          resift models export BAAI/bge-reranker-base bge.tar
          resift models import bge.tar

        The file is a tar archive in the layout of the cache, which may be unpacked there by hand too.
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var hub = HubAccess.Open(_console.Environment);
        var model = HubAccess.Find(hub, parsed.GetValue(_name)!);
        if (!model.IsComplete)
        {
            throw new InvalidDataException(
                $"{model.Repository} is not complete in the cache; 'resift models pull {model.Repository}' gets what is missing.");
        }

        string file = Path.GetFullPath(parsed.GetValue(_file)!, _console.Folder);
        await new HubWork(_console).RunAsync(model.Size, async progress =>
        {
            await hub.ExportAsync(model, file, progress, cancellationToken);
            return true;
        });
        _console.Output.WriteLine($"{model.Repository} is in {file}.");
        return ExitCode.Ok;
    }
}
