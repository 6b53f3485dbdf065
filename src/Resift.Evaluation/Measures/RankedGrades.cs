namespace Resift.Evaluation;

/// <summary>What a measure needs to know of one query: the grades of what was found, best first, and of all that was judged.</summary>
/// <param name="found">The grades of the documents that were found, in their order; <see cref="Unjudged"/> where there is none.</param>
/// <param name="judged">The grades of all judged documents, the highest first.</param>
internal sealed class RankedGrades(int[] found, int[] judged)
{
    /// <summary>The grade of a document that was not judged, which is below any that is relevant.</summary>
    public const int Unjudged = int.MinValue;

    /// <summary>Gets the grades of all judged documents, the highest first.</summary>
    public ReadOnlySpan<int> Judged => judged;

    /// <summary>Gets the grades of what was found, best first.</summary>
    public ReadOnlySpan<int> Found(int? cutoff = null) => found.AsSpan(0, Math.Min(cutoff ?? int.MaxValue, found.Length));

    /// <summary>Counts the judged documents of at least a grade.</summary>
    public int CountJudged(int from)
    {
        int count = 0;
        while (count < judged.Length && judged[count] >= from)
        {
            count++;
        }

        return count;
    }
}
