using System.CommandLine;

namespace Resift.Cli;

/// <summary>The files of a batch.</summary>
/// <param name="Corpus">The documents, as JSON Lines.</param>
/// <param name="Queries">The queries, as JSON Lines.</param>
/// <param name="Run">The first stage's run.</param>
/// <param name="Depth">How many of each query's candidates are reranked.</param>
/// <param name="SkipMissing">Whether ids that are in the run alone are left out instead of being an error.</param>
internal sealed record RunFiles(string Corpus, string Queries, string Run, int Depth, bool SkipMissing)
{
    /// <summary>Gets a value indicating whether to go on with a batch that was stopped.</summary>
    public bool Resumes { get; init; }

    /// <summary>Gets what the batch may cost in US dollars; null for any amount.</summary>
    public decimal? MaxCost { get; init; }

    /// <summary>Gets the fields of a query's text; null to find one.</summary>
    public IReadOnlyList<string>? QueryFields { get; init; }

    /// <summary>Gets the field of a query's id; null to find one.</summary>
    public string? QueryIdField { get; init; }
}

/// <summary>A file of requests.</summary>
/// <param name="Path">The file; <c>-</c> for standard input.</param>
/// <param name="Resumes">Whether to go on with a batch that was stopped.</param>
/// <param name="MaxCost">What the batch may cost in US dollars; null for any amount.</param>
internal sealed record BatchFile(string Path, bool Resumes, decimal? MaxCost);

/// <summary>The options of a batch.</summary>
internal sealed class RunOptionGroup
{
    private const int DefaultDepth = 100;

    private readonly Option<string> _corpus = OptionTypes.Text(
        "--corpus", "With --run: the documents, as JSON Lines with _id, title and text.", "FILE");

    private readonly Option<string> _queries = OptionTypes.Text(
        "--queries", "With --run: the queries, as JSON Lines with _id and text.", "FILE");

    private readonly Option<string> _queryField = OptionTypes.Text(
        "--query-field", "With --run: the field of a query's text. Default: text, else content …, query or question.", "NAME");

    private readonly Option<string> _queryIdField = OptionTypes.Text(
        "--query-id-field", "With --run: the field of a query's id. Default: _id, else id.", "NAME");

    private readonly Option<string> _run = OptionTypes.Text("--run", "A first stage's run in TREC form, to be reranked.", "FILE");

    private readonly Option<string> _batch = OptionTypes.Text(
        "--batch", "Requests to be answered line by line, as JSON Lines with query and documents; '-' reads standard input.", "FILE");

    private readonly Option<Shard?> _shard = OptionTypes.Shard(
        "With --run or --batch, and --output: do this part of the queries only, counted from 0; 'merge' puts the parts together.");

    private readonly Option<int?> _depth = OptionTypes.Number(
        "--depth", $"With --run: how many of each query's best candidates are reranked. Default: {DefaultDepth}.", minimum: 1);

    private readonly Option<bool> _skipMissing = new("--skip-missing")
    {
        Description = "With --run: leave out ids that the other files lack, with a warning, instead of ending with an error.",
    };

    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "With --run or --batch, and --output: go on with a batch that was stopped, from what is in FILE.partial.",
    };

    private readonly Option<double?> _maxCost = OptionTypes.Score(
        "--max-cost",
        "With --run or --batch: what a hosted batch may cost, by known prices; what is known to cost more is refused before it is sent.",
        "DOLLARS");

    public void AddTo(Command command)
    {
        command.Add(_corpus);
        command.Add(_queries);
        command.Add(_queryField);
        command.Add(_queryIdField);
        command.Add(_run);
        command.Add(_batch);
        command.Add(_shard);
        command.Add(_depth);
        command.Add(_skipMissing);
        command.Add(_resume);
        command.Add(_maxCost);
    }

    /// <summary>Reads the options.</summary>
    /// <returns>Null if none of the files is given.</returns>
    /// <exception cref="UsageException">Only some of the files are given.</exception>
    public RunFiles? Read(ParseResult parsed) => (parsed.GetValue(_corpus), parsed.GetValue(_queries), parsed.GetValue(_run)) switch
    {
        ({ } corpus, { } queries, { } run) =>
            new(corpus, queries, run, parsed.GetValue(_depth) ?? DefaultDepth, parsed.GetValue(_skipMissing))
            {
                Resumes = parsed.GetValue(_resume),
                MaxCost = BatchCost.Limit(parsed.GetValue(_maxCost)),
                QueryFields = RecordFields.Split(parsed.GetValue(_queryField)),
                QueryIdField = parsed.GetValue(_queryIdField),
            },
        (null, null, null) when parsed.GetValue(_depth) is not null || parsed.GetValue(_skipMissing)
            || parsed.GetValue(_queryField) is not null || parsed.GetValue(_queryIdField) is not null => throw new UsageException(
                "--depth, --skip-missing, --query-field and --query-id-field belong to --run; give --corpus, --queries and --run with " +
                "them."),
        (null, null, null) when parsed.GetValue(_batch) is null
            && (parsed.GetValue(_maxCost) is not null || parsed.GetValue(_resume) || parsed.GetValue(_shard) is not null) =>
            throw new UsageException("--resume, --shard and --max-cost belong to --batch, or to --run; give one of them."),
        (null, null, null) => null,
        _ => throw new UsageException("--corpus, --queries and --run belong together; at least one of them is missing."),
    };

    /// <summary>Gets the file of requests; null if none is given.</summary>
    /// <exception cref="UsageException">A run is given as well.</exception>
    public BatchFile? ReadBatch(ParseResult parsed) => (parsed.GetValue(_batch), parsed.GetValue(_run)) switch
    {
        (null, _) => null,
        ({ } path, null) => new(path, parsed.GetValue(_resume), BatchCost.Limit(parsed.GetValue(_maxCost))),
        _ => throw new UsageException("--batch and --run are two ways to give queries with their documents; leave out one of them."),
    };

    /// <summary>Gets the part of the queries that is to be done; null for all.</summary>
    public Shard? Shard(ParseResult parsed) => parsed.GetValue(_shard);
}
