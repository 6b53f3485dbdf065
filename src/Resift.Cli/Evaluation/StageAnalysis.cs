using Resift.Evaluation;

namespace Resift.Cli;

/// <summary>Creates reports of what was ranked over one first stage.</summary>
internal sealed class StageAnalysis
{
    // One in twenty of what is shown at the top: enough to move a mean more than most rerankers do.
    private const double JudgedLoss = 0.05;

    private readonly EvaluationPlan _plan;
    private readonly RankingMeasures _measures;
    private readonly IReadOnlyList<QueryCandidates> _queries;
    private readonly IReadOnlyList<QueryRanking> _first;
    private readonly MeasuredRankings _base;
    private readonly List<PairedComparison> _comparisons = [];
    private readonly List<(SystemReport Report, MeasuredRankings Measured, int Degraded)> _systems = [];

    /// <summary>Creates the analysis.</summary>
    /// <param name="plan">What is evaluated.</param>
    /// <param name="measures">What measures.</param>
    /// <param name="queries">The queries with their candidates.</param>
    /// <param name="first">The first stage's rankings.</param>
    public StageAnalysis(
        EvaluationPlan plan, RankingMeasures measures, IReadOnlyList<QueryCandidates> queries, IReadOnlyList<QueryRanking> first)
    {
        (_plan, _measures, _queries, _first) = (plan, measures, queries, first);
        _base = measures.Evaluate(first);
        int deepest = queries.Max(query => query.Found.Candidates.Count);
        Depths = [.. plan.Depths.Where((_, i) => i == 0 || plan.Depths[i - 1] < deepest)];
    }

    /// <summary>Gets the depths of the curve, without those that would only repeat one before for want of candidates.</summary>
    public IReadOnlyList<int> Depths { get; }

    /// <summary>Takes the rankings of a system in.</summary>
    /// <param name="system">The system.</param>
    /// <param name="metadata">Facts about its reranker.</param>
    /// <param name="rankings">Its rankings.</param>
    /// <param name="curve">Its rankings at other depths.</param>
    /// <param name="degraded">How many answers were worse than they should be.</param>
    public void Add(
        EvaluatedSystem system, RerankerMetadata metadata, IReadOnlyList<QueryRanking> rankings,
        IReadOnlyList<(int Depth, IReadOnlyList<QueryRanking> Rankings)> curve, int degraded)
    {
        var measured = _measures.Evaluate(rankings);
        _comparisons.Add(PairedComparison.Of(_base.Deciding, measured.Deciding, _plan.Seed));
        var report = new SystemReport
        {
            Name = system.Name,
            Model = metadata.DefaultModelId ?? system.Choice.Name,
            Depth = system.Depth,
            FirstStageWeight = system.FirstStageWeight,
            Quality = QualityOf(measured),
            Effort = Effort.Of(rankings, isLocal: metadata.ProviderUri is null),
            Curve = [.. curve.Select(point => new CurvePoint(
                point.Depth, _measures.Evaluate(point.Rankings).Deciding.Mean, Effort.Median(point.Rankings)))],
            Queries = ValuesOf(measured),
            Movements = new Movements(_measures.Qrels, _plan.ShowsTexts).Find(
                _queries, _first, rankings, _base.Deciding.ByQuery, measured.Deciding.ByQuery),
            Thresholds = ThresholdAnalysis.Of(rankings, _measures.Qrels, metadata.ScoreScale, _plan.WantedPrecision),
        };
        _systems.Add((report, measured, degraded));
    }

    /// <summary>Creates the report of the first stage and all systems.</summary>
    public StageReport Report(string name)
    {
        var first = new SystemReport
        {
            Name = name,
            Quality = QualityOf(_base),
            Effort = Effort.Of(_first, isLocal: true),
            Queries = ValuesOf(_base),
        };
        var systems = _systems.Zip(Comparisons.Report(_comparisons), (system, comparison) => system.Report with
        {
            Comparison = comparison,
            Warnings = [.. WarningsAbout(system.Measured, comparison, system.Degraded)],
        });
        var all = ParetoFront.Mark([first, .. systems]);
        return new(name, [.. Depths.Select(depth => _measures.Ceiling(_queries, depth))], all[0], [.. all.Skip(1)]);
    }

    private IEnumerable<string> WarningsAbout(MeasuredRankings measured, ComparisonReport comparison, int degraded)
    {
        double lost = _base.JudgedAtTop - measured.JudgedAtTop;
        if (lost > JudgedLoss && comparison.Verdict != Comparisons.Helps)
        {
            yield return $"{Figures.Share(1 - measured.JudgedAtTop)} of its ten best were never judged, and " +
                $"{Figures.Share(1 - _base.JudgedAtTop)} of the first stage's. They count as not relevant, so some of the loss may be " +
                "that nobody looked.";
        }

        if (degraded > 0)
        {
            yield return $"{Figures.Count(degraded)} answers were degraded, such as a language model's that could not be read.";
        }
    }

    private IReadOnlyList<QualityReport> QualityOf(MeasuredRankings measured) =>
    [
        .. measured.Results.Select(result =>
        {
            var (low, high) = Comparisons.IntervalOf(result, _plan.Seed);
            return new QualityReport(result.Measure.ToString(), result.Mean, low, high);
        }),
    ];

    private static IReadOnlyList<QueryReport> ValuesOf(MeasuredRankings measured) =>
        [.. measured.Deciding.ByQuery.Select(query => new QueryReport(query.Key, query.Value))];
}

/// <summary>Finds the systems that nothing beats in both quality and time.</summary>
internal static class ParetoFront
{
    public static IReadOnlyList<SystemReport> Mark(IReadOnlyList<SystemReport> systems) =>
        [.. systems.Select(system => system with { IsPareto = !systems.Any(other => Beats(other, system)) })];

    private static bool Beats(SystemReport one, SystemReport other)
    {
        var (fast, slow) = (one.Effort.MedianMilliseconds ?? 0, other.Effort.MedianMilliseconds ?? 0);
        return one.Mean >= other.Mean && fast <= slow && (one.Mean > other.Mean || fast < slow);
    }
}
