using Resift.Evaluation;

namespace Resift.Benchmarks;

/// <summary>What one way of searching gave on one set, query by query.</summary>
/// <param name="name">What it is called in tables.</param>
internal sealed class TierFigures(string name)
{
    private const int Resamples = 10_000;

    private readonly List<double> _ndcg = [];
    private readonly List<double> _recall = [];
    private readonly List<double> _milliseconds = [];
    private int _answered;

    public string Name => name;

    public double Ndcg => _ndcg.Average();

    public double Recall => _recall.Average();

    /// <summary>Gets the number of queries whose first document is of the highest grade that a document of its query has.</summary>
    public int RightFirst => _answered;

    public int Queries => _ndcg.Count;

    public void Add(JudgedQuery query, int cutoff, IReadOnlyList<string> documents, double milliseconds)
    {
        _ndcg.Add(Measure.Ndcg(cutoff).Evaluate(query.Grades, documents.Select((id, place) => new ScoredDocument(id, -place))));
        _recall.Add(query.Recall(documents));
        _milliseconds.Add(milliseconds);
        _answered += documents is [var first, ..] && query.Grades.GetValueOrDefault(first) == query.Grades.Values.Max() ? 1 : 0;
    }

    /// <summary>Gets the time that a share of the queries did not exceed.</summary>
    public double Milliseconds(double share) =>
        _milliseconds.Order().ElementAt(Math.Min(_milliseconds.Count - 1, (int)Math.Ceiling(share * _milliseconds.Count) - 1));

    /// <summary>Gets the mean difference to another way on the same queries, with its 95 % interval (percentile bootstrap).</summary>
    public (double Mean, double Low, double High) Against(TierFigures other)
    {
        double[] differences = [.. _ndcg.Zip(other._ndcg, (mine, theirs) => mine - theirs)];
        var random = new Random(20_261);
        double[] means = [.. Enumerable.Range(0, Resamples)
            .Select(_ => Enumerable.Range(0, differences.Length).Average(_ => differences[random.Next(differences.Length)])).Order()];
        return (differences.Average(), means[Resamples / 40], means[^(Resamples / 40)]);
    }

    /// <summary>Joins what one way gave on several sets.</summary>
    public static TierFigures Join(IEnumerable<TierFigures> parts)
    {
        TierFigures[] all = [.. parts];
        var joined = new TierFigures(all[0].Name);
        foreach (var part in all)
        {
            joined._ndcg.AddRange(part._ndcg);
            joined._recall.AddRange(part._recall);
            joined._milliseconds.AddRange(part._milliseconds);
            joined._answered += part._answered;
        }

        return joined;
    }
}
