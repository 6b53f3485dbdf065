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

    private readonly Option<int?> _depth = OptionTypes.Number(
        "--depth", $"With --run: how many of each query's best candidates are reranked. Default: {DefaultDepth}.", minimum: 1);

    private readonly Option<bool> _skipMissing = new("--skip-missing")
    {
        Description = "With --run: leave out ids that the other files lack, with a warning, instead of ending with an error.",
    };

    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "With --run and --output: go on with a batch that was stopped, from the queries in FILE.partial.",
    };

    private readonly Option<double?> _maxCost = OptionTypes.Score(
        "--max-cost", "With --run: what a hosted batch may cost, by known prices; more is refused before anything is sent.", "DOLLARS");

    public void AddTo(Command command)
    {
        command.Add(_corpus);
        command.Add(_queries);
        command.Add(_queryField);
        command.Add(_queryIdField);
        command.Add(_run);
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
        (null, null, null) => parsed.GetValue(_depth) is null && parsed.GetValue(_maxCost) is null
            && !parsed.GetValue(_skipMissing) && !parsed.GetValue(_resume)
            && parsed.GetValue(_queryField) is null && parsed.GetValue(_queryIdField) is null
            ? null
            : throw new UsageException("--depth, --skip-missing, --resume, --max-cost, --query-field and --query-id-field belong to " +
                "--run; give --corpus, --queries and --run with them."),
        _ => throw new UsageException("--corpus, --queries and --run belong together; at least one of them is missing."),
    };
}
