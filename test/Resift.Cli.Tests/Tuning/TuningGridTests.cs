using Resift.Retrieval;

namespace Resift.Cli.Tests.Tuning;

public sealed class TuningGridTests
{
    [Fact]
    public void Create_DefaultPlan_HasTheSettingOfASearchOnceAndAsTheUsualOne()
    {
        var grid = SampleGrid.Create();
        var usual = grid.Settings[grid.Usual];

        Assert.Equal((SearchTier.Light.Name(), SearchTiers.LightDepth), (usual.Reader, usual.Depth));
        Assert.Equal(SearchTiers.WeightOf(SearchTier.Light), usual.Weight);
        Assert.Equal(RetrieverKind.Hybrid, usual.FirstStage.Kind);
        Assert.Equal(FusionOptions.LexicalAndDense.Weights!, usual.FirstStage.Fusion!.Weights!);
        Assert.Equal(FusionOptions.LexicalAndDense.Normalization, usual.FirstStage.Fusion.Normalization);
        Assert.Equal(grid.Settings.Count, grid.Settings.Select(setting => setting.ToString()).Distinct().Count());

        // Eleven first stages, alone, and with both rerankers at four depths and six weights, of which full has one already.
        Assert.Equal(11 * (1 + (4 * 6) + (4 * 5)), grid.Settings.Count);
    }

    [Fact]
    public void Create_HostedReranker_ReadsNoDeeperThanNowUnlessAsked()
    {
        var hosted = SampleGrid.System("hosted", 20, provider: "cohere");

        Assert.Equal([10, 20], Depths(new() { Folders = [], Systems = [hosted], Depths = [10, 50] }));
        Assert.Equal([10, 20, 50], Depths(new() { Folders = [], Systems = [hosted], Depths = [10, 50], PaysForCurve = true }));

        static IEnumerable<int> Depths(EvaluationPlan plan) =>
            TuningGrid.Create(new(plan)).Settings.Select(setting => setting.Depth).Where(depth => depth > 0).Distinct();
    }

    [Fact]
    public void Create_RunOfSomebody_TriesItAlone()
    {
        var grid = TuningGrid.Create(new(new() { Folders = ["x"], Run = "runs/bm25.trec", Systems = [SampleGrid.System("light", 16)] }));

        Assert.Equal(new FirstStageChoice("bm25", null), Assert.Single(grid.FirstStages));
    }

    [Fact]
    public void Of_Grid_VariesOneDefaultAtATime()
    {
        var grid = SampleGrid.Create();
        var parts = DefaultPart.Of(grid);

        Assert.Equal(
            ["first stage", "tier", "candidates of light", "weight in light", "candidates of full", "weight in full", "all together"],
            parts.Select(part => part.Name));
        Assert.Equal([11, 3, 4, 6, 4, 5, grid.Settings.Count], parts.Select(part => part.Settings.Count));
        Assert.All(parts, part => Assert.Contains(part.Usual, part.Settings));
        Assert.All(parts.SkipLast(2), part => Assert.Equal(part.Settings.Count, part.Settings.Select(setting =>
            part.Words(grid.Settings[setting])).Distinct().Count()));
        Assert.Equal("0.4", parts[5].Words(grid.Settings[parts[5].Usual]));
    }
}

/// <summary>Grids as the command line makes them, without models.</summary>
internal static class SampleGrid
{
    public static TuningGrid Create() => TuningGrid.Create(new(new()
    {
        Folders = ["x"],
        Retrievers = [RetrieverKind.Hybrid, RetrieverKind.Lexical, RetrieverKind.Dense],
        Systems = [System("light", 16, 0.7), System("full", 18, 0.4)],
        Depths = TuningPlan.DefaultDepths,
    }));

    public static EvaluatedSystem System(string name, int depth, double weight = 0.5, string provider = "local") => new(
        name,
        new(new RerankerSettings(name, provider), ModelFolder.Reranker, new(new TestLoader(), new()), _ => null),
        depth,
        weight);
}
