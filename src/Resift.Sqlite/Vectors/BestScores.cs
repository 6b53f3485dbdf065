namespace Resift.Sqlite;

/// <summary>The passages with the greatest scores among all that were offered, as many as there is room for.</summary>
internal sealed class BestScores(int room)
{
    // The least is on top, since it is the one to be pushed out.
    private readonly PriorityQueue<long, float> _heap = new();
    private float _least = float.NegativeInfinity;

    public IEnumerable<long> Passages => _heap.UnorderedItems.Select(item => item.Element);

    /// <summary>Determines whether a score gets in, which it hardly ever does late in a long scan.</summary>
    public bool IsWanted(float score) => score > _least;

    public void Add(long passage, float score)
    {
        if (_heap.Count < room)
        {
            _heap.Enqueue(passage, score);
        }
        else
        {
            _heap.EnqueueDequeue(passage, score);
        }

        if (_heap.Count == room && _heap.TryPeek(out _, out float least))
        {
            _least = least;
        }
    }
}
