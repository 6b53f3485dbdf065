using System.CommandLine;
using System.Globalization;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>The options that say how an index is searched, and the opening of what that takes.</summary>
/// <param name="loader">Opens the models.</param>
/// <param name="reranker">The reranker's options.</param>
/// <param name="topN">How many hits come back unless told otherwise.</param>
/// <param name="candidates">How many candidates are found unless told otherwise.</param>
internal sealed class SearchOptionGroup(IModelLoader loader, RerankerOptionGroup reranker, int topN, int candidates)
{
    private readonly IndexOptionGroup _index = new(isRequired: true);

    private readonly Option<int?> _candidates = OptionTypes.Number(
        "--candidates",
        $"How many passages the first stage finds. Default: {candidates}.", minimum: 1);

    private readonly Option<int?> _topN = OptionTypes.Number(
        "--top-n", $"How many of the best come back at most. Default: {topN}.", minimum: 1);

    private readonly Option<SearchTier?> _tier = OptionTypes.Choice(
        "--tier",
        $"embedding: no reranking; light: {ModelFolder.Reranker} reads the best {SearchTiers.LightDepth} candidates; full: " +
            $"{ModelFolder.StrongReranker} reads {SearchTiers.FullDepth}. A model that is named (--model, --provider) reads as many in the " +
            "tier light, and all in the tier full. Default: light; full for a model that is named.",
        SearchTier.Embedding, SearchTier.Light, SearchTier.Full);

    private readonly Option<FirstStage?> _firstStage = OptionTypes.Choice(
        "--retriever", "How candidates are found: by words, by meaning, or by both. Default: hybrid.",
        FirstStage.Lexical, FirstStage.Dense, FirstStage.Hybrid);

    private readonly Option<string[]> _filter = new("--filter")
    {
        Description = "Search only documents whose metadata has this, as in --filter lang=en. Several must all hold.",
        HelpName = "KEY=VALUE",
    };

    private readonly Option<double?> _minScore = OptionTypes.Score("--min-score", "Leave out documents with a lower score.");

    private readonly Option<ScoreScale?> _scale = OptionTypes.Choice(
        "--scale", "The scale that --min-score is stated on and scores are shown on. Default: the model's own.",
        ScoreScale.Logit, ScoreScale.Probability, ScoreScale.Cosine);

    private readonly Option<double?> _weight = OptionTypes.Score(
        "--first-stage-weight",
        "The share of the first stage in the order, from 0 (the reranker alone) to 1. Default: " +
            $"{Number(SearchTiers.WeightOf(SearchTier.Light))}; with --tier full {Number(SearchTiers.WeightOf(SearchTier.Full))}; for a " +
            $"model that is named {Number(SearchOptions.DefaultFirstStageWeight)}.");

    private readonly Option<string[]> _prior = new("--prior")
    {
        Description = "What is added to the place of pages whose path fits, in standard deviations; below 0 puts them back. The first that " +
            "fits counts. Default: -1 for changelogs, release notes and migration guides, unless the question is about changes.",
        HelpName = "GLOB=NUMBER",
    };

    private readonly Option<int?> _perDocument = OptionTypes.Number(
        "--per-document", "How many candidates of one document are kept at most. Default: all.", minimum: 1);

    public void AddTo(Command command)
    {
        _index.AddTo(command);
        command.Add(_candidates);
        command.Add(_topN);
        command.Add(_tier);
        command.Add(_firstStage);
        command.Add(_filter);
        command.Add(_minScore);
        command.Add(_scale);
        command.Add(_weight);
        command.Add(_prior);
        command.Add(_perDocument);
        reranker.AddTo(command);
    }

    public SearchTier Tier(ParseResult parsed) => parsed.GetValue(_tier) ?? (reranker.IsOpen(parsed) ? SearchTier.Light : SearchTier.Full);

    public FirstStage Stage(ParseResult parsed) => parsed.GetValue(_firstStage) ?? FirstStage.Hybrid;

    public ScoreThreshold Threshold(ParseResult parsed) => new(parsed.GetValue(_minScore), parsed.GetValue(_scale));

    /// <summary>Opens the index and the models.</summary>
    public Task<SearchEngine> OpenAsync(ParseResult parsed)
    {
        var tier = Tier(parsed);
        bool isOpen = reranker.IsOpen(parsed);
        return SearchEngine.OpenAsync(
            _index.OpenForSearch(parsed),
            Stage(parsed) == FirstStage.Lexical
                ? null
                : () => loader.LoadEmbedder(ModelFolder.Find(_index.Embedder(parsed)), reranker.Local.Options(parsed)),
            tier == SearchTier.Embedding ? null
                : isOpen && tier == SearchTier.Light ? () => reranker.OpenSmall(parsed)
                : () => reranker.Open(parsed, Threshold(parsed)),
            Stage(parsed));
    }

    /// <summary>Gets the options of the search.</summary>
    public SearchOptions Search(ParseResult parsed, string query)
    {
        bool isOpen = reranker.IsOpen(parsed);
        var tier = Tier(parsed);
        double weight = parsed.GetValue(_weight) ?? (isOpen ? SearchTiers.WeightOf(tier) : SearchOptions.DefaultFirstStageWeight);
        if (weight is < 0 or > 1)
        {
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture, $"--first-stage-weight expects a number from 0 to 1, but got {weight}."));
        }

        var threshold = Threshold(parsed);
        return new()
        {
            Candidates = parsed.GetValue(_candidates) ?? candidates,
            TopN = parsed.GetValue(_topN) ?? topN,
            Tier = tier,
            Filter = Filter(parsed),
            LightDepth = SearchTiers.LightDepth,
            Depth = isOpen ? SearchTiers.FullDepth : null,
            FirstStageWeight = weight,
            CandidatesPerDocument = parsed.GetValue(_perDocument),
            Prior = new PagePriors(parsed.GetValue(_prior) ?? []).For(query),
            Select = threshold.MinScore is null ? null : (response, _) => threshold.Apply(response),
        };
    }

    private static string Number(double number) => number.ToString(CultureInfo.InvariantCulture);

    private Dictionary<string, string>? Filter(ParseResult parsed)
    {
        if (parsed.GetValue(_filter) is not { Length: > 0 } conditions)
        {
            return null;
        }

        var filter = new Dictionary<string, string>();
        foreach (string condition in conditions)
        {
            int equals = condition.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new UsageException($"--filter expects KEY=VALUE, but got '{condition}'.");
            }

            string key = condition[..equals];
            if (!filter.TryAdd(key, condition[(equals + 1)..]))
            {
                throw new UsageException($"--filter has the key '{key}' twice, and no document has two values of it.");
            }
        }

        return filter;
    }
}
