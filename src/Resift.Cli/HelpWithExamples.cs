using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Resift.Cli;

/// <summary>A command that shows examples (and whatever else belongs there) below its help.</summary>
internal interface IHelpEpilogue
{
    string Epilogue { get; }
}

/// <summary>The usual help, then the command's own epilogue.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    // Wrong arguments beside --help are no reason to withhold it.
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is IHelpEpilogue command)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(command.Epilogue);
            parseResult.InvocationConfiguration.Output.WriteLine();
        }

        return code;
    }
}
