using System.CommandLine;
using System.Globalization;

namespace Resift.Cli;

/// <summary><c>resift models verify</c>: whether the files of a model are those that were downloaded.</summary>
internal sealed class ModelsVerifyCommand : Command, IHelpEpilogue
{
    private readonly CliConsole _console;
    private readonly Argument<string> _name = ModelsCommand.NameArgument("A model in the cache.");

    public ModelsVerifyCommand(CliConsole console)
        : base("verify", "Reads the files of a model in the cache and compares them with their hashes.")
    {
        _console = console;
        Add(_name);
        SetAction(RunAsync);
    }

    public string Epilogue => """
        Examples:
          resift models verify BAAI/bge-reranker-base

        Nothing is asked of the hub. The exit code is 1 if a file is damaged or missing.
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var hub = HubAccess.Open(_console.Environment);
        var model = HubAccess.Find(hub, parsed.GetValue(_name)!);
        var checks = await new HubWork(_console).RunAsync(
            model.Size, progress => hub.VerifyAsync(model, progress, cancellationToken));
        foreach (var check in checks.Where(check => check.State != HubFileState.Ok))
        {
            _console.Output.WriteLine(Printable.OneLine($"{check.Path}: {Shown(check.State)}"));
        }

        int right = checks.Count(check => check.State == HubFileState.Ok);
        bool isSound = checks.All(check => check.State is HubFileState.Ok or HubFileState.Unknown);
        _console.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{right} of {checks.Count} files of {model.Repository} are as the hub stated."));
        if (!isSound)
        {
            _console.Note($"remove the model and pull it again: resift models remove {model.Repository}");
        }

        return isSound && model.IsComplete ? ExitCode.Ok : ExitCode.Error;
    }

    private static string Shown(HubFileState state) => state switch
    {
        HubFileState.Damaged => "damaged: its content is not that of its hash",
        HubFileState.Missing => "missing: it is a link to nothing",
        _ => "not known: it is a plain file, as where links are impossible, so there is no hash to compare with",
    };
}
