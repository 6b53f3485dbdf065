using System.CommandLine;
using System.Diagnostics;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary><c>resift compare</c>: the same documents ranked by embedding only and with reranking, side by side.</summary>
internal sealed class CompareCommand : Command, IHelpEpilogue
{
    private const int DefaultTopN = 3;

    private readonly CliConsole _console;
    private readonly Option<string> _query = OptionTypes.Text("--query", $"What is asked. Default: \"{SampleDocuments.Query}\"", "QUERY");
    private readonly Option<string> _file = OptionTypes.Text(
        "--documents",
        "The documents: lines, a JSON array, JSON Lines, CSV or TSV; '-' reads standard input. Default: eight about memory.",
        "FILE");

    private readonly Option<int?> _topN = OptionTypes.Number(
        "--top-n", $"How many of the best documents to show. Default: {DefaultTopN}.", minimum: 1);

    private readonly Option<int?> _candidates = OptionTypes.Number(
        "--candidates", $"With --db: how many passages are found by embedding. Default: {new RetrievalOptions().Candidates}.", minimum: 1);

    private readonly IndexOptionGroup _index;
    private readonly DocumentOptionGroup _documents = new();
    private readonly RerankerOptionGroup _reranker;

    public CompareCommand(CliConsole console, IModelLoader loader)
        : base("compare", "Ranks documents twice, by embedding only and with reranking, and shows both side by side.")
    {
        _console = console;
        _index = new(console);
        _reranker = new(console, loader, hasEmbedder: true, hasTier: true);
        Add(_query);
        Add(_file);
        Add(_topN);
        _documents.AddTo(this);
        _reranker.AddTo(this);
        _index.AddTo(this);
        Add(_candidates);
        SetAction(RunAsync);
    }

    public string Epilogue => """
        Examples:
          resift compare
          resift compare --query "how do I undo a commit" --documents notes.txt --top-n 5
          resift compare --query "how do I undo a commit" --db docs.db
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string query = Query(parsed);
        int topN = parsed.GetValue(_topN) ?? DefaultTopN;
        var choice = _reranker.Read(parsed);
        if (RanksIndex(parsed))
        {
            await CompareIndexAsync(parsed, choice, query, topN, cancellationToken);
            return ExitCode.Ok;
        }

        ThrowIfOfIndex(parsed);
        var documents = parsed.GetValue(_file) is { } path
            ? await _documents.ReadAllAsync(parsed, path, _console, cancellationToken)
            : SampleDocuments.All;
        string[] texts = [.. documents.Select(document => document.Text)];

        var (openedEmbedder, openedReranker) = await Opening.BothAsync(
            () => choice.Models.OpenRerankerByEmbedding(_index.Embedder(parsed)), () => choice.Open());
        using var embedder = openedEmbedder;
        using var reranker = openedReranker;

        var embedded = await RankAsync(embedder, query, texts, cancellationToken);
        var reranked = await RankAsync(reranker, query, texts, cancellationToken, warmUp: !choice.IsRemote);
        new ComparisonView(query, documents, embedded, reranked, topN).Write(_console);
        return ExitCode.Ok;
    }

    private async Task CompareIndexAsync(
        ParseResult parsed, RerankerChoice choice, string query, int topN, CancellationToken cancellationToken)
    {
        using var index = await _index.OpenForSearchAsync(parsed, cancellationToken);
        var (openedEmbedder, openedReranker) = await Opening.BothAsync(
            () => choice.Models.OpenEmbedder(_index.Embedder(parsed)), () => choice.Open());
        using var embedder = openedEmbedder;
        using var reranker = openedReranker;
        await index.ThrowUnlessEmbeddedByAsync(embedder, cancellationToken);

        var retriever = index.Collection.CreateRetriever(RetrieverKind.Dense, embedder);
        var wanted = new RetrievalOptions { Candidates = parsed.GetValue(_candidates) ?? new RetrievalOptions().Candidates };
        // As in RankAsync, the first call only warms up.
        await retriever.RetrieveAsync(query, wanted, cancellationToken);
        var clock = Stopwatch.StartNew();
        var found = (await retriever.RetrieveAsync(query, wanted, cancellationToken)).Candidates;
        var elapsed = clock.Elapsed;
        if (found.Count == 0)
        {
            throw new InvalidDataException($"The collection '{index.Collection.Name}' has no passages. Fill it first with resift index.");
        }

        var embedded = RerankResponse.Create([.. found.Select(candidate => candidate.Score)], ScoreScale.Cosine, topN: null) with
        {
            ModelId = (await index.Collection.GetInfoAsync(cancellationToken)).ModelId,
        };
        var reranked = await RankAsync(
            reranker, query, [.. found.Select(candidate => PassageTemplate.TitleAndHeadings.TextOf(candidate.Document))], cancellationToken,
            warmUp: !choice.IsRemote);
        InputDocument[] documents = [.. found.Select(candidate => new InputDocument(candidate.Id, candidate.Text))];
        new ComparisonView(query, documents, new(embedded, elapsed), reranked, topN) { Noun = "candidate passages" }.Write(_console);
    }

    // An index that is only a default counts where something is asked, and nothing else named to be ranked.
    private bool RanksIndex(ParseResult parsed) => _index.Place.IsGiven(parsed)
        || (parsed.GetValue(_query) is not null && parsed.GetValue(_file) is null && _index.Place.Find(parsed) is not null);

    private void ThrowIfOfIndex(ParseResult parsed)
    {
        if (parsed.GetValue(_candidates) is not null || _index.HasCollection(parsed))
        {
            throw new UsageException("--candidates and --collection belong to --db; give that too, or leave them out.");
        }
    }

    private string Query(ParseResult parsed)
    {
        string? query = parsed.GetValue(_query);
        bool hasFile = parsed.GetValue(_file) is not null;
        bool hasIndex = RanksIndex(parsed);
        if (hasFile && hasIndex)
        {
            throw new UsageException("--documents and --db both say what is ranked; leave out one of them.");
        }

        if (query is null)
        {
            return hasFile || hasIndex
                ? throw new UsageException($"{(hasFile ? "--documents" : "--db")} needs a --query to rank by.")
                : SampleDocuments.Query;
        }

        return string.IsNullOrWhiteSpace(query)
            ? throw new UsageException("the query is blank; a text to rank the documents by was expected.")
            : query;
    }

    private async Task<TimedRanking> RankAsync(
        IReranker reranker, string query, string[] texts, CancellationToken cancellationToken, bool warmUp = true)
    {
        if (warmUp)
        {
            // The first call compiles code and fills caches; what follows is what a running service would take.
            await reranker.RerankAsync(query, texts[..1], null, cancellationToken);
        }

        var clock = Stopwatch.StartNew();
        var response = await reranker.RerankAsync(query, texts, null, cancellationToken);
        _console.NoteQuality(response.DegradedReason, response.LlmReport);
        return new(response, clock.Elapsed);
    }
}
