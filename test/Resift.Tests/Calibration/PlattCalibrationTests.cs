using CsCheck;

namespace Resift.Tests.Calibration;

public sealed class PlattCalibrationTests
{
    // At 0 one of four is relevant, at 2 four of five.
    private static readonly JudgedScore[] _examples = [.. Judged(0, 1, 4), .. Judged(2, 4, 5)];

    // Two scores and two parameters: the curve goes through both shares, whose log-odds are ln(1/3) and ln 4.
    [Fact]
    public void Fit_TwoScores_CurveThroughTheShares()
    {
        var calibration = PlattCalibration.Fit(_examples);
        Assert.Equal(Math.Log(12) / 2, calibration.Slope, 1e-12);
        Assert.Equal(-Math.Log(3), calibration.Intercept, 1e-12);
        Assert.Equal(0.25, calibration.Calibrate(0), 1e-12);
        Assert.Equal(0.8, calibration.Calibrate(2), 1e-12);
    }

    // Of the nine examples five are relevant, so the targets are 6/7 and 1/6: their means are 19/56 at 0 and 151/210 at 2.
    [Fact]
    public void Fit_Smoothed_CurveThroughTheMeansOfPlattsTargets()
    {
        var calibration = PlattCalibration.Fit(_examples, smoothed: true);
        Assert.Equal(19.0 / 56, calibration.Calibrate(0), 1e-12);
        Assert.Equal(151.0 / 210, calibration.Calibrate(2), 1e-12);
    }

    [Theory]
    [InlineData(1e-6, 0)]
    [InlineData(1e6, 0)]
    [InlineData(1, 1e5)]
    [InlineData(1e6, -1e9)]
    public void Fit_OtherUnitAndOrigin_SameProbabilities(double unit, double origin)
    {
        var calibration = PlattCalibration.Fit(_examples.Select(example => example with { Score = (example.Score * unit) + origin }));
        Assert.Equal(0.25, calibration.Calibrate(origin), 1e-6);
        Assert.Equal(0.8, calibration.Calibrate((2 * unit) + origin), 1e-6);
    }

    // The two in the middle contradict each other by a hair, so a most likely curve exists, but a steep one.
    [Fact]
    public void Fit_AlmostSeparated_Settles()
    {
        var calibration = PlattCalibration.Fit([new(-1, false), new(1e-6, false), new(0, true), new(1, true)]);
        Assert.Equal(0.5, calibration.Calibrate(0), 1e-4);
        Assert.InRange(calibration.Calibrate(1), 0.999, 1);
    }

    // In the maximum of the likelihood the errors have no sum, neither alone nor weighed by the score.
    [Fact]
    public void Fit_AnyOverlappingExamples_GradientIsZero() =>
        Gen.Select(Gen.Double[-8, 8], Gen.Double[-9, 9]).Array[5, 40].Sample(pairs =>
        {
            JudgedScore[] examples = [.. pairs.Select(pair => new JudgedScore(pair.Item1, pair.Item1 + pair.Item2 > 0))];
            if (FitOrNull(examples) is { } calibration)
            {
                double[] errors = [.. examples.Select(example => calibration.Calibrate(example.Score) - (example.Relevant ? 1 : 0))];
                Assert.Equal(0, errors.Sum(), 1e-6);
                Assert.Equal(0, errors.Zip(examples, (error, example) => error * example.Score).Sum(), 1e-6);
            }
        });

    [Fact]
    public void Calibrate_AnyScores_RisesAndStaysInRange()
    {
        var calibration = new PlattCalibration(0.7, -1);
        Gen.Select(Gen.Double[-2000, 2000], Gen.Double[-2000, 2000]).Sample((a, b) =>
            Assert.True(calibration.Calibrate(Math.Min(a, b)) <= calibration.Calibrate(Math.Max(a, b))));
        Assert.Equal(0, calibration.Calibrate(double.NegativeInfinity));
        Assert.Equal(1, calibration.Calibrate(double.PositiveInfinity));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1 + 1e-15)]
    public void Fit_SeparatedExamples_RefusedUnlessSmoothed(double highestIrrelevant)
    {
        JudgedScore[] separated = [new(-1, false), new(1, true), new(highestIrrelevant, false), new(2, true)];
        var error = Assert.Throws<ArgumentException>("examples", () => PlattCalibration.Fit(separated));
        Assert.Contains("smoothed", error.Message, StringComparison.Ordinal);

        Assert.InRange(PlattCalibration.Fit(separated, smoothed: true).Slope, 0.1, 10);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fit_RelevanceThatDoesNotRise_Refused(bool smoothed)
    {
        JudgedScore[] upsideDown = [new(-1, true), new(1, false), new(-2, false), new(-2, true), new(0, true), new(0, false)];
        var error = Assert.Throws<ArgumentException>("examples", () => PlattCalibration.Fit(upsideDown, smoothed));
        Assert.Contains("does not rise", error.Message, StringComparison.Ordinal);

        JudgedScore[] allEqual = [new(3, true), new(3, false)];
        error = Assert.Throws<ArgumentException>("examples", () => PlattCalibration.Fit(allEqual, smoothed));
        Assert.Contains("does not rise", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(1, double.NaN)]
    [InlineData(1, double.NegativeInfinity)]
    public void Constructor_ParameterOutOfRange_Refused(double slope, double intercept) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PlattCalibration(slope, intercept));

    private static IEnumerable<JudgedScore> Judged(double score, int relevant, int count) =>
        Enumerable.Range(0, count).Select(i => new JudgedScore(score, i < relevant));

    private static PlattCalibration? FitOrNull(JudgedScore[] examples)
    {
        try
        {
            return PlattCalibration.Fit(examples);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
