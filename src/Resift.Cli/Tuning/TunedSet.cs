using System.Runtime.ExceptionServices;
using Resift.Evaluation;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>A query with all that settings are measured by, without texts.</summary>
/// <param name="Query">The query.</param>
/// <param name="Lists">What each way to find candidates finds.</param>
/// <param name="Scores">What each reranker gives to what it may read.</param>
internal sealed record TunedQuery(
    JudgedQuery Query,
    IReadOnlyDictionary<FirstStageChoice, IReadOnlyList<Candidate>> Lists,
    IReadOnlyDictionary<EvaluatedSystem, KnownScores> Scores);

/// <summary>A set of judged queries of which every pair that a setting needs is scored, so that settings cost a sort each.</summary>
internal sealed class TunedSet
{
    private readonly TuningGrid _grid;
    private readonly IReadOnlyList<TunedQuery> _queries;
    private readonly Qrels _qrels;

    private TunedSet(string name, int judged, TuningGrid grid, IReadOnlyList<TunedQuery> queries, Qrels qrels) =>
        (Name, Judged, _grid, _queries, _qrels) = (name, judged, grid, queries, qrels);

    public string Name { get; }

    /// <summary>Gets how many queries are judged, of which some may have been drawn.</summary>
    public int Judged { get; }

    /// <summary>Gets the queries by names that no other set has.</summary>
    public IEnumerable<string> QueryIds => _queries.Select(query => $"{Name} {query.Query.Id}");

    /// <summary>Finds candidates and scores them, as far as the store does not have them.</summary>
    /// <param name="console">Where progress is shown.</param>
    /// <param name="plan">What is evaluated.</param>
    /// <param name="grid">The settings that it is for.</param>
    /// <param name="set">The queries, and what finds candidates by words, by meaning, or in somebody's run.</param>
    /// <param name="rerankers">Opens what reranks.</param>
    /// <param name="cancellationToken">Stops it; what is scored by then is kept.</param>
    public static async Task<TunedSet> CreateAsync(
        CliConsole console, EvaluationPlan plan, TuningGrid grid, EvaluationSet set, OpenRerankers rerankers,
        CancellationToken cancellationToken)
    {
        var qrels = set.Judged.Qrels ?? throw new InvalidDataException(
            $"Nobody judged the queries of {set.Name}, and settings are chosen by judgements.");
        var lists = new List<Dictionary<FirstStageChoice, IReadOnlyList<Candidate>>>();
        foreach (var query in set.Judged.Queries)
        {
            lists.Add(await FindAsync(query, plan.Candidates, grid, set, cancellationToken));
        }

        var scores = set.Judged.Queries.Select(_ => new Dictionary<EvaluatedSystem, KnownScores>()).ToArray();
        foreach (var system in grid.Systems)
        {
            var known = await ScoreAsync(console, set, system, grid.DeepestOf(system), rerankers.Open(system), lists, cancellationToken);
            foreach (var (query, scored) in scores.Zip(known))
            {
                query.Add(system, scored);
            }
        }

        var queries = set.Judged.Queries.Select((query, i) => new TunedQuery(
            query,
            lists[i].ToDictionary(list => list.Key, list => (IReadOnlyList<Candidate>)[.. list.Value.Select(WithoutText)]),
            scores[i]));
        return new(set.Name, set.Judged.Judged, grid, [.. queries], qrels);
    }

    /// <summary>Measures all settings, by setting and then by query.</summary>
    public async Task<double[][]> MeasureAsync(Measure measure, CancellationToken cancellationToken)
    {
        var evaluator = new Evaluator(_qrels, [measure]);
        double[][] values = new double[_grid.Settings.Count][];
        foreach (var (index, setting) in _grid.Settings.Index())
        {
            var run = new List<KeyValuePair<string, IEnumerable<ScoredDocument>>>(_queries.Count);
            foreach (var query in _queries)
            {
                var hits = await SearchAsync(query, setting, cancellationToken);
                run.Add(new(query.Query.Id, hits.Select((hit, place) => new ScoredDocument(hit.Id, -place))));
            }

            var byQuery = evaluator.Evaluate(Run.Create(run))[0].ByQuery;
            values[index] = [.. _queries.Select(query => byQuery[query.Query.Id])];
        }

        return values;
    }

    /// <summary>Gets the judged scores of what is read in a setting, query by query.</summary>
    public async Task<IReadOnlyList<JudgedExample>> ExamplesAsync(TuningSetting setting, CancellationToken cancellationToken)
    {
        var examples = new List<JudgedExample>();
        foreach (var query in _queries)
        {
            var grades = _qrels.GetGrades(query.Query.Id);
            examples.AddRange((await SearchAsync(query, setting, cancellationToken))
                .Where(hit => hit.ScoredBy == SearchStages.Rerank)
                .Select(hit => new JudgedExample($"{Name} {query.Query.Id}", hit.Score, grades.GetValueOrDefault(hit.Id) > 0)));
        }

        return examples;
    }

    /// <summary>Gets the median time that a reranker took for a pair; null where nothing was scored.</summary>
    public double? MillisecondsOf(EvaluatedSystem system)
    {
        double[] times = [.. _queries.SelectMany(query => query.Scores[system].Milliseconds).Order()];
        return times.Length == 0 ? null : times[times.Length / 2];
    }

