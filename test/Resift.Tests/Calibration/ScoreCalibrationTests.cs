namespace Resift.Tests.Calibration;

public sealed class ScoreCalibrationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("resift-calibration-");

    public static TheoryData<Func<IEnumerable<JudgedScore>, ScoreCalibration>> Fits() =>
    [
        (Func<IEnumerable<JudgedScore>, ScoreCalibration>)(examples => PlattCalibration.Fit(examples)),
        (Func<IEnumerable<JudgedScore>, ScoreCalibration>)(examples => PlattCalibration.Fit(examples, smoothed: true)),
        (Func<IEnumerable<JudgedScore>, ScoreCalibration>)TemperatureCalibration.Fit,
        (Func<IEnumerable<JudgedScore>, ScoreCalibration>)IsotonicCalibration.Fit,
    ];

    public static TheoryData<ScoreCalibration> Calibrations() =>
    [
        new PlattCalibration(2.0 / 3, -1e-300),
        new TemperatureCalibration(1.1),
        new IsotonicCalibration([-1e9, 0.1, 0.30000000000000004], [0, 1.0 / 3, 1]),
    ];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Calibrations), DisableDiscoveryEnumeration = true)]
    public void SaveAndLoad_AnyCalibration_SameToTheLastDigit(ScoreCalibration calibration)
    {
        string path = Path.Combine(_folder.FullName, "calibration.json");
        File.WriteAllText(path, "what was there before");
        calibration.Save(path);
        var loaded = ScoreCalibration.Load(path);
        Assert.IsType(calibration.GetType(), loaded);
        Assert.Equal(calibration.ToJson(), loaded.ToJson());
        double[] scores = [-1e10, -3, -0.2, 0, 0.2, 0.25, 7];
        Assert.Equal(scores.Select(calibration.Calibrate), scores.Select(loaded.Calibrate));
        Assert.Equal([path], Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public void ToJson_EachKind_VersionedAndReadable()
    {
        Assert.Equal(
            """{"version":1,"kind":"platt","slope":0.5,"intercept":-1}""", new PlattCalibration(0.5, -1).ToJson());
        Assert.Equal("""{"version":1,"kind":"temperature","temperature":1.5}""", new TemperatureCalibration(1.5).ToJson());
        Assert.Equal(
            """{"version":1,"kind":"isotonic","scores":[-1,1],"probabilities":[0.25,0.75]}""",
            new IsotonicCalibration([-1, 1], [0.25, 0.75]).ToJson());
    }

    [Theory]
    [InlineData("", "not the JSON")]
    [InlineData("null", "null")]
    [InlineData("[]", "not the JSON")]
    [InlineData("""{"version":1,"kind":"platt","slope":0.5""", "not the JSON")]
    [InlineData("""{"kind":"platt","slope":0.5,"intercept":0}""", "no 'version'")]
    [InlineData("""{"version":2,"kind":"new","curve":[1]}""", "version is 2")]
    [InlineData("""{"version":1}""", "kind is ''")]
    [InlineData("""{"version":1,"kind":"beta"}""", "kind is 'beta'")]
    [InlineData("""{"version":1,"kind":"platt","slope":0.5}""", "no 'intercept'")]
    [InlineData("""{"version":1,"kind":"platt","intercept":0.5}""", "no 'slope'")]
    [InlineData("""{"version":1,"kind":"platt","slope":"steep","intercept":0}""", "$.slope")]
    [InlineData("""{"version":1,"kind":"platt","slope":0.5,"slope":0.6,"intercept":0}""", "slope")]
    [InlineData("""{"version":1,"kind":"platt","slope":NaN,"intercept":0}""", "not the JSON")]
    [InlineData("""{"version":1,"kind":"platt","slope":-0.5,"intercept":0}""", "slope is -0.5")]
    [InlineData("""{"version":1,"kind":"temperature"}""", "no 'temperature'")]
    [InlineData("""{"version":1,"kind":"temperature","temperature":0}""", "temperature is 0")]
    [InlineData("""{"version":1,"kind":"isotonic","scores":[1]}""", "no 'probabilities'")]
    [InlineData("""{"version":1,"kind":"isotonic","probabilities":[1]}""", "no 'scores'")]
    [InlineData("""{"version":1,"kind":"isotonic","scores":[2,1],"probabilities":[0,1]}""", "score 1 at point 1")]
    [InlineData("""{"version":1,"kind":"isotonic","scores":[1,2],"probabilities":[0,1.5]}""", "probability 1.5 at point 1")]
    public void Load_BadFile_RefusedByNameAndReason(string json, string reason)
    {
        string path = Path.Combine(_folder.FullName, "bad.json");
        File.WriteAllText(path, json);
        var error = Assert.Throws<InvalidDataException>(() => ScoreCalibration.Load(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        error = Assert.Throws<InvalidDataException>(() => ScoreCalibration.FromJson(json));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_HugeFile_RefusedUnread()
    {
        string path = Path.Combine(_folder.FullName, "huge.json");
        using (var file = File.Create(path))
        {
            file.SetLength(1L << 33);
        }

        var error = Assert.Throws<InvalidDataException>(() => ScoreCalibration.Load(path));
        Assert.Contains("8589934592 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadAndSave_MissingFolder_NotFound()
    {
        string path = Path.Combine(_folder.FullName, "missing", "calibration.json");
        Assert.Throws<DirectoryNotFoundException>(() => ScoreCalibration.Load(path));
        Assert.Throws<DirectoryNotFoundException>(() => new TemperatureCalibration(1).Save(path));
        Assert.Throws<FileNotFoundException>(() => ScoreCalibration.Load(Path.Combine(_folder.FullName, "missing.json")));
    }

    [Theory]
    [MemberData(nameof(Fits), DisableDiscoveryEnumeration = true)]
    public void Fit_ExamplesThatTellNothing_Refused(Func<IEnumerable<JudgedScore>, ScoreCalibration> fit)
    {
        Assert.Throws<ArgumentNullException>("examples", () => fit(null!));
        foreach (JudgedScore[] examples in new JudgedScore[][] { [], [new(1, true), new(2, true)], [new(1, false)] })
        {
            var error = Assert.Throws<ArgumentException>("examples", () => fit(examples));
            Assert.Contains($"Of {examples.Length} examples", error.Message, StringComparison.Ordinal);
        }

        foreach (double score in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            var error = Assert.Throws<ArgumentException>("examples", () => fit([new(0, false), new(score, true)]));
            Assert.Contains("example 1", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Calibrations), DisableDiscoveryEnumeration = true)]
    public void Calibrate_NaN_Refused(ScoreCalibration calibration) =>
        Assert.Throws<ArgumentOutOfRangeException>("logit", () => calibration.Calibrate(double.NaN));
}
