using System.CommandLine;
using System.Globalization;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>The options that say how an index is searched.</summary>
/// <param name="reranker">The reranker's options.</param>
internal sealed class SearchOptionGroup(RerankerOptionGroup reranker)
{
    private static readonly SearchOptions _defaults = new();

    private readonly IndexOptionGroup _index = new(reranker.Console);
    private readonly ProfileOption _profile = new(reranker.Console);

    private readonly Option<int?> _candidates = OptionTypes.Number(
        "--candidates", $"How many passages the first stage finds. Default: {_defaults.Candidates}.", minimum: 1);

    private readonly Option<int?> _topN = OptionTypes.Number(
        "--top-n", $"How many of the best come back at most. Default: {_defaults.TopN}.", minimum: 1);

    private readonly Option<SearchTier?> _tier = OptionTypes.Choice(
        "--tier",
        $"embedding: no reranking; light: {ModelFolder.Reranker} reads the best {SearchTiers.LightDepth} candidates; full: " +
            $"{ModelFolder.StrongReranker} reads {SearchTiers.FullDepth}. A model that is named (--model, --provider) reads as many in " +
            "the tier light, and all in the tier full. Default: light; full for a model that is named.",
        SearchTier.FirstStageOnly, SearchTier.Light, SearchTier.Full);

    private readonly Option<RetrieverKind?> _retriever = OptionTypes.Choice(
        "--retriever", "How candidates are found: by words, by meaning, or by both. Default: hybrid.",
        RetrieverKind.Lexical, RetrieverKind.Dense, RetrieverKind.Hybrid);

    private readonly Option<string[]> _filter = new("--filter")
    {
        Description = "Search only documents whose metadata fulfils this, as in lang=en, lang=en|de, lang!=en, path=docs/**, " +
            "year>=2020 or date<2024-05. Several must all hold.",
        HelpName = "CONDITION",
    };

    private readonly ThresholdOptionGroup _threshold = new();

    private readonly Option<double?> _weight = OptionTypes.Score(
        "--first-stage-weight",
        "The share of the first stage in the order, from 0 (the reranker alone) to 1. Default: " +
            $"{Number(SearchTiers.WeightOf(SearchTier.Light))}; with --tier full {Number(SearchTiers.WeightOf(SearchTier.Full))}; for a " +
            $"model that is named {Number(new SearchOptions().FirstStageWeight)}.");

    private readonly Option<string[]> _prior = new("--prior")
    {
        Description = "What is added to the place of pages whose path fits, in standard deviations; below 0 puts them back. The first " +
            "that fits counts. Default: -1 for changelogs, release notes and migration guides, unless the question is about changes.",
        HelpName = "GLOB=NUMBER",
    };

    private readonly Option<int?> _perDocument = OptionTypes.Number(
        "--per-document", "How many candidates of one document are kept at most. Default: all.", minimum: 1);

    public void AddTo(Command command)
    {
        _index.AddTo(command);
        _profile.AddTo(command);
        command.Add(_candidates);
        command.Add(_topN);
        command.Add(_tier);
        command.Add(_retriever);
        command.Add(_filter);
        _threshold.AddTo(command);
        command.Add(_weight);
        command.Add(_prior);
        command.Add(_perDocument);
        reranker.AddTo(command);
    }

    /// <summary>Gets what the options say about searches.</summary>
    /// <exception cref="UsageException">Options contradict each other, or have a value that means nothing here.</exception>
    public SearchPlan Read(ParseResult parsed)
    {
        var choice = reranker.Read(parsed);
        var profile = _profile.Read(parsed);
        var tier = parsed.GetValue(_tier)
            ?? profile?.Tier
            ?? (choice.IsOpen ? reranker.Console.Defaults.Tier ?? SearchTier.Light : SearchTier.Full);

        // What was fitted to one tier says nothing about another.
        var fitted = profile?.Tier == tier ? profile : null;
        double weight = parsed.GetValue(_weight)
            ?? fitted?.FirstStageWeight
            ?? (choice.IsOpen ? SearchTiers.WeightOf(tier) : _defaults.FirstStageWeight);
        if (weight is < 0 or > 1)
        {
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture, $"--first-stage-weight expects a number from 0 to 1, but got {weight}."));
        }

        var threshold = _threshold.Read(parsed).Or(fitted);
        var filter = Filter(parsed);
        var priors = new PagePriors(parsed.GetValue(_prior) ?? []);
        return new(
            OptionsFor, threshold, cancellationToken => OpenAsync(parsed, choice, tier, threshold, profile, cancellationToken));

        SearchOptions OptionsFor(string query) => new()
        {
            Candidates = parsed.GetValue(_candidates) ?? profile?.Candidates ?? _defaults.Candidates,
            TopN = parsed.GetValue(_topN) ?? reranker.Console.Defaults.TopN ?? _defaults.TopN,
            Tier = tier,
            Filter = filter,
            LightDepth = fitted is null ? SearchTiers.LightDepth : fitted.Depth,
            Depth = fitted is not null ? fitted.Depth : choice.IsOpen ? SearchTiers.FullDepth : null,
            FirstStageWeight = weight,
            CandidatesPerDocument = parsed.GetValue(_perDocument),
            Prior = priors.For(query),
            Select = threshold.MinScore is null ? null : (response, _) => threshold.Apply(response),
        };
    }

    private async Task<SearchEngine> OpenAsync(
        ParseResult parsed, RerankerChoice choice, SearchTier tier, ScoreThreshold threshold, SearchProfile? profile,
        CancellationToken cancellationToken)
    {
        var retriever = parsed.GetValue(_retriever) ?? profile?.Retriever ?? RetrieverKind.Hybrid;
        return await SearchEngine.OpenAsync(
            await _index.OpenForSearchAsync(parsed, cancellationToken),
            retriever == RetrieverKind.Lexical ? null : () => ProfileOption.Checked(
                choice.Models.OpenEmbedder(_index.Embedder(parsed)), embedder => profile?.ThrowIfFittedToOther(embedder)),
            tier == SearchTier.FirstStageOnly ? null : () => ProfileOption.Checked(
                choice.IsOpen && tier == SearchTier.Light ? choice.OpenLight() : choice.Open(threshold),
                opened => (profile?.Tier == tier ? profile : null)?.ThrowIfFittedToOther(opened)),
            retriever,
            profile?.Fusion,
            cancellationToken);
    }

    private static string Number(double number) => number.ToString(CultureInfo.InvariantCulture);

    private MetadataFilter? Filter(ParseResult parsed)
    {
        try
        {
            return parsed.GetValue(_filter) is { Length: > 0 } conditions ? MetadataFilter.Parse(conditions) : null;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new UsageException($"--filter cannot be read. {exception.Message}");
        }
    }
}
