using CsCheck;

namespace Resift.Tests.Calibration;

public sealed class IsotonicCalibrationTests
{
    // 2 is relevant and 3 is not, so they share one half.
    private static readonly IsotonicCalibration _steps =
        IsotonicCalibration.Fit([new(4, true), new(2, true), new(1, false), new(3, false)]);

    [Fact]
    public void Fit_OneViolation_Pooled()
    {
        Assert.Equal([1, 2, 3, 4], _steps.Scores);
        Assert.Equal([0, 0.5, 0.5, 1], _steps.Probabilities);
    }

    [Theory]
    [InlineData(double.NegativeInfinity, 0)]
    [InlineData(0.9, 0)]
    [InlineData(1, 0)]
    [InlineData(1.5, 0.25)]
    [InlineData(2.7, 0.5)]
    [InlineData(3.25, 0.625)]
    [InlineData(4, 1)]
    [InlineData(9, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    public void Calibrate_OnBetweenAndOutsideOfThePoints_LinearAndClipped(double score, double expected) =>
        Assert.Equal(expected, _steps.Calibrate(score), 1e-15);

    // Two thirds at 1, then one half at 2: seven examples with four relevant.
    [Fact]
    public void Fit_EqualScores_AveragedFirst()
    {
        var calibration = IsotonicCalibration.Fit(
            [new(1, true), new(2, false), new(1, true), new(2, true), new(1, false), new(2, false), new(2, true)]);
        Assert.Equal([1, 2], calibration.Scores);
        Assert.Equal([4.0 / 7, 4.0 / 7], calibration.Probabilities);
    }

    [Fact]
    public void Fit_OneScore_ItsShareEverywhere()
    {
        var calibration = IsotonicCalibration.Fit([new(1, true), new(1, false), new(1, false), new(1, false)]);
        Assert.Equal([0.25, 0.25, 0.25], new[] { -5.0, 1, 5 }.Select(calibration.Calibrate));
    }

    // The classic min-max formula of isotonic regression: the largest lower mean over starts of the smallest mean over ends.
    [Fact]
    public void Fit_AnyExamples_MinMaxOfTheMeans() =>
        Gen.Select(Gen.Int[0, 8], Gen.Bool).Array[2, 25].Where(pairs => pairs.Any(pair => pair.Item2) && pairs.Any(pair => !pair.Item2))
            .Sample(pairs =>
            {
                var calibration = IsotonicCalibration.Fit(pairs.Select(pair => new JudgedScore(pair.Item1, pair.Item2)));
                foreach (int score in pairs.Select(pair => pair.Item1))
                {
                    double expected = Enumerable.Range(0, score + 1).Max(low => Enumerable.Range(score, 9 - score).Min(high =>
                        pairs.Where(pair => pair.Item1 >= low && pair.Item1 <= high).Average(pair => pair.Item2 ? 1.0 : 0)));
                    Assert.Equal(expected, calibration.Calibrate(score), 1e-12);
                }
            });

    [Fact]
    public void Calibrate_AnyScores_NeverFalls()
    {
        var calibration = new IsotonicCalibration([-3, 0.1, 0.3, 1e308], [0.1, 1.0 / 3, 0.7, 0.9]);
        Gen.OneOf(Gen.Double[-4, 1], Gen.Double).Where(score => !double.IsNaN(score)).Array[2].Sample(scores =>
            Assert.True(calibration.Calibrate(scores.Min()) <= calibration.Calibrate(scores.Max())));
    }

    [Theory]
    [InlineData(new double[] { }, new double[] { })]
    [InlineData(new double[] { 1 }, new double[] { })]
    [InlineData(new double[] { 1, 1 }, new double[] { 0, 1 })]
    [InlineData(new double[] { 2, 1 }, new double[] { 0, 1 })]
    [InlineData(new double[] { 1, 2 }, new double[] { 0.5, 0.4 })]
    [InlineData(new double[] { 1, 2 }, new double[] { 0.5, 1.1 })]
    [InlineData(new double[] { 1, 2 }, new double[] { -0.1, 1 })]
    [InlineData(new double[] { 1, 2 }, new double[] { 0, double.NaN })]
    [InlineData(new double[] { double.NaN, 2 }, new double[] { 0, 1 })]
    [InlineData(new double[] { 1, double.PositiveInfinity }, new double[] { 0, 1 })]
    public void Constructor_PointsThatAreNoRisingCurve_Refused(double[] scores, double[] probabilities) =>
        Assert.Throws<ArgumentException>(() => new IsotonicCalibration(scores, probabilities));
}
