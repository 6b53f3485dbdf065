namespace Resift.Tests.Calibration;

public sealed class TemperatureCalibrationTests
{
    // Three of four are right at a distance of 2 from undecided: ln 3 = 2 / temperature.
    [Fact]
    public void Fit_OneDistance_TemperatureOfTheShare()
    {
        var calibration = TemperatureCalibration.Fit([new(2, true), new(2, true), new(-2, false), new(-2, true)]);
        Assert.Equal(2 / Math.Log(3), calibration.Temperature, 1e-12);
        Assert.Equal(0.75, calibration.Calibrate(2), 1e-12);
        Assert.Equal(0.5, calibration.Calibrate(0));
    }

    // In the maximum of the likelihood the errors, weighed by the score, have no sum.
    [Fact]
    public void Fit_SeveralDistances_GradientIsZero()
    {
        JudgedScore[] examples = [new(3, true), new(-7, false), new(0.5, false), new(-0.2, true), new(5, false), new(0, true)];
        var calibration = TemperatureCalibration.Fit(examples);
        double sum = examples.Sum(example => (calibration.Calibrate(example.Score) - (example.Relevant ? 1 : 0)) * example.Score);
        Assert.Equal(0, sum, 1e-9);
        Assert.InRange(calibration.Temperature, 0.1, 10);
    }

    [Fact]
    public void Fit_NoExampleOnTheWrongSide_Refused()
    {
        var error = Assert.Throws<ArgumentException>(
            "examples", () => TemperatureCalibration.Fit([new(2, true), new(0, true), new(-1, false)]));
        Assert.Contains("Platt", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_RelevanceThatDoesNotRise_Refused()
    {
        Assert.Throws<ArgumentException>("examples", () => TemperatureCalibration.Fit([new(2, false), new(-1, true), new(1, true)]));
        Assert.Throws<ArgumentException>("examples", () => TemperatureCalibration.Fit([new(0, false), new(0, true)]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Constructor_TemperatureOutOfRange_Refused(double temperature) =>
        Assert.Throws<ArgumentOutOfRangeException>(nameof(temperature), () => new TemperatureCalibration(temperature));
}
