using Resift.Local.Tests.Models;

namespace Resift.Local.Tests;

public sealed class LocalCalibrationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public LocalCalibrationTests() => new TinyModel().Write(_folder.Path, ConfigChange.Logits);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RerankAsync_CalibratedFolder_GivesTheProbabilitiesOfTheCurve()
    {
        using var plain = LocalReranker.Load(_folder.Path);
        var logits = await plain.RerankAsync("a b", ["c", "a b", "d e f"], cancellationToken: TestContext.Current.CancellationToken);
        Write("""{"version": 1, "kind": "platt", "slope": 0.5, "intercept": -1.25, "fitted_on": "three documents"}""");
        using var calibrated = LocalReranker.Load(_folder.Path);

        var response = await calibrated.RerankAsync("a b", ["c", "a b", "d e f"], cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((ScoreScale.Logit, ScoreScale.Probability), (logits.ScoreScale, response.ScoreScale));
        Assert.Equal(ScoreScale.Probability, calibrated.GetService<RerankerMetadata>()!.ScoreScale);
        var curve = calibrated.GetService<LocalModelInfo>()!.Calibration!;
        Assert.Equal(new() { Slope = 0.5, Intercept = -1.25, FittedOn = "three documents" }, curve);
        Assert.All(logits.Results.Zip(response.Results), pair =>
        {
            var (logit, probability) = pair;
            Assert.Equal(logit.Index, probability.Index);
            Assert.Equal(1 / (1 + Math.Exp(-((0.5 * logit.Score) - 1.25))), probability.Score, 1e-15);
            Assert.Equal((0.5 * logit.Score) - 1.25, ScoreScale.Probability.Convert(probability.Score, ScoreScale.Logit), 1e-12);
            Assert.Equal(logit.Score, curve.HeadLogit(probability.Score), 1e-12);
        });
    }

    [Theory]
    [InlineData("""{"version": 2, "kind": "platt", "slope": 1, "intercept": 0}""", "version is 2")]
    [InlineData("""{"kind": "platt", "slope": 1, "intercept": 0}""", "version is missing")]
    [InlineData("""{"version": 1, "slope": 1, "intercept": 0}""", "kind is missing")]
    [InlineData("""{"version": 1, "kind": "platt", "intercept": 0}""", "slope is missing")]
    [InlineData("""{"version": 1, "kind": "platt", "slope": "1", "intercept": 0}""", "slope must be a finite number, found \"1\"")]
    [InlineData("""{"version": 1, "kind": "platt", "slope": -1, "intercept": 0}""", "slope must be above 0")]
    [InlineData("""{"version": 1, "kind": "platt", "slope": 1, "intercept": 1e999}""", "intercept must be a finite number, found 1e999")]
    [InlineData("""{"version": 1, "kind": "platt", "slope": 1""", "is not valid JSON")]
    public void Load_BadFile_NamesFileAndField(string json, string expected)
    {
        Write(json);

        var error = Assert.Throws<InvalidDataException>(() => LocalReranker.Load(_folder.Path));

        Assert.Contains(LocalCalibration.FileName, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OtherKind_IsNotSupported()
    {
        Write("""{"version": 1, "kind": "isotonic", "scores": [0], "probabilities": [0.5]}""");

        var error = Assert.Throws<NotSupportedException>(() => LocalReranker.Load(_folder.Path));

        Assert.Contains("kind 'isotonic'", error.Message, StringComparison.Ordinal);
    }

    private void Write(string json) => File.WriteAllText(_folder.File(LocalCalibration.FileName), json);
}
