using System.CommandLine;

namespace Resift.Cli;

/// <summary><c>resift rerank</c>: one query over documents, or a whole run over a corpus.</summary>
internal sealed class RerankCommand : Command, IHelpEpilogue
{
    private readonly CliConsole _console;
    private readonly Argument<string?> _query = new("QUERY")
    {
        Description = "What is asked. Left out with --run.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Argument<string?> _file = new("FILE")
    {
        Description = "The documents: lines of text, a JSON array, JSON Lines, CSV or TSV; '-' or nothing reads standard input.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly DocumentOptionGroup _documents = new();
    private readonly ResultOptionGroup _results = new();
    private readonly RerankerOptionGroup _reranker;
    private readonly RunOptionGroup _run = new();

    private readonly Option<RerankFormat?> _format = OptionTypes.Choice(
        "--format", "How the result is written. Default: table; trec with --run.",
        RerankFormat.Table, RerankFormat.Json, RerankFormat.Jsonl, RerankFormat.Trec);

    private readonly Option<string> _output = OptionTypes.Text(
        "--output", "The file to write, which appears complete or not at all; '-' or nothing writes standard output.", "FILE");

    private readonly Option<string> _tag = OptionTypes.Text(
        "--tag", "The name of the run in TREC output. Default: the model's name.", "NAME");

    public RerankCommand(CliConsole console, IModelLoader loader)
        : base("rerank", "Ranks documents by how well they answer a query; with --run, those that a first stage found for many queries.")
    {
        _console = console;
        _reranker = new(console, loader, hasTimeout: true, hasTier: true);
        Add(_query);
        Add(_file);
        _documents.AddTo(this);
        _results.AddTo(this);
        _reranker.AddTo(this);
        Add(_format);
        Add(_output);
        Add(_tag);
        _run.AddTo(this);
        SetAction(RunAsync);
    }

    public string Epilogue => """
        Examples:
          resift rerank "how do I undo a commit" notes.txt --top-n 5
          jq -c '.items[]' items.json | resift rerank "red running shoes" --text-field title,description --format jsonl
          resift rerank "tax on imports" docs.jsonl --min-score 0.5 --scale probability
          resift rerank "tax on imports" docs.jsonl --provider cohere --model rerank-v3.5
          resift rerank --corpus corpus.jsonl --queries queries.jsonl --run bm25.trec --output reranked.trec --depth 100
          resift rerank --batch requests.jsonl --shard 3/16 --output part-3.jsonl

        With --run, files are in the BEIR and TREC forms: JSON Lines with _id, title and text, and a run of lines
        "query-id Q0 document-id rank score tag". With --batch, each line is an object with query, documents (texts, or objects with id and
        text) and, if it has one, id. Blank lines are no documents. What was cut is reported on standard error.
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var format = parsed.GetValue(_format);
        var reranker = _reranker.Read(parsed);
        if (_run.Read(parsed) is { } files)
        {
            ThrowIfMixed(parsed, format);
            var threshold = _results.Threshold(parsed);
            var batch = new BatchRerank(_console, files, _results.Call(parsed), threshold, Tag(parsed, reranker))
            {
                Output = parsed.GetValue(_output),
                Shard = _run.Shard(parsed),
                TextFields = RecordFields.Split(_documents.TextField(parsed)) ?? BatchRerank.BeirTextFields,
                IdField = _documents.IdField(parsed),
                // Of a server at another address nobody knows what it costs.
                Prices = reranker.FindConnection() is { Endpoint: null, Provider.RequiresKey: true } ? PriceTable.Default : null,
            };
            await batch.RunAsync(() => reranker.Open(threshold), cancellationToken);
        }
        else if (_run.ReadBatch(parsed) is { } requests)
        {
            ThrowIfMixed(parsed, format);
            var threshold = _results.Threshold(parsed);
            var batch = new RequestBatch(_console, requests, _results.Call(parsed), threshold)
            {
                Output = parsed.GetValue(_output),
                Shard = _run.Shard(parsed),
            };
            await batch.RunAsync(() => reranker.Open(threshold), cancellationToken);
        }
        else
        {
            await RerankOneAsync(parsed, reranker, format ?? RerankFormat.Table, cancellationToken);
        }

        return ExitCode.Ok;
    }

    private async Task RerankOneAsync(
        ParseResult parsed, RerankerChoice choice, RerankFormat format, CancellationToken cancellationToken)
    {
        string query = parsed.GetValue(_query) ??
            throw new UsageException("a QUERY was expected, or --corpus, --queries and --run together.");
        if (string.IsNullOrWhiteSpace(query))
        {
            throw new UsageException("the query is blank; a text to rank the documents by was expected.");
        }

        string path = DocumentOptionGroup.FileOrPipe(parsed.GetValue(_file), _console, parsed.CommandResult);
        var documents = await _documents.ReadAllAsync(parsed, path, _console, cancellationToken);
        await using var output = OutputTarget.Open(parsed.GetValue(_output), _console);
        var threshold = _results.Threshold(parsed);
        using var reranker = choice.Open(threshold);
        string[] texts = [.. documents.Select(document => document.Text)];
        var names = new DocumentNames(documents);
        var response = await reranker.RerankAsync(query, texts, _results.Call(parsed), cancellationToken);
        if (TruncationReport.Create(response.Usage, documents.Count, names.Of) is { } report)
        {
            _console.Note(report);
        }

        _console.NoteQuality(response.DegradedReason, response.LlmReport);

        new RankedDocuments(query, documents, threshold.Apply(response)).Write(format, Tag(parsed, choice), output, _console);
        await output.CommitAsync();
    }

    private void ThrowIfMixed(ParseResult parsed, RerankFormat? format)
    {
        bool isRun = _run.ReadBatch(parsed) is null;
        if (parsed.GetValue(_query) is { } query)
        {
            throw new UsageException(
                $"{(isRun ? "--run takes its queries from --queries" : "--batch has its queries in its file")}, but the query '{query}' " +
                "was given too; leave out one of them.");
        }

        if (!isRun && (format is not null || _documents.HasFormat(parsed) || parsed.GetValue(_tag) is not null
            || _documents.TextField(parsed) is not null || _documents.IdField(parsed) is not null))
        {
            throw new UsageException(
                "--batch reads and writes JSON Lines of one form; leave out --format, --tag, --input-format, --text-field and --id-field.");
        }

        if (isRun && (format is not (null or RerankFormat.Trec) || _documents.HasFormat(parsed)))
        {
            throw new UsageException("--run reads and writes TREC runs and JSON Lines; leave out --format and --input-format.");
        }
    }

    private string Tag(ParseResult parsed, RerankerChoice reranker)
    {
        string tag = parsed.GetValue(_tag) ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(reranker.Name));
        return tag.Length > 0 && !tag.Any(char.IsWhiteSpace)
            ? tag
            : throw new UsageException(
                $"'{tag}' cannot be the tag of a run, where white space separates columns; give another with --tag.");
    }
}
