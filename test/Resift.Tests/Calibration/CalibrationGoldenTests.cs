using System.Text.Json;
using Resift.Testing;

namespace Resift.Tests.Calibration;

/// <summary>Holds the fits to reference values: parameters, the examples transformed, and a grid that reaches beyond them.</summary>
public sealed class CalibrationGoldenTests : IDisposable
{
    private readonly JsonDocument _golden = JsonDocument.Parse(File.ReadAllText(TestData.Shared("golden/significance/calibration.json")));

    private JsonElement Root => _golden.RootElement;

    private IEnumerable<JudgedScore> Examples =>
        Numbers(Root.GetProperty("scores")).Zip(Numbers(Root.GetProperty("labels")), (score, label) => new JudgedScore(score, label == 1));

    public void Dispose() => _golden.Dispose();

    [ReferenceTheory("golden/significance")]
    [InlineData("platt", false)]
    [InlineData("platt_smoothed", true)]
    public void Fit_Platt_ReferenceValues(string name, bool smoothed)
    {
        var calibration = PlattCalibration.Fit(Examples, smoothed);
        AssertClose(Parameter(name, "slope"), calibration.Slope, Parameter(name, "tolerance"));
        AssertClose(Parameter(name, "intercept"), calibration.Intercept, Parameter(name, "tolerance"));
        AssertTransforms(name, calibration);
    }

    [ReferenceFact("golden/significance")]
    public void Fit_Temperature_ReferenceValues()
    {
        var calibration = TemperatureCalibration.Fit(Examples);
        AssertClose(Parameter("temperature", "temperature"), calibration.Temperature, Parameter("temperature", "tolerance"));
        AssertTransforms("temperature", calibration);
    }

    [ReferenceFact("golden/significance")]
    public void Fit_Isotonic_ReferenceValues()
    {
        var calibration = IsotonicCalibration.Fit(Examples);
        var golden = Root.GetProperty("isotonic");
        double tolerance = Parameter("isotonic", "tolerance");
        AssertClose(Numbers(golden.GetProperty("x_thresholds")), calibration.Scores, tolerance);
        AssertClose(Numbers(golden.GetProperty("y_thresholds")), calibration.Probabilities, tolerance);
        AssertTransforms("isotonic", calibration);
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];

    private static void AssertClose(double expected, double actual, double tolerance) =>
        Assert.InRange(actual, expected - tolerance, expected + tolerance);

    private static void AssertClose(double[] expected, IEnumerable<double> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Count());
        Assert.All(expected.Zip(actual), pair => AssertClose(pair.First, pair.Second, tolerance));
    }

    private double Parameter(string name, string parameter) => Root.GetProperty(name).GetProperty(parameter).GetDouble();

    private void AssertTransforms(string name, ScoreCalibration calibration)
    {
        var grid = Root.GetProperty("grid");
        double tolerance = Parameter(name, "tolerance");
        AssertClose(
            Numbers(Root.GetProperty("transformed").GetProperty(name)),
            Examples.Select(example => calibration.Calibrate(example.Score)),
            tolerance);
        AssertClose(Numbers(grid.GetProperty(name)), Numbers(grid.GetProperty("scores")).Select(calibration.Calibrate), tolerance);
    }
}