    private static async Task<Dictionary<FirstStageChoice, IReadOnlyList<Candidate>>> FindAsync(
        JudgedQuery query, int count, TuningGrid grid, EvaluationSet set, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, IRetriever>();
        foreach (var source in set.Sources)
        {
            var candidates = (await source.FindAsync(query, count, cancellationToken)).Candidates;
            found.Add(source.Name, new KnownCandidates(source.Name, candidates));
        }

        var lists = new Dictionary<FirstStageChoice, IReadOnlyList<Candidate>>();
        foreach (var choice in grid.FirstStages)
        {
            var retriever = choice.Kind == RetrieverKind.Hybrid
                ? new HybridRetriever([Found(RetrieverKind.Lexical), Found(RetrieverKind.Dense)], choice.Fusion)
                : found[choice.Name];
            lists.Add(choice, (await retriever.RetrieveAsync(query.Text, new() { Candidates = count }, cancellationToken)).Candidates);
        }

        return lists;

        IRetriever Found(RetrieverKind kind) => found[EvaluationSet.NameOf(kind)];
    }

    private static async Task<List<KnownScores>> ScoreAsync(
        CliConsole console, EvaluationSet set, EvaluatedSystem system, int depth, StoredReranker reranker,
        List<Dictionary<FirstStageChoice, IReadOnlyList<Candidate>>> lists, CancellationToken cancellationToken)
    {
        if (!reranker.Metadata.IsPointwise)
        {
            throw new NotSupportedException($"{system.Name} reads all documents together, so that their scores hold for " +
                "one list alone; settings are compared by a reranker that scores each document by itself. Leave it out.");
        }

        Candidate[][] pools =
            [.. lists.Select(found => found.Values.SelectMany(list => list.Take(depth)).DistinctBy(one => one.Id).ToArray())];
        reranker.Reserve(set.Judged.Queries.Zip(pools, (query, pool) => (query.Text, (IEnumerable<Candidate>)pool)));
        long pairs = pools.Sum(pool => (long)pool.Length);
        long done = 0;
        var scores = new List<KnownScores>();
        await WorkProgress.RunAsync(
            console,
            pairs,
            _ => $"{set.Name}, {system.Name}: {Figures.Count(done)} of {Figures.Count(pairs)} pairs, " +
                $"{Figures.Count(reranker.NewlyScored)} scored anew",
            async show =>
            {
                foreach (var (index, query) in set.Judged.Queries.Index())
                {
                    scores.Add(await ScoreAsync(query.Text, pools[index], reranker, cancellationToken));
                    show(done += pools[index].Length);
                }
            });
        return scores;
    }

    // By a search, so that a passage is read with its headings, cut as in use.
    private static async Task<KnownScores> ScoreAsync(
        string query, Candidate[] pool, StoredReranker reranker, CancellationToken cancellationToken)
    {
        if (pool is [])
        {
            return new(reranker.Metadata.ScoreScale, new Dictionary<string, double>(), []);
        }

        var response = await new TwoStageRetriever(new KnownCandidates("pool", pool), reranker).SearchAsync(
            query,
            new() { Candidates = pool.Length, TopN = pool.Length, GroupByDocument = false, FirstStageWeight = 0 },
            cancellationToken);
        if (reranker.Failure is { } failure)
        {
            // The search goes on without; settings that are compared by it would be about something else.
            ExceptionDispatchInfo.Throw(failure);
        }

        return response.IsDegraded
            ? throw new RerankerException($"An answer was degraded ({response.DegradedReason}), and settings cannot be compared by it.")
            : new(
                response.ScoreScale,
                response.Hits.ToDictionary(hit => hit.Document.Id, hit => hit.Score),
                [.. reranker.LastPairs.Select(pair => pair.Milliseconds)]);
    }

    private static Candidate WithoutText(Candidate candidate) => candidate with
    {
        Document = new SearchDocument(candidate.Id, candidate.Id) { Location = candidate.Document.Location },
        Embedding = default,
        Stages = [],
    };

    private static async Task<IReadOnlyList<SearchHit>> SearchAsync(
        TunedQuery query, TuningSetting setting, CancellationToken cancellationToken)
    {
        var candidates = query.Lists[setting.FirstStage];
        if (candidates is [])
        {
            return [];
        }

        var reranker = setting.System is { } system ? query.Scores[system] : null;
        var response = await new KnownCandidates(setting.FirstStage.Name, candidates).SearchAsync(
            query.Query.Text, reranker, setting.Depth, setting.Weight, cancellationToken);
        return response.Hits;
    }
}

/// <summary>A reranker that knows the scores of one query already, by the ids that it is given in the place of texts.</summary>
internal sealed class KnownScores(ScoreScale scale, IReadOnlyDictionary<string, double> scores, IReadOnlyList<double> milliseconds)
    : IReranker
{
    /// <summary>Gets what scoring took, pair by pair.</summary>
    public IReadOnlyList<double> Milliseconds => milliseconds;

    public Task<RerankResponse> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(RerankResponse.Create([.. documents.Select(id => scores[id])], scale, options?.TopN));
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
        // There is nothing to let go.
    }
}
