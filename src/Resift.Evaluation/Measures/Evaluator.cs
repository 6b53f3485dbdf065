using System.Collections.ObjectModel;
using System.Runtime.InteropServices;

namespace Resift.Evaluation;

/// <summary>Evaluates runs by several measures in one pass.</summary>
/// <remarks>
/// Documents are ranked as trec_eval does: by falling score, equal scores by falling id, byte by byte; the rank column does not matter.
/// Queries of a run without judgements are left out. May be used from any number of threads.
/// </remarks>
public sealed class Evaluator
{
    private readonly Qrels _qrels;
    private readonly ScorePrecision _precision;
    private readonly Dictionary<string, int[]> _judged;

    /// <summary>Creates an evaluator.</summary>
    /// <param name="qrels">The judgements.</param>
    /// <param name="measures">What is measured; at least one.</param>
    /// <param name="precision">In which precision scores are compared.</param>
    /// <exception cref="ArgumentException">There is no measure.</exception>
    public Evaluator(Qrels qrels, IEnumerable<Measure> measures, ScorePrecision precision = ScorePrecision.Bits64)
    {
        ArgumentNullException.ThrowIfNull(qrels);
        ArgumentNullException.ThrowIfNull(measures);
        (_qrels, _precision) = (qrels, precision);
        Measures = new ReadOnlyCollection<Measure>([.. measures]);
        if (Measures.Count == 0)
        {
            throw new ArgumentException("At least one measure was expected, such as Measure.Ndcg(10).", nameof(measures));
        }

        _judged = qrels.QueryIds.ToDictionary(queryId => queryId, queryId => RankedGrades.Descending(qrels.Grades(queryId)!));
    }

    /// <summary>Gets what is measured.</summary>
    public IReadOnlyList<Measure> Measures { get; }

    /// <summary>Evaluates a run.</summary>
    /// <param name="run">The run.</param>
    /// <returns>The values of each measure, in the order of <see cref="Measures"/>.</returns>
    /// <exception cref="ArgumentException">The run has no judged query.</exception>
    public IReadOnlyList<MeasureResult> Evaluate(Run run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var values = Measured(run);
        return values.Count > 0 ? Results(values) : throw new ArgumentException(NoneJudged(run.QueryIds.Count), nameof(run));
    }

    /// <summary>Evaluates the file of a run without holding more than one query of it, if the lines of each query are together.</summary>
    /// <param name="path">The file, as for <see cref="Run.ReadAsync(string, CancellationToken)"/>.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The values of each measure, in the order of <see cref="Measures"/>.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is empty, or a line is not one of a run, or names a document a second time for its query, or no query is judged: the
    /// message has the file, and the line where there is one.
    /// </exception>
    /// <remarks>
    /// A file in which a query comes back after another one is read again from its beginning and held as a <see cref="Run"/>, which takes
    /// up to 90 bytes a line beside the ids of the documents, each once.
    /// </remarks>
    public async Task<IReadOnlyList<MeasureResult>> EvaluateFileAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        var values = new Dictionary<string, double[]>();
        int queries = 0;
        bool isGrouped = await GroupedRun.TryReadAsync(path, AddNext, cancellationToken).ConfigureAwait(false);
        if (!isGrouped)
        {
            var run = await Run.ReadAsync(path, cancellationToken).ConfigureAwait(false);
            (values, queries) = (Measured(run), run.QueryIds.Count);
        }

        return values.Count > 0 ? Results(values) : throw new InvalidDataException($"{path}: {NoneJudged(queries)}");

        void AddNext(string queryId, List<ScoredDocument> documents)
        {
            queries++;
            Add(values, queryId, CollectionsMarshal.AsSpan(documents));
        }
    }

    private Dictionary<string, double[]> Measured(Run run)
    {
        var values = new Dictionary<string, double[]>();
        foreach (string queryId in run.QueryIds)
        {
            Add(values, queryId, [.. run.GetDocuments(queryId)]);
        }

        return values;
    }

    /// <summary>Measures the ranking of one query, and adds the values if it is judged.</summary>
    private void Add(Dictionary<string, double[]> values, string queryId, Span<ScoredDocument> documents)
    {
        if (_qrels.Grades(queryId) is not { } grades)
        {
            return;
        }

        var order = new TrecOrder(_precision);
        if (!order.IsOrderOf(documents))
        {
            documents.Sort(order);
        }

        var ranked = new RankedGrades(documents, grades, _judged[queryId]);
        values.Add(queryId, [.. Measures.Select(measure => measure.Family.Formula(measure, ranked))]);
    }

    private MeasureResult[] Results(Dictionary<string, double[]> values) =>
    [
        .. Measures.Select((measure, i) =>
            new MeasureResult(measure, _qrels.QueryIds, values.ToDictionary(query => query.Key, query => query.Value[i]))),
    ];

    private string NoneJudged(int queries) => queries == 0
        ? "The run has no queries, so nothing can be evaluated."
        : $"None of the run's {queries} queries is judged; the judgements are of queries such as '{_qrels.QueryIds[0]}'. Check that both " +
            "belong together.";
}
