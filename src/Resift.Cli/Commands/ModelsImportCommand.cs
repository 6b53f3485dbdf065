using System.CommandLine;

namespace Resift.Cli;

/// <summary><c>resift models import</c>: what <c>export</c> wrote, into the cache of this machine.</summary>
internal sealed class ModelsImportCommand : Command, IHelpEpilogue
{
    private readonly CliConsole _console;
    private readonly Argument<string> _file = new("FILE") { Description = "A file that 'resift models export' wrote." };

    public ModelsImportCommand(CliConsole console)
        : base("import", "Reads a model that export wrote into the cache.")
    {
        _console = console;
        Add(_file);
        SetAction(RunAsync);
    }

    public string Epilogue => """
        Examples:
          resift models import bge.tar

        Every file is checked by its hash, and none leaves the folder of its model. No network is needed.
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string file = Path.GetFullPath(parsed.GetValue(_file)!, _console.Folder);
        using var hub = HubAccess.Open(_console.Environment);
        long size = File.Exists(file) ? new FileInfo(file).Length : throw new FileNotFoundException($"There is no file {file} to import.");
        var model = await new HubWork(_console).RunAsync(size, progress => hub.ImportAsync(file, progress, cancellationToken));
        _console.Note($"licence: {model.License ?? "not stated"}");
        _console.Output.WriteLine($"{model.Repository} is in the cache: {model.Folder}");
        return ExitCode.Ok;
    }
}
