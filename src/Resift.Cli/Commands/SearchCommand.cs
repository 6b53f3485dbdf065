using System.CommandLine;

namespace Resift.Cli;

/// <summary><c>resift search</c>: finds documents of an index, reranked or not, and shows how they came about.</summary>
internal sealed class SearchCommand : Command, IHelpEpilogue
{
    private readonly CliConsole _console;
    private readonly QueryOptionGroup _query = new("QUERY");
    private readonly SearchOptionGroup _search;
    private readonly Option<bool> _explain = new("--explain")
    {
        Description = "Show each hit's rank and score in every stage, and the times. JSON has them always.",
    };

    private readonly Option<RerankFormat?> _format = OptionTypes.Choice(
        "--format", "How the result is written. Default: table.",
        RerankFormat.Table, RerankFormat.Json, RerankFormat.Jsonl, RerankFormat.Trec);

    public SearchCommand(CliConsole console, IModelLoader loader)
        : base("search", "Finds the documents of an index that answer a query: candidates first, which are then reranked.")
    {
        _console = console;
        _search = new(new(console, loader, hasEmbedder: true, hasTimeout: true));
        _query.AddTo(this);
        _search.AddTo(this);
        Add(_explain);
        Add(_format);
        SetAction(RunAsync);
    }

    public string Epilogue => """
        Examples:
          resift search "how do I undo a commit" --db docs.db
          resift search "how do I undo a commit" --db docs.db --tier embedding
          resift search "how do I undo a commit" --db docs.db --explain --top-n 10
          resift search "tax on imports" --db docs.db --min-score 0.5 --filter lang=en --format json

        resift index makes the index. A document is shown with its best passage.
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string query = await _query.ReadAsync(parsed, _console, cancellationToken);
        var plan = _search.Read(parsed);
        using var engine = await plan.OpenAsync(cancellationToken);
        var response = plan.Threshold.Shown(await engine.Retriever.SearchAsync(query, plan.OptionsFor(query), cancellationToken));
        SearchOutput.Report(response, plan.Threshold, _console);
        SearchOutput.Write(query, response, parsed.GetValue(_format) ?? RerankFormat.Table, parsed.GetValue(_explain), _console);
        return ExitCode.Ok;
    }
}
