using Microsoft.Extensions.AI;
using Resift.Evaluation;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>Measures all settings on all sets of a plan, and chooses among them.</summary>
internal sealed class TuningRun(CliConsole console, TuningPlan plan, EvaluationOpening opening, PairStore store) : IDisposable
{
    // With fewer, a fold is one query, and its neighbours choose by three.
    private const int LeastInAFold = 2;

    private readonly OpenRerankers _rerankers = new(store, plan.Evaluation.MaxCost);
    private readonly TuningGrid _grid = TuningGrid.Create(plan);
    private readonly Measure _measure = Measure.Parse(plan.Evaluation.Measures[0]);
    private ProfileModel? _embedder;

    private int Seed => plan.Evaluation.Seed;

    public void Dispose() => _rerankers.Dispose();

    /// <summary>Chooses a setting, and measures the choice on queries that had no part in it.</summary>
    public async Task<TuningReport> TuneAsync(CancellationToken cancellationToken)
    {
        var (sets, table) = await MeasureAsync(cancellationToken);
        string[] ids = [.. sets.SelectMany(set => set.QueryIds)];
        if (ids.Length < plan.Folds * LeastInAFold)
        {
            throw new InvalidDataException($"There are {ids.Length} judged queries; {plan.Folds * LeastInAFold} or more were expected, " +
                $"since each of {plan.Folds} parts is measured by a choice on the others. Judge more, or cut them into fewer by --folds.");
        }

        var folds = HeldOutChoice.Folds(ids, plan.Folds, Seed);
        int[] settings = [.. Enumerable.Range(0, _grid.Settings.Count)];
        var choice = HeldOutChoice.Of(table, settings, _grid.Usual, folds);
        int chosen = table.Choose(settings, _grid.Usual, [.. Enumerable.Range(0, ids.Length)]);
        var report = new TuningReport(_measure.ToString(), ReportOf(sets), settings.Length, Seed, plan.Evaluation.Command)
        {
            Usual = ReportOf(_grid.Usual, table, sets),
            Chosen = ReportOf(chosen, table, sets),
            ByFold = [.. choice.ByFold.CountBy(setting => setting)
                .OrderByDescending(count => count.Value)
                .Select(count => (_grid.Settings[count.Key].ToString(), count.Value))],
            Gain = Comparisons.Report([PairedComparison.Of(choice.Usual, choice.Chosen, Seed)])[0],
        };
        return report with { Threshold = await ThresholdOfAsync(SettingFor(report), sets, folds, ids, cancellationToken) };
    }

    /// <summary>Fits each default again: chooses it on all sets but one, and measures the choice on that one.</summary>
    public async Task<DefaultsReport> FitDefaultsAsync(CancellationToken cancellationToken)
    {
        var (sets, table) = await MeasureAsync(cancellationToken);
        var folds = new List<IReadOnlyList<int>>();
        int first = 0;
        foreach (var set in sets)
        {
            folds.Add([.. Enumerable.Range(first, set.QueryIds.Count())]);
            first += folds[^1].Count;
        }

        var defaults = DefaultPart.Of(_grid);
        HeldOutChoice[] choices = [.. defaults.Select(part => HeldOutChoice.Of(table, part.Settings, part.Usual, folds))];
        var changes = Comparisons.Report([.. choices.Select(choice => PairedComparison.Of(choice.Usual, choice.Chosen, Seed))]);
        int[] all = [.. folds.SelectMany(fold => fold)];
        return new(
            _measure.ToString(),
            ReportOf(sets),
            [
                .. defaults.Select((part, i) => new DefaultReport(
                    part.Name,
                    part.Words(_grid.Settings[part.Usual]),
                    [.. choices[i].ByFold.Select(setting => part.Words(_grid.Settings[setting]))],
                    changes[i],
                    part.Words(_grid.Settings[table.Choose(part.Settings, part.Usual, all)]))),
            ],
            plan.Evaluation.Command);
    }

