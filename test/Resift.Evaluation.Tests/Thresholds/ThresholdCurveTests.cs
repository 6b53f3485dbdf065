namespace Resift.Evaluation.Tests.Thresholds;

public sealed class ThresholdCurveTests
{
    private static readonly ThresholdCurve _curve = ThresholdCurve.Of(
        [(0.5, false), (0.9, true), (0.7, true), (0.8, false), (0.5, true), (0.1, false)]);

    [Fact]
    public void Of_JudgedScores_APointForEachScore() => Assert.Equal(
        [
            new(0.9, 1, 1, 1, 1.0 / 3),
            new(0.8, 2, 1, 0.5, 1.0 / 3),
            new(0.7, 3, 2, 2.0 / 3, 2.0 / 3),
            new(0.5, 5, 3, 0.6, 1),
            new(0.1, 6, 3, 0.5, 1),
        ],
        _curve.Points);

    [Theory]
    [InlineData(1, 0.9)]
    [InlineData(0.65, 0.7)]
    [InlineData(0.6, 0.5)]
    [InlineData(0, 0.5)]
    public void ForPrecision_Reachable_KeepsTheMostRelevant(double precision, double threshold) =>
        Assert.Equal(threshold, _curve.ForPrecision(precision)!.Value.Threshold);

    [Fact]
    public void ForPrecision_Unreachable_IsNull()
    {
        Assert.Null(ThresholdCurve.Of([(0.9, false), (0.8, true)]).ForPrecision(0.6));
        Assert.Throws<ArgumentOutOfRangeException>("precision", () => _curve.ForPrecision(1.1));
    }

    [Fact]
    public void Of_NothingRelevantOrNoNumber_IsRefused()
    {
        Assert.Throws<ArgumentException>("examples", () => ThresholdCurve.Of([]));
        Assert.Throws<ArgumentException>("examples", () => ThresholdCurve.Of([(1, false)]));
        Assert.Throws<ArgumentException>("examples", () => ThresholdCurve.Of([(1, true), (double.NaN, false), (0, true)]));
    }
}
