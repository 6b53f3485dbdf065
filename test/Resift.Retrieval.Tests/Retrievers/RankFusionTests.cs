using System.Text.Json;
using CsCheck;
using Resift.Testing;

namespace Resift.Retrieval.Tests;

public sealed class RankFusionTests
{
    private static readonly IReadOnlyList<KeyValuePair<string, double>> _first = [new("a", 12), new("b", 10), new("c", 2)];
    private static readonly IReadOnlyList<KeyValuePair<string, double>> _second = [new("c", 0.9), new("d", 0.5)];

    [Fact]
    public void Fuse_Default_ReciprocalRanksWithK60()
    {
        var fused = RankFusion.Fuse([_first, _second]);
        Assert.Equal(["c", "a", "b", "d"], fused.Select(item => item.Key));
        Assert.Equal((1.0 / 63) + (1.0 / 61), fused[0].Value, 1e-15);
        Assert.Equal(1.0 / 61, fused[1].Value, 1e-15);
    }

    [Fact]
    public void Fuse_WeightedMinMax_MissingCountsZero()
    {
        var fused = RankFusion.Fuse(
            [_first, _second], new() { Method = FusionMethod.Sum, Normalization = ScoreNormalization.MinMax, Weights = [2, 1] });
        Assert.Equal([new("a", 2), new("b", 1.6), new("c", 1), new("d", 0)], fused);
    }

    [Fact]
    public void Fuse_ZScore_HandComputed()
    {
        var fused = RankFusion.Fuse([_first, _second], new() { Method = FusionMethod.Sum, Normalization = ScoreNormalization.ZScore });
        double deviation = Math.Sqrt((16.0 + 4 + 36) / 3);
        Assert.Equal(4 / deviation, fused.Single(item => item.Key == "a").Value, 1e-12);
        Assert.Equal((-6 / deviation) + 1, fused.Single(item => item.Key == "c").Value, 1e-12);
    }

    [Fact]
    public void Fuse_ConstantList_OneUnderMinMaxAndAverageUnderZScore()
    {
        IReadOnlyList<KeyValuePair<string, double>> flat = [new("a", 0.1), new("b", 0.1), new("c", 0.1)];
        foreach (var (normalization, value) in new[] { (ScoreNormalization.MinMax, 1.0), (ScoreNormalization.ZScore, 0.0) })
        {
            var fused = RankFusion.Fuse([flat], new() { Method = FusionMethod.Sum, Normalization = normalization });
            Assert.All(fused, item => Assert.Equal(value, item.Value));
        }
    }

    [Fact]
    public void Fuse_OnlyHitOfTheWords_KeepsTheWholeWeightOfItsList()
    {
        // A product number that is in one document: the words find it alone, and the embeddings know nothing of it.
        KeyValuePair<string, double>[] words = [new("exact", 7.3)];
        KeyValuePair<string, double>[] meaning =
            [.. Enumerable.Range(0, 49).Select(i => KeyValuePair.Create($"near{i}", 0.5 - (i * 0.01))), new("exact", 0.005)];
        var fused = RankFusion.Fuse([words, meaning], FusionOptions.LexicalAndDense);
        Assert.Equal(0.3, fused.Single(item => item.Key == "exact").Value, 1e-12);
        Assert.True(fused.ToList().FindIndex(item => item.Key == "exact") < 30);
    }

    [Fact]
    public void Fuse_NoLists_Empty()
    {
        Assert.Empty(RankFusion.Fuse([]));
        Assert.Empty(RankFusion.Fuse([[], []]));
    }

    [Fact]
    public void Fuse_BadInput_Refused()
    {
        Assert.Throws<ArgumentException>(() => RankFusion.Fuse([_first], new() { Weights = [1, 2] }));
        Assert.Throws<ArgumentException>(() => RankFusion.Fuse([[new("a", 1), new("a", 2)]]));
        Assert.Throws<ArgumentException>(() => RankFusion.Fuse([[new("a", double.NaN)]], new() { Method = FusionMethod.Sum }));
        Assert.Throws<ArgumentException>(() => new FusionOptions { Weights = [-1] });
        Assert.Throws<ArgumentOutOfRangeException>(() => new FusionOptions { K = double.NaN });
    }

