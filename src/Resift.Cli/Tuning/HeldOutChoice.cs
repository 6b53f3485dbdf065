namespace Resift.Cli;

/// <summary>Choices that are measured on queries which had no part in them.</summary>
/// <param name="ByFold">The setting that was chosen without each fold.</param>
/// <param name="Usual">What the usual setting is worth for each query, fold by fold.</param>
/// <param name="Chosen">What the setting that was chosen without a query's fold is worth for it, in the same order.</param>
internal sealed record HeldOutChoice(IReadOnlyList<int> ByFold, IReadOnlyList<double> Usual, IReadOnlyList<double> Chosen)
{
    /// <summary>Chooses without each fold in turn.</summary>
    /// <param name="table">What settings are worth.</param>
    /// <param name="settings">The settings to choose from.</param>
    /// <param name="usual">The one that is kept unless another is better.</param>
    /// <param name="folds">The queries of each fold.</param>
    public static HeldOutChoice Of(SettingTable table, IReadOnlyList<int> settings, int usual, IReadOnlyList<IReadOnlyList<int>> folds)
    {
        int[] byFold = [.. folds.Select(fold => table.Choose(settings, usual, QueriesOf(folds.Where(other => other != fold))))];
        return new(
            byFold,
            [.. QueriesOf(folds).Select(query => table[usual, query])],
            [.. folds.Zip(byFold).SelectMany(choice => choice.First.Select(query => table[choice.Second, query]))]);

        static int[] QueriesOf(IEnumerable<IReadOnlyList<int>> folds) => [.. folds.SelectMany(fold => fold)];
    }

    /// <summary>Cuts queries into folds that differ by one in length at most: the same ones for the same ids and seed.</summary>
    /// <param name="ids">The queries.</param>
    /// <param name="count">How many folds.</param>
    /// <param name="seed">What another cut differs by.</param>
    public static IReadOnlyList<IReadOnlyList<int>> Folds(IReadOnlyList<string> ids, int count, int seed)
    {
        var places = ids.Index().ToDictionary(id => id.Item, id => id.Index);
        string[] shuffled = [.. QuerySample.Shuffle(ids, seed)];
        return [.. Enumerable.Range(0, count).Select(fold =>
            (IReadOnlyList<int>)[.. shuffled.Where((_, place) => place % count == fold).Select(id => places[id])])];
    }
}