    /// <summary>Creates the profile: what was chosen if something is gained by it, else what a search does without a profile.</summary>
    public SearchProfile ProfileOf(TuningReport report)
    {
        var setting = SettingFor(report);
        var gain = report.Gain;
        return new()
        {
            Retriever = setting.FirstStage.Kind,
            Fusion = setting.FirstStage.Fusion ?? FusionOptions.LexicalAndDense,
            Candidates = plan.Evaluation.Candidates,
            Tier = setting.System is not { } system ? SearchTier.FirstStageOnly : SearchTiers.Find(system.Name) ?? SearchTier.Full,
            Depth = setting.System is null ? null : setting.Depth,
            FirstStageWeight = setting.Weight,
            MinScore = plan.WantedPrecision is null ? null : report.Threshold?.Value,
            MinScoreScale = report.Threshold?.Scale ?? ScoreScale.Probability,
            Embedder = setting.FirstStage.Kind is null or RetrieverKind.Lexical ? null : _embedder,
            Reranker = setting.System is null ? null : ProfileModel.Of(_rerankers.Open(setting.System)),
            Fit = new()
            {
                Sets = [.. report.Sets.Select(set => set.Name)],
                Queries = report.Queries,
                Measure = report.Measure,
                Gain = gain.Difference,
                Low = gain.Low,
                High = gain.High,
                P = gain.PValue,
                IsGained = report.IsGained,
                Date = DateOnly.FromDateTime(console.Time.GetUtcNow().UtcDateTime),
            },
        };
    }

    private static TuningSetting SettingFor(TuningReport report) => (report.IsGained ? report.Chosen : report.Usual).Setting;

    private static IReadOnlyList<TunedSetReport> ReportOf(IReadOnlyList<TunedSet> sets) =>
        [.. sets.Select(set => new TunedSetReport(set.Name, set.QueryIds.Count(), set.Judged))];

    private SettingReport ReportOf(int index, SettingTable table, IReadOnlyList<TunedSet> sets)
    {
        var setting = _grid.Settings[index];
        double[] times = setting.System is { } system ? [.. sets.Select(set => set.MillisecondsOf(system)).OfType<double>().Order()] : [];
        return new(setting, table.Mean(index), times.Length == 0 ? null : times[times.Length / 2] * setting.Depth);
    }

    private async Task<TunedThreshold?> ThresholdOfAsync(
        TuningSetting setting, IReadOnlyList<TunedSet> sets, IReadOnlyList<IReadOnlyList<int>> folds, string[] ids,
        CancellationToken cancellationToken)
    {
        if (setting.System is not { } system)
        {
            return null;
        }

        var examples = new List<JudgedExample>();
        foreach (var set in sets)
        {
            examples.AddRange(await set.ExamplesAsync(setting, cancellationToken));
        }

        return ThresholdChoice.Of(
            examples,
            [.. folds.Select(fold => (IReadOnlyList<string>)[.. fold.Select(query => ids[query])])],
            _rerankers.Open(system).Metadata.ScoreScale,
            plan.WantedPrecision ?? EvaluationPlan.DefaultPrecision);
    }

    private async Task<(IReadOnlyList<TunedSet> Sets, SettingTable Table)> MeasureAsync(CancellationToken cancellationToken)
    {
        var sets = new List<TunedSet>();
        var values = new List<double[][]>();

        // A hybrid list is made of the other two, which are searched once for all fusions.
        var kinds = plan.Evaluation.Retrievers.SelectMany(kind =>
            kind == RetrieverKind.Hybrid ? [RetrieverKind.Lexical, RetrieverKind.Dense] : (IEnumerable<RetrieverKind>)[kind]);
        var evaluation = plan.Evaluation with { Retrievers = [.. kinds.Distinct()] };
        var run = new EvaluationRun(console, evaluation, opening with { Embedder = OpenEmbedder }, store);
        await foreach (var set in run.OpenAsync(cancellationToken))
        {
            if (sets.Exists(other => other.Name == set.Name))
            {
                throw new InvalidDataException(
                    $"Two sets are called {set.Name}, so that their queries could not be told apart. Rename one of the folders.");
            }

            var tuned = await TunedSet.CreateAsync(console, evaluation, _grid, set, _rerankers, cancellationToken);
            sets.Add(tuned);
            values.Add(await tuned.MeasureAsync(_measure, cancellationToken));
        }

        double[][] table = [.. _grid.Settings.Select((_, setting) => values.SelectMany(ofSet => ofSet[setting]).ToArray())];
        return (sets, new(_grid, table));
    }

    private IEmbeddingGenerator<string, Embedding<float>> OpenEmbedder()
    {
        var embedder = opening.Embedder();
        _embedder = ProfileModel.Of(embedder);
        return embedder;
    }
}
