using System.Globalization;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>All settings that are tried. It is small enough that each is measured, and each stands in the documentation.</summary>
internal sealed class TuningGrid
{
    // The share of words where their scores and those of embeddings are added.
    private static readonly double[] _lexicalShares = [0.1, 0.3, 0.5, 0.7];

    private readonly Dictionary<TuningSetting, int> _indices;

    private TuningGrid(
        IReadOnlyList<FirstStageChoice> firstStages, IReadOnlyList<EvaluatedSystem> systems, IReadOnlyList<TuningSetting> settings)
    {
        (FirstStages, Systems, Settings) = (firstStages, systems, settings);
        _indices = settings.Index().ToDictionary(setting => setting.Item, setting => setting.Index);
        Usual = _indices[UsualOf(systems.FirstOrDefault(system => system.Name == SearchTier.Light.Name()) ?? systems[0])];
        Costs = [.. settings.Select(setting => CostOf(setting, settings[Usual]))];
    }

    /// <summary>Gets the ways to find candidates, the usual one first.</summary>
    public IReadOnlyList<FirstStageChoice> FirstStages { get; }

    /// <summary>Gets who may read, the cheaper before the dearer.</summary>
    public IReadOnlyList<EvaluatedSystem> Systems { get; }

    public IReadOnlyList<TuningSetting> Settings { get; }

    /// <summary>Gets the index of the setting that a search has without a profile.</summary>
    public int Usual { get; }

    /// <summary>
    /// Gets what tells the cheaper of two settings: who reads, how much, and in how many parts it differs from the usual one.
    /// </summary>
    public IReadOnlyList<(int Reader, int Depth, int Changes)> Costs { get; }

    /// <summary>Creates the grid of a plan.</summary>
    public static TuningGrid Create(TuningPlan plan)
    {
        var evaluation = plan.Evaluation;
        List<FirstStageChoice> firstStages = evaluation.Run is { } run
            ? [new(Path.GetFileNameWithoutExtension(run), null)]
            : FirstStagesOf(evaluation.Retrievers);
        var settings = new List<TuningSetting>();
        foreach (var firstStage in firstStages)
        {
            settings.Add(new(firstStage, null, 0, 1));
            foreach (var system in evaluation.Systems)
            {
                settings.AddRange(
                    from depth in DepthsOf(system, evaluation)
                    from weight in plan.Weights.Append(system.FirstStageWeight).Distinct().Order()
                    select new TuningSetting(firstStage, system, depth, weight));
            }
        }

        return new(firstStages, evaluation.Systems, settings);
    }

    /// <summary>Gets the index of a setting.</summary>
    public int IndexOf(TuningSetting setting) => _indices[setting];

    /// <summary>Gets the setting that a search has by which a reranker reads; null for nobody.</summary>
    public TuningSetting UsualOf(EvaluatedSystem? system) => system is null
        ? new(FirstStages[0], null, 0, 1)
        : new(FirstStages[0], system, system.Depth, system.FirstStageWeight);

    /// <summary>Gets how deep a reranker reads at most.</summary>
    public int DeepestOf(EvaluatedSystem system) => Settings.Where(setting => setting.System == system).Max(setting => setting.Depth);

    // Whoever is paid for what it reads does not read deeper than usual unless that is asked for.
    private static IEnumerable<int> DepthsOf(EvaluatedSystem system, EvaluationPlan plan) => plan.Depths
        .Where(depth => depth <= system.Depth || !system.Choice.IsRemote || plan.PaysForCurve)
        .Append(system.Depth)
        .Distinct()
        .Order();

    private static List<FirstStageChoice> FirstStagesOf(IReadOnlyList<RetrieverKind> kinds)
    {
        var choices = new List<FirstStageChoice>();
        if (kinds.Contains(RetrieverKind.Hybrid))
        {
            var usual = FusionOptions.LexicalAndDense;
            choices.Add(Sum(usual.Normalization, usual.Weights![0]));
            choices.AddRange(
                from normalization in (ScoreNormalization[])[ScoreNormalization.MinMax, ScoreNormalization.ZScore]
                from share in _lexicalShares
                where normalization != usual.Normalization || share != usual.Weights![0]
                select Sum(normalization, share));
            choices.Add(new("hybrid by ranks", RetrieverKind.Hybrid, new()));
        }

        choices.AddRange(kinds.Where(kind => kind != RetrieverKind.Hybrid)
            .Select(kind => new FirstStageChoice(EvaluationSet.NameOf(kind), kind)));
        return choices;
    }

    private static FirstStageChoice Sum(ScoreNormalization normalization, double share) => new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"hybrid, {share:0.#} of words by {(normalization == ScoreNormalization.MinMax ? "min-max" : "z-score")}"),
        RetrieverKind.Hybrid,
        new() { Method = FusionMethod.Sum, Normalization = normalization, Weights = [share, Math.Round(1 - share, 2)] });

    private (int Reader, int Depth, int Changes) CostOf(TuningSetting setting, TuningSetting usual) => (
        setting.System is null ? -1 : Systems.Index().First(system => system.Item == setting.System).Index,
        setting.Depth,
        setting.ChangesFrom(usual));
}
