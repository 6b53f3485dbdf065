using Resift.Evaluation;

namespace Resift.Cli;

/// <summary>Measures rankings against judgements.</summary>
internal sealed class RankingMeasures
{
    private const string JudgedAtTop = "Judged@10";

    private readonly Evaluator _evaluator;

    /// <summary>Creates what measures.</summary>
    /// <param name="qrels">The judgements.</param>
    /// <param name="measures">The measures, the deciding one first.</param>
    public RankingMeasures(Qrels qrels, IReadOnlyList<string> measures)
    {
        Qrels = qrels;
        Measures = [.. measures.Select(Measure.Parse)];
        _evaluator = new(qrels, [.. Measures, Measure.Parse(JudgedAtTop)]);
    }

    public Qrels Qrels { get; }

    public IReadOnlyList<Measure> Measures { get; }

    /// <summary>Creates a run of rankings.</summary>
    // trec_eval's order is by score and then by id, so the places themselves are the scores.
    public static Run RunOf(IReadOnlyList<QueryRanking> rankings) => Run.Create(rankings.Select(ranking => KeyValuePair.Create(
        ranking.QueryId, ranking.DocumentIds.Select((id, place) => new ScoredDocument(id, -place)))));

    /// <summary>Measures rankings.</summary>
    public MeasuredRankings Evaluate(IReadOnlyList<QueryRanking> rankings)
    {
        var results = _evaluator.Evaluate(RunOf(rankings));
        return new([.. results.SkipLast(1)], results[^1].Mean);
    }

    /// <summary>Measures what the candidates down to a depth allow: the share of the relevant ones, and the best order.</summary>
    public CeilingPoint Ceiling(IReadOnlyList<QueryCandidates> queries, int depth)
    {
        var best = queries.Select(query => KeyValuePair.Create(query.Query.Id, query.Found.Candidates
            .Take(depth)
            .Select(candidate => candidate.Document.DocumentId)
            .Distinct()
            .Select(id => new ScoredDocument(id, Qrels.GetGrades(query.Query.Id).GetValueOrDefault(id)))));
        var results = new Evaluator(Qrels, [Measure.Recall(depth), Measures[0]]).Evaluate(Run.Create(best));
        return new(depth, results[0].Mean, results[1].Mean);
    }
}

/// <summary>What rankings are worth.</summary>
/// <param name="Results">The measures, the deciding one first.</param>
/// <param name="JudgedAtTop">The share of the ten best that somebody judged.</param>
internal sealed record MeasuredRankings(IReadOnlyList<MeasureResult> Results, double JudgedAtTop)
{
    public MeasureResult Deciding => Results[0];
}
