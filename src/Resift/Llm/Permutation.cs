namespace Resift;

/// <summary>An order of the documents of one window, made complete.</summary>
/// <param name="Places">The places in the window (0 is its first document), the best first, each exactly once.</param>
/// <param name="Missing">How many documents the model had left out; they follow in the order that they had.</param>
/// <param name="Repeated">How many ids occurred again and were dropped.</param>
/// <param name="Unknown">How many ids belonged to no document and were dropped.</param>
internal readonly record struct Permutation(int[] Places, int Missing, int Repeated, int Unknown)
{
    public bool IsRepaired => Missing + Repeated + Unknown > 0;

    /// <summary>Creates a permutation of what a model wrote.</summary>
    /// <param name="ids">The ids, counted from 1, as they came.</param>
    /// <param name="count">How many documents there are.</param>
    /// <param name="needed">How many different documents must be named for this to be an order at all.</param>
    /// <returns>The permutation; null if too few documents are named.</returns>
    public static Permutation? Repair(IReadOnlyList<int> ids, int count, int needed)
    {
        var named = new List<int>(count);
        bool[] isNamed = new bool[count];
        int repeated = 0;
        int unknown = 0;
        foreach (int id in ids)
        {
            if (id < 1 || id > count)
            {
                unknown++;
            }
            else if (isNamed[id - 1])
            {
                repeated++;
            }
            else
            {
                isNamed[id - 1] = true;
                named.Add(id - 1);
            }
        }

        if (named.Count < needed)
        {
            return null;
        }

        int missing = count - named.Count;
        return new([.. named, .. Enumerable.Range(0, count).Where(place => !isNamed[place])], missing, repeated, unknown);
    }
}
