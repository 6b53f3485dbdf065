using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Reflection;

namespace Resift.Cli;

/// <summary>The root of the command line.</summary>
internal sealed class ResiftCommand : RootCommand, IHelpEpilogue
{
    // Long enough for the batches under way to end and a half-written file to be removed.
    private static readonly TimeSpan _terminationTimeout = TimeSpan.FromSeconds(10);

    private readonly Option<bool> _verbose = new("--verbose")
    {
        Description = "Show the stack trace of an error, and all that index skips.",
        Recursive = true,
    };

    private ResiftCommand(CliConsole console, IModelLoader loader)
        : base("Reranks documents by how well they answer a query: on this machine, offline.")
    {
        Add(new CompareCommand(console, loader));
        Add(new RerankCommand(console, loader));
        Add(new EmbedCommand(console, loader));
        Add(new MergeCommand(console));
        Add(new IndexCommand(console, loader));
        Add(new SearchCommand(console, loader));
        Add(new AskCommand(console, loader));
        Add(new ChatCommand(console, loader));
        Add(new EvalCommand(console, loader));
        Add(new CalibrateCommand(console, loader));
        Add(new TuneCommand(console, loader));
        Add(new ServeCommand(console, loader));
        Add(new McpCommand(console, loader));
        Add(new DbCommand(console, loader));
        Add(new ModelsCommand(console, loader));
        Add(new DoctorCommand(console, loader));
        Add(new CompletionCommand(console));
        Add(_verbose);
        var help = Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        Options.OfType<VersionOption>().Single().Action = new VersionAction();
    }

    public string Epilogue => """
        Examples:
          resift compare
          resift rerank "how do I undo a commit" notes.txt --top-n 5
          resift rerank --corpus corpus.jsonl --queries queries.jsonl --run bm25.trec --output reranked.trec
          resift index docs --db docs.db
          resift search "how do I undo a commit" --db docs.db --explain
          resift ask "how do I undo a commit" --db docs.db --dry-run
          resift chat --db docs.db
          resift eval scifact --html report.html
          resift serve --port 8080
          resift mcp --db docs.db
          resift models show
          resift doctor --provider cohere

        Exit codes:
          0    done
          1    an error in the input or the model, such as a file that cannot be read; a check of doctor that failed
          2    the command line itself is wrong
          130  cancelled by Ctrl-C
          141  the reader of the output went away
        """;

    /// <summary>Runs one command line.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> InvokeAsync(
        string[] args, CliConsole console, IModelLoader loader, CancellationToken cancellationToken = default)
    {
        var (root, parsed) = Parse(args, console, loader);
        int code;
        try
        {
            if (UsesDefaults(parsed) && Defaults.Find(console, NamedConfiguration(parsed)) is { IsEmpty: false } defaults)
            {
                console = console with { Defaults = defaults, AllowsAnsi = console.AllowsAnsi && defaults.Color != false };
                (root, parsed) = Parse(args, console, loader);
            }

            code = await RunAsync(args, parsed, console, cancellationToken);
            await console.Output.FlushAsync(CancellationToken.None);
        }
        catch (Exception exception)
        {
            code = Failure.Report(exception, parsed.GetValue(root._verbose), console.Error);
        }

        return code;
    }

    private static (ResiftCommand Root, ParseResult Parsed) Parse(string[] args, CliConsole console, IModelLoader loader)
    {
        var root = new ResiftCommand(console, loader);

        // A query may start with '@' or be a cluster such as "-xvf": neither means anything special here.
        var configuration = new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null };
        return (root, root.Parse(args.Length == 0 ? ["--help"] : args, configuration));
    }

    // Help needs none, and what says whether such a file is right must not fail because it is wrong.
    private static bool UsesDefaults(ParseResult parsed) => parsed is
    {
        Action: not (ParseErrorAction or SynchronousCommandLineAction),
        CommandResult.Command: not DoctorCommand,
    };

    private static string? NamedConfiguration(ParseResult parsed) =>
        (parsed.GetResult(RerankerOptionGroup.ConfigName) as OptionResult)?.GetValueOrDefault<string>();

    private static Task<int> RunAsync(
        string[] args, ParseResult parsed, CliConsole console, CancellationToken cancellationToken)
    {
        if (parsed.Action is ParseErrorAction)
        {
            // What was misspelled says more than what is missing because of it.
            var error = parsed.Errors.FirstOrDefault(error =>
                parsed.UnmatchedTokens.Any(token => error.Message.Contains($"'{token}'", StringComparison.Ordinal))) ?? parsed.Errors[0];
            throw new UsageException($"{error.Message} Try '{FullName(parsed.CommandResult.Command)} --help'.");
        }

        UnknownOption.ThrowIfAny(args, parsed);
        var configuration = new InvocationConfiguration
        {
            Output = console.Output,
            Error = console.Error,
            EnableDefaultExceptionHandler = false,
            // A chat takes Ctrl-C itself while it answers, and is ended by it otherwise.
            ProcessTerminationTimeout = console.HandlesSignals && parsed.CommandResult.Command is not ChatCommand
                ? _terminationTimeout + (parsed.CommandResult.Command is ServeCommand ? ServeCommand.ShutdownTimeout : TimeSpan.Zero)
                : null,
        };
        return parsed.InvokeAsync(configuration, cancellationToken);
    }

    private static string FullName(Command command) => command is RootCommand
        ? "resift"
        : $"{FullName(command.Parents.OfType<Command>().First())} {command.Name}";

    private sealed class VersionAction : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var assembly = typeof(ResiftCommand).Assembly;
            parseResult.InvocationConfiguration.Output.WriteLine(
                assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion);
            return ExitCode.Ok;
        }
    }
}
