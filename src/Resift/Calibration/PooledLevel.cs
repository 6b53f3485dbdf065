namespace Resift;

/// <summary>Neighbouring scores that share one probability in an isotonic fit.</summary>
/// <param name="First">The lowest of the scores.</param>
/// <param name="Last">The highest of the scores.</param>
/// <param name="Relevant">How many of the examples are relevant.</param>
/// <param name="Count">How many examples there are.</param>
internal readonly record struct PooledLevel(double First, double Last, long Relevant, long Count)
{
    /// <summary>
    /// Pools adjacent violators (Ayer et al. 1955, "An Empirical Distribution Function for Sampling with Incomplete Information"): joins
    /// neighbours until the share of relevant examples rises from each level to the next.
    /// </summary>
    public static IReadOnlyList<PooledLevel> Pool(IEnumerable<JudgedScore> examples)
    {
        var levels = new List<PooledLevel>();
        foreach (var group in examples.GroupBy(example => example.Score).OrderBy(group => group.Key))
        {
            // Equal scores cannot be told apart, so they are one level from the start.
            var level = new PooledLevel(group.Key, group.Key, group.Count(example => example.Relevant), group.Count());
            while (levels is [.., var before] && !before.IsBelow(level))
            {
                level = new(before.First, level.Last, before.Relevant + level.Relevant, before.Count + level.Count);
                levels.RemoveAt(levels.Count - 1);
            }

            levels.Add(level);
        }

        return levels;
    }

    // Crosswise, since products of whole numbers are exact and quotients are not.
    private bool IsBelow(PooledLevel next) => Relevant * next.Count < next.Relevant * Count;
}
