using System.Collections;

namespace Resift.Local.Tests;

/// <summary>Documents that tell when they are read for scoring: after the first pass, which only looks for nulls.</summary>
internal sealed class WatchedList(IReadOnlyList<string> items, Action<int> onRead) : IReadOnlyList<string>
{
    private int _reads;

    public int Count => items.Count;

    /// <summary>Gets the largest index that was read for scoring.</summary>
    public int Last { get; private set; } = -1;

    public string this[int index]
    {
        get
        {
            if (++_reads > Count)
            {
                Last = Math.Max(Last, index);
                onRead(index);
            }

            return items[index];
        }
    }

    public IEnumerator<string> GetEnumerator() => items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
