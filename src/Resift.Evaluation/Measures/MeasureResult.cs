using System.Collections.ObjectModel;

namespace Resift.Evaluation;

/// <summary>The values of a measure for one run. It does not change, and may be used from any number of threads.</summary>
public sealed class MeasureResult
{
    internal MeasureResult(Measure measure, IReadOnlyList<string> queryIds, IReadOnlyDictionary<string, double> found)
    {
        Measure = measure;
        var values = new OrderedDictionary<string, double>(queryIds.Count);
        foreach (string queryId in queryIds)
        {
            values.Add(queryId, found.GetValueOrDefault(queryId));
        }

        ByQuery = new ReadOnlyDictionary<string, double>(values);
        MissingQueryIds = Array.AsReadOnly([.. queryIds.Where(queryId => !found.ContainsKey(queryId))]);
        Mean = values.Values.Sum() / values.Count;
        MeanOfAnswered = values.Values.Sum() / found.Count;
    }

    /// <summary>Gets the measure.</summary>
    public Measure Measure { get; }

    /// <summary>Gets the mean over all judged queries, as <c>trec_eval -c</c> has it: a run gains nothing by dropping hard ones.</summary>
    public double Mean { get; }

    /// <summary>Gets the mean over the judged queries that the run has, as trec_eval has it without <c>-c</c>.</summary>
    public double MeanOfAnswered { get; }

    /// <summary>Gets the value of every judged query, in the order of the judgements; 0 for one that the run does not have.</summary>
    public IReadOnlyDictionary<string, double> ByQuery { get; }

    /// <summary>Gets the judged queries that the run does not have, in the order of the judgements.</summary>
    public IReadOnlyList<string> MissingQueryIds { get; }

    /// <summary>Returns measure and mean, such as <c>nDCG@10 0.4458</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => FormattableString.Invariant($"{Measure} {Mean:F4}");
}