    [Fact]
    public void Fuse_AnyLists_EveryIdOnceSortedAndOrderOfOneListKept() =>
        Gen.Select(Gen.Double[-100, 100].Array[0, 20].Array[1, 4], Gen.Enum<FusionMethod>(), Gen.Enum<ScoreNormalization>())
            .Sample((scores, method, normalization) =>
            {
                IReadOnlyList<KeyValuePair<string, double>>[] lists =
                [
                    .. scores.Select((list, n) => list.OrderDescending()
                        .Select((score, i) => KeyValuePair.Create($"{(i * (n + 1)) % 23 + (i / 23)}", score))
                        .DistinctBy(item => item.Key)
                        .ToArray()),
                ];
                string[] ids = [.. lists.SelectMany(list => list).Select(item => item.Key).Distinct().Order()];
                var options = new FusionOptions { Method = method, Normalization = normalization };
                var fused = RankFusion.Fuse(lists, options);
                Assert.Equal(ids, fused.Select(item => item.Key).Order());
                Assert.Equal(fused.OrderByDescending(item => item.Value), fused);
                Assert.Equal(lists[0].Select(item => item.Key), RankFusion.Fuse([lists[0]], options).Select(item => item.Key));
            });

    [ReferenceFact("golden/fusion")]
    public void Fuse_GoldenRuns_GoldenScores()
    {
        var runs = Read("runs.json").EnumerateObject().Select(run => run.Value).ToArray();
        int cases = 0;
        int flat = 0;
        foreach (var expected in Read("expected.json").EnumerateArray())
        {
            if (Options(expected) is not { } options)
            {
                continue;
            }

            cases++;
            foreach (var query in expected.GetProperty("expected").EnumerateObject())
            {
                // The golden's library makes equal scores 0 under min-max; here they are 1, as search engines have it.
                if (options.Normalization == ScoreNormalization.MinMax && runs.Any(run => IsFlat(List(run, query.Name))))
                {
                    flat++;
                    continue;
                }

                var fused = RankFusion.Fuse([.. runs.Select(run => List(run, query.Name))], options).ToDictionary();
                Assert.Equal(query.Value.EnumerateObject().Count(), fused.Count);
                foreach (var score in query.Value.EnumerateObject())
                {
                    Assert.Equal(score.Value.GetDouble(), fused[score.Name], 1e-12);
                }
            }
        }

        Assert.Equal(11, cases);
        Assert.True(flat > 0);
    }

    [ReferenceFact("golden/fusion")]
    public void Fuse_GoldenTies_OrderOfTheListDecides()
    {
        var golden = Read("ties.json");
        var lists = golden.GetProperty("runs").EnumerateArray().Select(run => List(run, "q")).ToArray();
        var fused = RankFusion.Fuse(lists, new() { K = golden.GetProperty("k").GetDouble() }).ToDictionary();
        Assert.All(
            golden.GetProperty("expected_stable").EnumerateObject(),
            score => Assert.Equal(score.Value.GetDouble(), fused[score.Name], 1e-12));
    }

    private static FusionOptions? Options(JsonElement expected)
    {
        var parameters = expected.GetProperty("params");
        FusionMethod? method = expected.GetProperty("method").GetString() switch
        {
            "rrf" => FusionMethod.ReciprocalRank,
            "sum" or "wsum" => FusionMethod.Sum,
            _ => null,
        };
        ScoreNormalization? normalization = expected.GetProperty("normalization").GetString() switch
        {
            null => ScoreNormalization.None,
            "min-max" => ScoreNormalization.MinMax,
            "zmuv" => ScoreNormalization.ZScore,
            _ => null,
        };
        return method is null || normalization is null ? null : new FusionOptions
        {
            Method = method.Value,
            Normalization = normalization.Value,
            K = parameters.TryGetProperty("k", out var k) ? k.GetDouble() : 60,
            Weights = parameters.TryGetProperty("weights", out var weights)
                ? [.. weights.EnumerateArray().Select(weight => weight.GetDouble())]
                : null,
        };
    }

    private static KeyValuePair<string, double>[] List(JsonElement run, string query) => run.TryGetProperty(query, out var list)
        ? [.. list.EnumerateObject()
            .Select(item => KeyValuePair.Create(item.Name, item.Value.GetDouble()))
            .OrderByDescending(item => item.Value)]
        : [];

    private static bool IsFlat(KeyValuePair<string, double>[] list) =>
        list is not [] && list.All(item => item.Value == list[0].Value);

    private static JsonElement Read(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(TestData.Shared($"golden/fusion/{file}")));
        return json.RootElement.Clone();
    }
}
