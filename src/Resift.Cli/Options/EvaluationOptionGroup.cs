using System.CommandLine;
using System.Globalization;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>The options that say what is evaluated: which queries, which first stages and which rerankers.</summary>
internal sealed class EvaluationOptionGroup
{
    /// <summary>How many candidates of a query are reranked at most.</summary>
    public const int MostDepth = 10_000;

    private readonly CliConsole _console;
    private readonly bool _hasSeveral;

    private readonly Argument<string[]> _data = new("DATA")
    {
        Description = "Folders in the form of BEIR: corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv. Left out with --judged.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _split = OptionTypes.Text("--split", "The judgements: a file in qrels. Default: test.", "NAME");

    private readonly Option<string> _run = OptionTypes.Text(
        "--run", "A first stage's run in TREC form, whose candidates are reranked. Default: search the folder.", "FILE");

    private readonly Option<string> _judged = OptionTypes.Text(
        "--judged",
        "With --db: judged queries as JSON Lines: {\"id\": \"q1\", \"query\": \"…\", \"relevant\": [\"guide.md\"]}, or with grades " +
            "{\"guide.md\": 2}.",
        "FILE");

    private readonly Option<string[]> _retriever = new("--retriever")
    {
        Description = "How candidates are found: lexical, dense or hybrid; several, as in lexical,hybrid, are evaluated one by one. " +
            "Default: lexical; hybrid with --judged.",
        HelpName = "lexical|dense|hybrid",
    };

    private readonly Option<string[]> _system = new("--system")
    {
        Description = "A reranker to evaluate, may be given again: light, full, a local model, PROVIDER, PROVIDER:MODEL or a name from " +
            $"{ConfigurationFile.FileName}. Default: light and full, or the one that the other options name.",
        HelpName = "NAME",
    };

    private readonly Option<int?> _depth = OptionTypes.Number(
        "--depth",
        $"How many candidates are reranked. Default: as many as search reads in a tier ({SearchTiers.LightDepth} in light, " +
            $"{SearchTiers.FullDepth} in full), {new RetrievalOptions().Candidates} by another model.",
        minimum: 1);

    private readonly Option<double?> _weight = OptionTypes.Score(
        "--first-stage-weight", "The share of the first stage in the order, from 0 (the reranker alone) to 1. Default: as in search.",
        "SHARE");

    private readonly Option<bool> _full = new("--full")
    {
        Description = $"Evaluate all judged queries. Default: {EvaluationPlan.DefaultQueries} of each set, drawn by the seed.",
    };

    private readonly Option<int?> _queries = OptionTypes.Number(
        "--queries", $"How many queries of each set are evaluated. Default: {EvaluationPlan.DefaultQueries}.", minimum: 1);

    private readonly Option<int?> _seed = OptionTypes.Number("--seed", "What another draw of queries differs by. Default: 1.", minimum: 0);

    private readonly Option<double?> _maxCost = OptionTypes.Score(
        "--max-cost", "What hosted rerankers may cost, by known prices; more is refused before anything is sent.", "DOLLARS");

    private readonly Option<string> _store = OptionTypes.Text(
        "--store", "The file that keeps scores, so that no pair is scored twice. Default: resift/scores.db in your cache folder.", "FILE");

    private readonly IndexOptionGroup _index;
    private readonly RerankerOptionGroup _reranker;

    /// <summary>Creates the options.</summary>
    /// <param name="console">Gives environment and folder.</param>
    /// <param name="loader">Opens local models.</param>
    /// <param name="hasSeveral">Whether several first stages and several rerankers may be named.</param>
    public EvaluationOptionGroup(CliConsole console, IModelLoader loader, bool hasSeveral)
    {
        (_console, _hasSeveral) = (console, hasSeveral);
        _index = new(console);
        _reranker = new(console, loader, hasEmbedder: true, hasTier: true);
    }

    /// <summary>Gets how candidates are found where nothing is said, for folders and index files alike; null for one way each.</summary>
    public IReadOnlyList<RetrieverKind>? UsualRetrievers
    {
        get;
        init
        {
            field = value;
            _retriever.Description = "How candidates may be found: lexical, dense or hybrid, or several of them. Default: all.";
        }
    }

    public void AddTo(Command command)
    {
        command.Add(_data);
        command.Add(_split);
        command.Add(_run);
        command.Add(_judged);
        _index.AddTo(command, hasStore: false);
        command.Add(_retriever);
        if (_hasSeveral)
        {
            command.Add(_system);
        }

        _reranker.AddTo(command);
        command.Add(_depth);
        command.Add(_weight);
        command.Add(_full);
        command.Add(_queries);
        command.Add(_seed);
        command.Add(_maxCost);
        command.Add(_store);
    }

    /// <summary>Gets what is evaluated.</summary>
    /// <exception cref="UsageException">Options contradict each other, or have a value that means nothing here.</exception>
    public EvaluationPlan Read(ParseResult parsed)
    {
        string[] folders = parsed.GetValue(_data) ?? [];
        string? judged = parsed.GetValue(_judged);
        if ((folders.Length > 0) == (judged is not null))
        {
            throw new UsageException(judged is null
                ? "a DATA folder was expected, or --judged with an index file."
                : "--judged is about an index file, and DATA about folders of BEIR; leave out one of them.");
        }

        if (judged is not null && (parsed.GetValue(_run) is not null || parsed.GetValue(_split) is not null))
        {
            throw new UsageException("--run and --split are about folders of BEIR; leave them out with --judged.");
        }

        if (parsed.GetValue(_run) is not null && (folders.Length > 1 || parsed.GetValue(_retriever) is { Length: > 0 }))
        {
            throw new UsageException("--run is the first stage of one DATA folder; leave out --retriever and other folders.");
        }

        if (parsed.GetValue(_full) && parsed.GetValue(_queries) is not null)
        {
            throw new UsageException("--full and --queries both say how many queries are evaluated; leave out one of them.");
        }

        var systems = Systems(parsed);
        decimal? maxCost = BatchCost.Limit(parsed.GetValue(_maxCost));
        if (maxCost is not null && !systems.Any(system => system.Choice.IsRemote))
        {
            throw BatchCost.NothingToPay();
        }

        return new()
        {
            Command = CommandLine(parsed),
            Folders = folders,
            Split = parsed.GetValue(_split) ?? "test",
            Run = parsed.GetValue(_run),
            Judged = judged,
            Retrievers = Retrievers(parsed, UsualRetrievers ?? [judged is null ? RetrieverKind.Lexical : RetrieverKind.Hybrid]),
            Systems = systems,
            MaxQueries = parsed.GetValue(_full) ? null : parsed.GetValue(_queries) ?? EvaluationPlan.DefaultQueries,
            Seed = parsed.GetValue(_seed) ?? 1,
            MaxCost = maxCost,
        };
    }

    /// <summary>Gets what opens all that is needed beside rerankers.</summary>
    public EvaluationOpening Opening(ParseResult parsed)
    {
        var models = _reranker.Read(parsed).Models;
        return new(
            () => models.OpenEmbedder(_index.Embedder(parsed)),
            cancellationToken => _index.OpenForSearchAsync(parsed, cancellationToken));
    }

    /// <summary>Opens the file that keeps scores.</summary>
    public PairStore OpenStore(ParseResult parsed) => PairStore.Open(parsed.GetValue(_store) ?? DefaultStore());

    private static string CommandLine(ParseResult parsed) => string.Join(' ', parsed.Tokens
        .Select(token => token.Value.Any(char.IsWhiteSpace) ? $"\"{token.Value}\"" : token.Value)
        .Prepend("resift"));

    private string DefaultStore()
    {
        string? cache = _console.Variable("XDG_CACHE_HOME")
            ?? (_console.Variable("HOME") is { } home ? Path.Combine(home, ".cache") : _console.Variable("LOCALAPPDATA"));
        return cache is null
            ? throw new UsageException("there is no cache folder, since neither HOME nor XDG_CACHE_HOME is set; name a file by --store.")
            : Path.Combine(cache, "resift", "scores.db");
    }

    private RetrieverKind[] Retrievers(ParseResult parsed, IReadOnlyList<RetrieverKind> usual)
    {
        string[] names = [.. (parsed.GetValue(_retriever) ?? []).SelectMany(value => RecordFields.Split(value)!)];
        RetrieverKind[] kinds = [.. names is [] ? usual : names.Select(Kind).Distinct()];
        return kinds.Length == 1 || _hasSeveral
            ? kinds
            : throw new UsageException("--retriever expects one of lexical, dense, hybrid here.");

        static RetrieverKind Kind(string name) => Enum.GetValues<RetrieverKind>()
            .Select(kind => (RetrieverKind?)kind)
            .FirstOrDefault(kind => kind.ToString()!.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new UsageException($"--retriever expects lexical, dense or hybrid, or several of them, but got '{name}'.");
    }

    private EvaluatedSystem[] Systems(ParseResult parsed)
    {
        string[] names = parsed.GetValue(_system) ?? [];
        bool namesOne = _reranker.NamesOne(parsed);
        if (namesOne && names.Length > 0)
        {
            throw new UsageException("--system names rerankers, and so do --tier, --model and --provider; leave out one or the other.");
        }

        var usual = _reranker.Read(parsed);
        if (namesOne || usual.IsRemote || !_hasSeveral)
        {
            var tier = usual.IsOpen ? SearchTiers.OfModel(usual.Name) : null;
            return [Evaluated(parsed, tier?.Name() ?? usual.Name, usual, tier)];
        }

        EvaluatedSystem[] systems =
        [
            .. (names is [] ? [SearchTier.Light.Name(), SearchTier.Full.Name()] : names.Distinct()).Select(
                name => Evaluated(parsed, name, _reranker.ReadNamed(parsed, name), SearchTiers.Find(name))),
        ];
        return systems.GroupBy(system => system.Name).FirstOrDefault(group => group.Count() > 1) is { } same
            ? throw new UsageException($"two of the systems are called '{same.Key}', so that no report could tell them apart. Give one " +
                $"of them another name in {ConfigurationFile.FileName}.")
            : systems;
    }

    private EvaluatedSystem Evaluated(ParseResult parsed, string name, RerankerChoice choice, SearchTier? tier)
    {
        int depth = parsed.GetValue(_depth) ?? (tier is { } known ? SearchTiers.DepthOf(known) : new RetrievalOptions().Candidates);
        double weight = parsed.GetValue(_weight)
            ?? (tier is { } weighted ? SearchTiers.WeightOf(weighted) : new SearchOptions().FirstStageWeight);
        return (depth, weight) switch
        {
            (_, < 0 or > 1) => throw new UsageException(string.Create(
                CultureInfo.InvariantCulture, $"--first-stage-weight expects a number from 0 to 1, but got {weight}.")),
            ( > MostDepth, _) => throw new UsageException($"--depth expects a number up to {MostDepth}, but got {depth}."),
            _ => new(Path.GetFileName(Path.TrimEndingDirectorySeparator(name)), choice, depth, weight),
        };
    }
}
