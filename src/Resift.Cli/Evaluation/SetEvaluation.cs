using Resift.Evaluation;

namespace Resift.Cli;

/// <summary>Ranks the queries of one set by every first stage and every system, and reports what came of it.</summary>
/// <param name="console">Where progress is shown.</param>
/// <param name="plan">What is evaluated.</param>
/// <param name="set">The set.</param>
/// <param name="rerankers">Opens what reranks; each is opened once in an evaluation.</param>
/// <param name="judge">Judges what people have not; null for nobody.</param>
internal sealed class SetEvaluation(
    CliConsole console, EvaluationPlan plan, EvaluationSet set, OpenRerankers rerankers, RelevanceJudge? judge = null)
{
    public async Task<SetReport> RunAsync(CancellationToken cancellationToken)
    {
        if (set.Judged.Qrels is null && judge is null)
        {
            return await CompareAsync(cancellationToken);
        }

        var (qrels, judged) = judge is null ? (set.Judged.Qrels!, null) : await JudgeAsync(judge, cancellationToken);
        var measures = new RankingMeasures(qrels, plan.Measures);
        var stages = new List<StageReport>();
        foreach (var source in set.Sources)
        {
            stages.Add(await RunAsync(source, measures, cancellationToken));
        }

        return new(set.Name, set.Judged.Queries.Count, set.Judged.Judged, stages) { Judge = judged };
    }

    private async Task<SetReport> CompareAsync(CancellationToken cancellationToken)
    {
        var agreements = new List<AgreementReport>();
        await RankAllAsync(
            (source, system, first, ranked) =>
            {
                var agreement = RunAgreement.Of(RankingMeasures.RunOf(first), RankingMeasures.RunOf(ranked));
                agreements.Add(new(
                    source.Name, system.Name, agreement.Overlap, agreement.RankBiasedOverlap, agreement.KendallTau));
            },
            cancellationToken);
        return new(set.Name, set.Judged.Queries.Count, 0, []) { Agreements = agreements };
    }

    /// <summary>Ranks the queries by the plan's first system over the first of the first stages.</summary>
    public async Task<IReadOnlyList<QueryRanking>> RankAsync(CancellationToken cancellationToken)
    {
        var (source, system) = (set.Sources[0], plan.Systems[0]);
        var queries = await FindAsync(source, cancellationToken);
        var reranker = rerankers.Open(system);
        IReadOnlyList<QueryRanking> rankings = [];
        int done = 0;
        await WorkProgress.RunAsync(
            console,
            queries.Count,
            _ => $"{set.Name}: {Figures.Count(done)} of {Figures.Count(queries.Count)} queries",
            async show => rankings = await RankAsync(
                source, queries, reranker, system.Depth, system.FirstStageWeight, _ => show(++done), cancellationToken));
        return rankings;
    }

    private async Task<List<QueryCandidates>> FindAsync(CandidateSource source, CancellationToken cancellationToken)
    {
        // The first search compiles code; a service that runs has that behind it.
        await source.FindAsync(set.Judged.Queries[0], plan.Candidates, cancellationToken);
        var queries = new List<QueryCandidates>();
        foreach (var query in set.Judged.Queries)
        {
            queries.Add(new(query, await source.FindAsync(query, plan.Candidates, cancellationToken)));
        }

        return queries.Exists(query => query.Found.Candidates.Count > 0)
            ? queries
            : throw new InvalidDataException($"The first stage {source.Name} finds nothing for any query of {set.Name}.");
    }

    private async Task<(Qrels Qrels, JudgeReport? Report)> JudgeAsync(RelevanceJudge judge, CancellationToken cancellationToken)
    {
        var pool = new JudgedPool(judge, set.Judged.Qrels);
        await RankAllAsync(
            (_, _, first, ranked) =>
            {
                pool.Add(first);
                pool.Add(ranked);
            },
            cancellationToken);
        (Qrels, JudgeReport?) judged = default;
        int done = 0;
        await WorkProgress.RunAsync(
            console,
            set.Judged.Queries.Count,
            _ => $"{set.Name}: {Figures.Count(done)} of {Figures.Count(set.Judged.Queries.Count)} queries judged, " +
                $"{Figures.Count(judge.Asked)} questions asked",
            async show => judged = await pool.JudgeAsync(set.Judged.Queries, count => show(done = count), cancellationToken));
        return judged;
    }

    // By every first stage and every system, at the system's own depth.
    private async Task RankAllAsync(
        Action<CandidateSource, EvaluatedSystem, IReadOnlyList<QueryRanking>, IReadOnlyList<QueryRanking>> take,
        CancellationToken cancellationToken)
    {
        int rankings = set.Sources.Count * plan.Systems.Count * set.Judged.Queries.Count;
        int done = 0;
        await WorkProgress.RunAsync(
            console,
            rankings,
            _ => $"{set.Name}: {Figures.Count(done)} of {Figures.Count(rankings)} rankings",
            async show =>
            {
                foreach (var source in set.Sources)
                {
                    var queries = await FindAsync(source, cancellationToken);
                    var first = await RankAsync(source, queries, null, 1, 0, _ => { }, cancellationToken);
                    foreach (var system in plan.Systems)
                    {
                        take(source, system, first, await RankAsync(
                            source, queries, rerankers.Open(system), system.Depth, system.FirstStageWeight, _ => show(++done),
                            cancellationToken));
                    }
                }
            });
    }

    private async Task<StageReport> RunAsync(CandidateSource source, RankingMeasures measures, CancellationToken cancellationToken)
    {
        var queries = await FindAsync(source, cancellationToken);
        var first = await RankAsync(source, queries, null, 1, 0, _ => { }, cancellationToken);
        var analysis = new StageAnalysis(plan, measures, queries, first);
        foreach (var system in plan.Systems)
        {
            await RunAsync(source, queries, analysis, system, cancellationToken);
        }

        return analysis.Report(source.Name);
    }

    private async Task RunAsync(
        CandidateSource source, List<QueryCandidates> queries, StageAnalysis analysis, EvaluatedSystem system,
        CancellationToken cancellationToken)
    {
        var reranker = rerankers.Open(system);

        // A curve of what looks at its documents together is paid anew at every depth, and that of a hosted reranker beyond its own.
        bool isFree = reranker.Metadata.ProviderUri is null || plan.PaysForCurve;
        int[] depths = reranker.Metadata.IsPointwise && isFree ? [.. analysis.Depths] : [];
        int deepest = depths.Append(system.Depth).Max();
        long pairs = queries.Sum(query => (long)Math.Min(deepest, query.Found.Candidates.Count));
        long done = 0;
        int[] reached = new int[queries.Count];
        IReadOnlyList<QueryRanking> ranked = [];
        var curve = new List<(int Depth, IReadOnlyList<QueryRanking> Rankings)>();
        await WorkProgress.RunAsync(
            console,
            pairs,
            _ => $"{set.Name}, {source.Name}, {system.Name}: {Figures.Count(done)} of {Figures.Count(pairs)} pairs, " +
                $"{Figures.Count(reranker.NewlyScored)} scored anew",
            async show =>
            {
                // The depth of the system comes first, so that its pairs are scored in one call, as in use, and the time is that of it.
                ranked = await RankAsync(
                    source, queries, reranker, system.Depth, system.FirstStageWeight, Counted(system.Depth), cancellationToken);
                foreach (int depth in depths)
                {
                    curve.Add((depth, await RankAsync(
                        source, queries, reranker, depth, system.FirstStageWeight, Counted(depth), cancellationToken)));
                }

                // Of a query that was ranked at some depth, only what lies deeper is still to be scored.
                Action<int> Counted(int depth) => query =>
                {
                    int before = reached[query];
                    reached[query] = Math.Max(before, Math.Min(depth, queries[query].Found.Candidates.Count));
                    show(done += reached[query] - before);
                };
            });
        analysis.Add(system, reranker.Metadata, ranked, curve, reranker.Degraded);
    }

    private static async Task<IReadOnlyList<QueryRanking>> RankAsync(
        CandidateSource source, List<QueryCandidates> queries, StoredReranker? reranker, int depth, double weight, Action<int> isDone,
        CancellationToken cancellationToken)
    {
        reranker?.Reserve(queries.Select(query => (query.Query.Text, query.Found.Candidates.Take(depth))));
        var rankings = new List<QueryRanking>(queries.Count);
        for (int i = 0; i < queries.Count; i++)
        {
            rankings.Add(await QueryRanking.CreateAsync(source.Name, queries[i], reranker, depth, weight, cancellationToken));
            isDone(i);
        }

        return rankings;
    }
}

/// <summary>What reranks in an evaluation, opened when it is needed and disposed at the end.</summary>
/// <param name="store">What keeps the scores.</param>
/// <param name="maxCost">What hosted rerankers may cost in US dollars, all together; null for any amount.</param>
internal sealed class OpenRerankers(PairStore store, decimal? maxCost = null) : IDisposable
{
    private readonly Dictionary<string, StoredReranker> _open = [];
    private readonly ScoringBudget? _budget = maxCost is { } limit ? new(limit) : null;

    public StoredReranker Open(EvaluatedSystem system)
    {
        if (!_open.TryGetValue(system.Name, out var reranker))
        {
            _open.Add(system.Name, reranker = new(system.Choice.Open(), store, _budget));
        }

        return reranker;
    }

    public void Dispose()
    {
        foreach (var reranker in _open.Values)
        {
            reranker.Dispose();
        }
    }
}
