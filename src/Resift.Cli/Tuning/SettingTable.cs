namespace Resift.Cli;

/// <summary>What every setting is worth for every query.</summary>
/// <param name="grid">The settings.</param>
/// <param name="values">The measure, by setting and then by query.</param>
internal sealed class SettingTable(TuningGrid grid, double[][] values)
{
    public int QueryCount => values[0].Length;

    /// <summary>Gets what a setting is worth for a query.</summary>
    public double this[int setting, int query] => values[setting][query];

    /// <summary>Gets the mean of a setting over all queries.</summary>
    public double Mean(int setting) => values[setting].Average();

    /// <summary>Gets what a setting is worth for each query.</summary>
    public IReadOnlyList<double> Of(int setting) => values[setting];

    /// <summary>
    /// Chooses a setting by some of the queries: of all that are within one standard error of the best, the usual one if it is among them,
    /// else the cheapest; of equal costs, the best.
    /// </summary>
    /// <remarks>
    /// The rule of one standard error (Breiman, Friedman, Olshen and Stone, 1984, "Classification and Regression Trees"), with the error of
    /// the difference, since all settings are measured by the same queries.
    /// </remarks>
    /// <param name="settings">The settings to choose from.</param>
    /// <param name="usual">The one that is kept unless another is better; one of these.</param>
    /// <param name="queries">The queries. One alone has no error, so that only what is as good counts.</param>
    /// <returns>The index of the setting.</returns>
    public int Choose(IReadOnlyList<int> settings, int usual, IReadOnlyList<int> queries)
    {
        double[] means = new double[values.Length];
        foreach (int setting in settings)
        {
            means[setting] = queries.Sum(query => values[setting][query]) / queries.Count;
        }

        int best = settings.MaxBy(setting => means[setting]);
        return IsWithinOneError(usual, best, queries)
            ? usual
            : settings.Where(setting => IsWithinOneError(setting, best, queries))
                .OrderBy(setting => grid.Costs[setting])
                .ThenByDescending(setting => means[setting])
                .First();
    }

    private bool IsWithinOneError(int setting, int best, IReadOnlyList<int> queries)
    {
        double[] lost = [.. queries.Select(query => values[best][query] - values[setting][query])];
        double mean = lost.Average();
        double squares = lost.Sum(difference => (difference - mean) * (difference - mean));
        return mean <= (lost.Length < 2 ? 0 : Math.Sqrt(squares / (lost.Length - 1) / lost.Length));
    }
}
