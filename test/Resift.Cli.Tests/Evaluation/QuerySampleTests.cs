namespace Resift.Cli.Tests.Evaluation;

public sealed class QuerySampleTests
{
    private static readonly string[] _ids = [.. Enumerable.Range(0, 500).Select(i => $"q{i}")];

    [Fact]
    public void Draw_SameSeed_GivesTheSameQueriesWhateverTheirOrder()
    {
        var drawn = QuerySample.Draw(_ids, 100, seed: 1);

        Assert.Equal(100, drawn.Distinct().Count());
        Assert.Equal(drawn.Order(), QuerySample.Draw([.. _ids.Reverse()], 100, seed: 1).Order());
        Assert.NotEqual(drawn.Order(), QuerySample.Draw(_ids, 100, seed: 2).Order());
    }

    // A draw that changed with a version of this program or of .NET would make reports of different versions incomparable.
    [Fact]
    public void Draw_SeedOne_IsTheSameForEver() => Assert.Equal(["q129", "q377", "q476"], QuerySample.Draw(_ids, 3, seed: 1));

    [Fact]
    public void Draw_NoMoreThanThereAre_GivesAllInTheirOrder()
    {
        Assert.Equal(_ids, QuerySample.Draw(_ids, 500, seed: 1));
        Assert.Equal(_ids, QuerySample.Draw(_ids, null, seed: 1));
    }
}
