using System.Text.Json;
using Resift.Testing;

namespace Resift.Evaluation.Tests.Thresholds;

public sealed class ReliabilityCurveTests
{
    [Fact]
    public void Of_Probabilities_BinsWithTheirErrors()
    {
        var curve = ReliabilityCurve.Of([(0, false), (0.5, true), (0.25, false), (0.75, true), (1, false)], bins: 2);

        Assert.Equal([new(0, 0.5, 3, 0.25, 1.0 / 3), new(0.5, 1, 2, 0.875, 0.5)], curve.Bins);
        Assert.Equal((3 * (1.0 / 12) / 5) + (2 * 0.375 / 5), curve.ExpectedCalibrationError, 1e-12);
        Assert.Equal((0 + 0.25 + 0.0625 + 0.0625 + 1) / 5, curve.BrierScore, 1e-12);
    }

    [Theory]
    [InlineData(0.3, 2)]
    [InlineData(0.7, 6)]
    [InlineData(0.1, 0)]
    [InlineData(0, 0)]
    [InlineData(1, 9)]
    [InlineData(0.30000000000000004, 3)]
    public void Of_ProbabilityOnAnEdge_IsInTheLowerBin(double probability, int bin) =>
        Assert.Equal(1, ReliabilityCurve.Of([(probability, true)]).Bins[bin].Count);

    [Theory]
    [InlineData(-0.1)]
    [InlineData(2)]
    [InlineData(double.NaN)]
    public void Of_NoProbability_IsRefused(double probability) =>
        Assert.Throws<ArgumentException>("examples", () => ReliabilityCurve.Of([(probability, true)]));

    [Fact]
    public void Of_Nothing_IsRefused() => Assert.Throws<ArgumentException>("examples", () => ReliabilityCurve.Of([]));

    [ReferenceFact("golden/significance")]
    public void Of_CalibratedScores_EqualsTheReference()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(TestData.Shared("golden/significance/calibration.json")));
        var golden = json.RootElement;
        bool[] labels = [.. Numbers(golden.GetProperty("labels")).Select(label => label == 1)];
        foreach (var measures in golden.GetProperty("measures").EnumerateObject())
        {
            var curve = ReliabilityCurve.Of(Numbers(golden.GetProperty("transformed").GetProperty(measures.Name)).Zip(labels));

            Assert.Equal(measures.Value.GetProperty("ece").GetDouble(), curve.ExpectedCalibrationError, 1e-9);
            Assert.Equal(measures.Value.GetProperty("brier").GetDouble(), curve.BrierScore, 1e-9);
            foreach (var bin in measures.Value.GetProperty("bins").EnumerateArray())
            {
                var actual = curve.Bins[bin.GetProperty("bin").GetInt32()];
                Assert.Equal(bin.GetProperty("count").GetInt32(), actual.Count);
                if (actual.Count > 0)
                {
                    Assert.Equal(bin.GetProperty("confidence").GetDouble(), actual.MeanProbability, 1e-9);
                    Assert.Equal(bin.GetProperty("accuracy").GetDouble(), actual.RelevantShare, 1e-9);
                }
            }
        }

        var edges = golden.GetProperty("bin_edges");
        var onEdges = ReliabilityCurve.Of(Numbers(edges.GetProperty("p")).Zip(Numbers(edges.GetProperty("y")).Select(label => label == 1)));
        Assert.Equal(edges.GetProperty("ece_right_closed").GetDouble(), onEdges.ExpectedCalibrationError, 1e-9);
    }

    private static IEnumerable<double> Numbers(JsonElement array) => array.EnumerateArray().Select(number => number.GetDouble());
}
