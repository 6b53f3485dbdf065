using Resift.Evaluation;

namespace Resift.Cli.Tests.Tuning;

/// <summary>Choices by values that are known: chance alone gains nothing, and what is planted is found.</summary>
public sealed class HeldOutChoiceTests
{
    private const int Queries = 60;

    private static readonly TuningGrid _grid = SampleGrid.Create();
    private static readonly int[] _all = [.. Enumerable.Range(0, _grid.Settings.Count)];

    [Fact]
    public void Choose_UsualWithinOneError_KeepsIt()
    {
        // The other is better by 0.05 on average, and its error is larger than that.
        var table = Table((setting, query) => setting == 7 ? (query % 2 == 0 ? 0.95 : 0.15) : 0.5);

        Assert.Equal(_grid.Usual, table.Choose(_all, _grid.Usual, [.. Enumerable.Range(0, 8)]));
    }

    [Fact]
    public void Choose_SeveralThatAreAsGood_TakesTheCheapest()
    {
        // All that read 50 are best, and those that read 20 are behind by less than an error.
        var table = Table((setting, query) => _grid.Settings[setting].Depth switch
        {
            50 => 0.8,
            20 => query % 2 == 0 ? 0.9 : 0.695,
            _ => 0.5,
        });

        var chosen = _grid.Settings[table.Choose(_all, _grid.Usual, [.. Enumerable.Range(0, 8)])];

        Assert.Equal(("light", 20), (chosen.Reader, chosen.Depth));
        Assert.Equal(1, chosen.ChangesFrom(_grid.Settings[_grid.Usual]));
    }

    [Fact]
    public void Folds_Queries_HoldEachOnceAndDifferBySeed()
    {
        string[] ids = [.. Enumerable.Range(0, 23).Select(i => $"q{i}")];
        var folds = HeldOutChoice.Folds(ids, 5, seed: 1);

        Assert.Equal(Enumerable.Range(0, 23), folds.SelectMany(fold => fold).Order());
        Assert.All(folds, fold => Assert.InRange(fold.Count, 4, 5));
        Assert.Equal(folds, HeldOutChoice.Folds(ids, 5, seed: 1));
        Assert.NotEqual(folds[0], HeldOutChoice.Folds(ids, 5, seed: 2)[0]);
    }

    [Fact]
    public void Of_Fold_IsMeasuredByAChoiceThatHasNotSeenIt()
    {
        // Each fold has a setting that is far better on it alone: whoever looked at it would take that.
        var folds = Folds(1);
        var table = Table((setting, query) => setting < folds.Count && folds[setting].Contains(query) ? 1 : 0.5);

        var choice = HeldOutChoice.Of(table, _all, _grid.Usual, folds);

        Assert.All(choice.ByFold.Index(), fold => Assert.NotEqual(fold.Index, fold.Item));
        Assert.True(choice.Chosen.Average() <= choice.Usual.Average());
    }

    // With 5 % to either side, one of 40 comes out better by chance.
    [Fact]
    public void Of_ChanceAlone_GainsNothing()
    {
        int gained = Enumerable.Range(1, 40).Count(seed =>
        {
            // What queries have in common, what settings have in common, and nothing that makes one better.
            var random = new Random(seed);
            double[] hard = [.. Enumerable.Range(0, Queries).Select(_ => random.NextDouble())];
            return Gained(Table((_, query) => Math.Clamp(hard[query] + (0.3 * (random.NextDouble() - 0.5)), 0, 1)), seed);
        });

        Assert.InRange(gained, 0, 3);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(200)]
    [InlineData(490)]
    public void Of_SettingThatIsBetter_IsFoundAndGains(int better)
    {
        for (int seed = 1; seed <= 10; seed++)
        {
            var random = new Random(seed);
            var table = Table((setting, _) => (0.2 * random.NextDouble()) + (setting == better ? 0.7 : 0.5));
            var choice = HeldOutChoice.Of(table, _all, _grid.Usual, Folds(seed));

            Assert.All(choice.ByFold, setting => Assert.Equal(better, setting));
            Assert.True(Gained(table, seed));
            Assert.InRange(choice.Chosen.Average() - choice.Usual.Average(), 0.15, 0.25);
        }
    }

    private static bool Gained(SettingTable table, int seed)
    {
        var choice = HeldOutChoice.Of(table, _all, _grid.Usual, Folds(seed));
        return Verdict.Of(PairedComparison.Of(choice.Usual, choice.Chosen, seed)).Kind == VerdictKind.Helps;
    }

    private static IReadOnlyList<IReadOnlyList<int>> Folds(int seed) =>
        HeldOutChoice.Folds([.. Enumerable.Range(0, Queries).Select(i => $"q{i}")], TuningPlan.DefaultFolds, seed);

    private static SettingTable Table(Func<int, int, double> value) => new(
        _grid, [.. _all.Select(setting => Enumerable.Range(0, Queries).Select(query => value(setting, query)).ToArray())]);
}
