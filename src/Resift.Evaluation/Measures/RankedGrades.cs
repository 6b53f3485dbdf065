namespace Resift.Evaluation;

/// <summary>What a measure needs to know of one query: the grades of what was found, best first, and of all that was judged.</summary>
internal sealed class RankedGrades
{
    /// <summary>The grade of a document that was not judged, which is below any that is relevant.</summary>
    public const int Unjudged = int.MinValue;

    private readonly int[] _found;
    private readonly int[] _judged;

    /// <summary>Looks up the grades of documents.</summary>
    /// <param name="documents">The documents that were found, best first.</param>
    /// <param name="grades">The grades of the judged ones.</param>
    /// <param name="judged">The same grades, the highest first: for many runs they are sorted once.</param>
    public RankedGrades(ReadOnlySpan<ScoredDocument> documents, IReadOnlyDictionary<string, int> grades, int[] judged)
    {
        (_found, _judged) = (new int[documents.Length], judged);
        for (int i = 0; i < documents.Length; i++)
        {
            _found[i] = grades.TryGetValue(documents[i].Id, out int grade) ? grade : Unjudged;
        }
    }

    /// <summary>Gets the grades of all judged documents, the highest first.</summary>
    public ReadOnlySpan<int> Judged => _judged;

    /// <summary>Sorts the grades of judged documents, the highest first.</summary>
    public static int[] Descending(IReadOnlyDictionary<string, int> grades) => [.. grades.Values.OrderDescending()];

    /// <summary>Gets the grades of what was found, best first; <see cref="Unjudged"/> for what was not judged.</summary>
    public ReadOnlySpan<int> Found(int? cutoff = null) => _found.AsSpan(0, Math.Min(cutoff ?? int.MaxValue, _found.Length));

    /// <summary>Counts the judged documents of at least a grade.</summary>
    public int CountJudged(int from)
    {
        int count = 0;
        while (count < _judged.Length && _judged[count] >= from)
        {
            count++;
        }

        return count;
    }
}
