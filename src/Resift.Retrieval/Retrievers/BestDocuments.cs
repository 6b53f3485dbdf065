namespace Resift.Retrieval;

/// <summary>The best of many scored documents, by falling score and rising index, in a bounded heap.</summary>
internal sealed class BestDocuments(int count)
{
    private readonly PriorityQueue<int, (double Score, int Index)> _heap = new(_worstFirst);

    private static readonly Comparer<(double Score, int Index)> _worstFirst = Comparer<(double Score, int Index)>.Create(
        static (a, b) => a.Score != b.Score ? a.Score.CompareTo(b.Score) : b.Index.CompareTo(a.Index));

    public void Add(int index, double score)
    {
        if (_heap.Count < count)
        {
            _heap.Enqueue(index, (score, index));
        }
        else
        {
            _heap.EnqueueDequeue(index, (score, index));
        }
    }

    /// <summary>Gets the documents, best first.</summary>
    public IEnumerable<(int Index, double Score)> Sorted() => _heap.UnorderedItems
        .Select(item => item.Priority)
        .OrderByDescending(priority => priority, _worstFirst)
        .Select(priority => (priority.Index, priority.Score));
}
