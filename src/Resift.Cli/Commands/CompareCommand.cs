using System.CommandLine;
using System.Diagnostics;

namespace Resift.Cli;

/// <summary><c>resift compare</c>: the same documents ranked by embedding only and with reranking, side by side.</summary>
internal sealed class CompareCommand : Command, IHelpEpilogue
{
    private const int DefaultTopN = 3;

    private readonly CliConsole _console;
    private readonly Option<string> _query = OptionTypes.Text("--query", $"What is asked. Default: \"{SampleDocuments.Query}\"", "QUERY");
    private readonly Option<string> _file = OptionTypes.Text(
        "--documents", "The documents: lines, a JSON array or JSON Lines; '-' reads standard input. Default: eight about memory.", "FILE");

    private readonly Option<int?> _topN = OptionTypes.Number(
        "--top-n", $"How many of the best documents to show. Default: {DefaultTopN}.", minimum: 1);

    private readonly Option<string> _embedder = OptionTypes.Text(
        "--embedder", $"The embedder. Default: {ModelFolder.Embedder}.", "NAME|FOLDER");

    private readonly DocumentOptions _documents = new();
    private readonly ModelOptions _model;

    public CompareCommand(CliConsole console, IModelLoader loader)
        : base("compare", "Ranks documents twice, by embedding only and with reranking, and shows both side by side.")
    {
        _console = console;
        _model = new ModelOptions(loader, ModelFolder.Reranker);
        Add(_query);
        Add(_file);
        Add(_topN);
        _documents.AddTo(this);
        _model.AddTo(this);
        Add(_embedder);
        SetAction(RunAsync);
    }

    public string Epilogue => """
        Examples:
          resift compare
          resift compare --query "how do I undo a commit" --documents notes.txt --top-n 5
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string query = Query(parsed);
        var documents = parsed.GetValue(_file) is { } path
            ? await _documents.ReadAllAsync(parsed, path, _console, cancellationToken)
            : SampleDocuments.All;
        string[] texts = [.. documents.Select(document => document.Text)];

        string embedderName = parsed.GetValue(_embedder) ?? ModelFolder.Embedder;
        var loadingEmbedder = Task.Run(() => _model.OpenRerankerByEmbedding(parsed, embedderName), cancellationToken);
        using var reranker = _model.OpenReranker(parsed);
        using var embedder = await loadingEmbedder;

        var embedded = await RankAsync(embedder, query, texts, cancellationToken);
        var reranked = await RankAsync(reranker, query, texts, cancellationToken);
        new ComparisonView(query, documents, embedded, reranked, parsed.GetValue(_topN) ?? DefaultTopN).Write(_console);
        return ExitCode.Ok;
    }

    private string Query(ParseResult parsed)
    {
        string? query = parsed.GetValue(_query);
        if (query is null && parsed.GetValue(_file) is not null)
        {
            throw new UsageException("--documents needs a --query to rank them by.");
        }

        return query is null || !string.IsNullOrWhiteSpace(query)
            ? query ?? SampleDocuments.Query
            : throw new UsageException("the query is blank; a text to rank the documents by was expected.");
    }

    private static async Task<TimedRanking> RankAsync(IReranker reranker, string query, string[] texts, CancellationToken cancellationToken)
    {
        // The first call compiles code and fills caches; what follows is what a running service would take.
        await reranker.RerankAsync(query, texts[..1], null, cancellationToken);
        var clock = Stopwatch.StartNew();
        var response = await reranker.RerankAsync(query, texts, null, cancellationToken);
        return new(response, clock.Elapsed);
    }
}
