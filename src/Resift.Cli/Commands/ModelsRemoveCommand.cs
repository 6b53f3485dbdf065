using System.CommandLine;

namespace Resift.Cli;

/// <summary><c>resift models remove</c>: a model out of the cache.</summary>
internal sealed class ModelsRemoveCommand : Command, IHelpEpilogue
{
    private readonly CliConsole _console;
    private readonly Argument<string> _name = ModelsCommand.NameArgument(
        "A model in the cache, with all that is there of it; with @REVISION that revision alone.");

    public ModelsRemoveCommand(CliConsole console)
        : base("remove", "Removes a model from the cache.")
    {
        _console = console;
        Add(_name);
        SetAction(Run);
    }

    public string Epilogue => """
        Examples:
          resift models remove BAAI/bge-reranker-base
          resift models remove BAAI/bge-reranker-base@main

        It asks nothing. The cache is that of Hugging Face's own tools, which lose the model too. What another revision uses stays.
        """;

    private int Run(ParseResult parsed)
    {
        using var hub = HubAccess.Open(_console.Environment);
        var id = HubAccess.Parse(parsed.GetValue(_name)!);
        long freed = hub.Remove(id);
        _console.Output.WriteLine($"{id} is removed, which freed {HubWork.Megabytes(freed)}.");
        return ExitCode.Ok;
    }
}
