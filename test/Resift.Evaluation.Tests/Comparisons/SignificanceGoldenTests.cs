using System.Text.Json;
using Resift.Testing;

namespace Resift.Evaluation.Tests.Comparisons;

/// <summary>Compares the tests with those of scipy.</summary>
public sealed class SignificanceGoldenTests
{
    private const double Tolerance = 1e-9;

    public static TheoryData<string> Cases() =>
        TestData.HasShared("golden/significance") ? [.. Paired().Select(golden => golden.GetProperty("name").GetString()!)] : [];

    [ReferenceTheory("golden/significance")]
    [MemberData(nameof(Cases))]
    public void Of_PairedValues_EqualsTheReference(string name)
    {
        var golden = Paired().Single(golden => golden.GetProperty("name").GetString() == name);
        var comparison = PairedComparison.Of(Numbers(golden.GetProperty("a")), Numbers(golden.GetProperty("b")), seed: 1);

        AssertClose(golden.GetProperty("mean_a"), comparison.BaselineMean);
        AssertClose(golden.GetProperty("mean_b"), comparison.SystemMean);
        AssertClose(golden.GetProperty("mean_difference"), comparison.MeanDifference);
        AssertClose(golden.GetProperty("effect_size_cohen_dz"), comparison.EffectSize);
        Assert.Equal(
            golden.GetProperty("wins_ties_losses").EnumerateArray().Select(count => count.GetInt32()),
            [comparison.Wins, comparison.Ties, comparison.Losses]);

        var tTest = golden.GetProperty("t_test");
        AssertClose(tTest.GetProperty("t"), comparison.TTest.T);
        AssertClose(tTest.GetProperty("p"), comparison.TTest.P);
        Assert.Equal(tTest.GetProperty("df").GetInt32(), comparison.TTest.DegreesOfFreedom);
        if (tTest.TryGetProperty("ci95", out var ends))
        {
            AssertClose(ends[0], comparison.TTest.Interval!.Value.Low);
            AssertClose(ends[1], comparison.TTest.Interval!.Value.High);
        }

        CheckRandomisation(golden.GetProperty("randomisation"), comparison.Randomisation);
        CheckBootstrap(golden.GetProperty("bootstrap"), comparison.Interval);
    }

    [ReferenceTheory("golden/significance")]
    [MemberData(nameof(Cases))]
    public void Wilcoxon_PairedValues_EqualsTheReference(string name)
    {
        var golden = Paired().Single(golden => golden.GetProperty("name").GetString() == name);
        double[] differences = [.. Numbers(golden.GetProperty("b")).Zip(Numbers(golden.GetProperty("a")), (b, a) => b - a)];
        var ranks = new SignedRanks(differences);
        var expected = golden.GetProperty("wilcoxon");
        var ofScipy = expected.GetProperty("scipy default");

        AssertClose(ofScipy.GetProperty("w"), WilcoxonTest.Of(differences).W);
        if (expected.GetProperty("wilcox/normal").GetProperty("p") is { ValueKind: JsonValueKind.Number } normal)
        {
            AssertClose(normal, WilcoxonTest.Normal(ranks));
        }

        // scipy is exact without ties up to 50 differences, and with them up to 13; here ties are no hindrance.
        bool hasTies = ranks.TieCorrection > 0 || ranks.Count < differences.Length;
        if (!hasTies || differences.Length <= 13)
        {
            AssertClose(ofScipy.GetProperty("p"), WilcoxonTest.Of(differences).P);
        }
    }

    [ReferenceFact("golden/significance")]
    public void Adjust_FamiliesOfProbabilities_EqualsTheReference()
    {
        foreach (var golden in Open("multiple.json").EnumerateArray())
        {
            var adjusted = HolmBonferroni.Adjust(Numbers(golden.GetProperty("p")));

            Assert.Equal(Numbers(golden.GetProperty("holm")), adjusted, (expected, actual) => Math.Abs(expected - actual) <= Tolerance);
            Assert.Equal(
                golden.GetProperty("rejected_at_0.05_holm").EnumerateArray().Select(rejected => rejected.GetBoolean()),
                adjusted.Select(p => p < 0.05));
        }
    }

    private static void CheckRandomisation(JsonElement golden, RandomisationTest test)
    {
        if (golden.TryGetProperty("exact_two_sided_p", out var exact))
        {
            Assert.True(test.IsExact);
            Assert.Equal(exact.GetDouble(), test.P, 1e-12);
        }
        else
        {
            double p = golden.GetProperty("monte_carlo_two_sided_p").GetDouble();
            Assert.False(test.IsExact);
            Assert.Equal(p, test.P, (4 * Math.Sqrt(p * (1 - p) / 10_000)) + 0.002);
        }
    }

    private static void CheckBootstrap(JsonElement golden, ConfidenceInterval? interval)
    {
        if (golden.GetProperty("percentile_ci95").ValueKind == JsonValueKind.Null)
        {
            Assert.Null(interval);
            return;
        }

        double[] low = Numbers(golden.GetProperty("accept_low"));
        double[] high = Numbers(golden.GetProperty("accept_high"));
        Assert.InRange(interval!.Value.Low, low[0], low[1]);
        Assert.InRange(interval.Value.High, high[0], high[1]);
    }

    private static JsonElement.ArrayEnumerator Paired() => Open("paired.json").EnumerateArray();

    private static JsonElement Open(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(TestData.Shared($"golden/significance/{file}")));
        return json.RootElement.Clone();
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];

    private static void AssertClose(JsonElement expected, double? actual)
    {
        if (expected.ValueKind == JsonValueKind.Null)
        {
            Assert.Null(actual);
        }
        else
        {
            Assert.Equal(expected.GetDouble(), actual!.Value, Tolerance);
        }
    }
}
