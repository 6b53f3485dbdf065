using System.CommandLine;
using Microsoft.Extensions.Logging;
using Resift.Mcp;

namespace Resift.Cli;

/// <summary><c>resift mcp</c>: reranked search over an index, for an agent that starts this command.</summary>
internal sealed class McpCommand : Command, IHelpEpilogue
{
    private const int LeastTokens = 100;

    private readonly CliConsole _console;
    private readonly SearchOptionGroup _search;
    private readonly Option<string> _about = OptionTypes.Text(
        "--about", "What the documents are about, in a sentence; the agent reads it beside the tool's description.", "TEXT");

    private readonly Option<int?> _resultTokens = OptionTypes.Number(
        "--result-tokens",
        $"How many tokens the texts of one result have at most, estimated at four bytes each. Default: {new ResiftMcpOptions().MaxTokens}.",
        minimum: LeastTokens);

    public McpCommand(CliConsole console, IModelLoader loader)
        : base("mcp", "Serves an agent over standard input and output (MCP): search in an index, reranking, documents.")
    {
        _console = console;
        _search = new(new(console, loader, hasEmbedder: true, hasTimeout: true));
        _search.AddTo(this);
        Add(_about);
        Add(_resultTokens);
        SetAction(RunAsync);
    }

    public string Epilogue => """
        Examples:
          resift mcp --db docs.db
          claude mcp add docs -- resift mcp --db /home/me/docs.db --about "the handbook of our team"

        An agent starts it and ends it. docs/mcp.md says how each agent is told of it.
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var plan = _search.Read(parsed);
        using var engine = await plan.OpenAsync(cancellationToken);
        var options = new ResiftMcpOptions
        {
            Search = engine.Retriever,
            SearchOptions = plan.OptionsFor,
            Reranker = engine.Reranker,
            Documents = engine.Documents,
            About = parsed.GetValue(_about),
        };
        options.MaxTokens = parsed.GetValue(_resultTokens) ?? options.MaxTokens;
        using var logging = LoggerFactory.Create(builder => builder.AddProvider(new NoteLogger(_console)));
        // Nothing but the protocol goes to standard output: notes and what is logged are on standard error.
        await using var input = _console.OpenInput();
        await using var output = _console.OpenOutput();
        await ResiftMcpServer.RunAsync(options, input, output, logging, cancellationToken);
        return ExitCode.Ok;
    }
}
