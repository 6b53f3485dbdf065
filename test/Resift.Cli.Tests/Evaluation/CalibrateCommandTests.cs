namespace Resift.Cli.Tests.Evaluation;

public sealed class CalibrateCommandTests : IDisposable
{
    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("platt", typeof(PlattCalibration))]
    [InlineData("isotonic", typeof(IsotonicCalibration))]
    public async Task Calibrate_Method_WritesWhatTheMiddlewareLoads(string method, Type expected)
    {
        Assert.True(await RunAsync("--method", method) == ExitCode.Ok, _cli.Error);

        var calibration = ScoreCalibration.Load(_cli.At("c.json"));
        Assert.IsType(expected, calibration);

        // Of the documents with all words, seven of eight are relevant; of those with one word, one is.
        Assert.InRange(calibration.Calibrate(2), 0.6, 0.95);
        Assert.InRange(calibration.Calibrate(0), 0.0, 0.3);
        Assert.Contains("16 documents, 8 of them relevant", _cli.Output, StringComparison.Ordinal);
        Assert.Matches(@"error before  0\.\d{3}", _cli.Output);
    }

    [Fact]
    public async Task Calibrate_NothingRelevantScored_SaysWhy()
    {
        string folder = SmallSet.Write(_cli);
        _cli.File("small/qrels/test.tsv", "q0\tnothing\t1\n");

        Assert.Equal(ExitCode.Error, await _cli.RunAsync(
            "calibrate", folder, "--output", _cli.At("c.json"), "--store", _cli.At("s.db"), "--depth", "2"));

        Assert.Contains("allow no calibration", _cli.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_cli.At("c.json")));
    }

    [Fact]
    public async Task Calibrate_ScoresThatAreNoProbabilities_IsRefused()
    {
        Assert.Equal(ExitCode.Error, await RunAsync("--model", "all-MiniLM-L6-v2"));

        Assert.Contains("cannot be calibrated", _cli.Error, StringComparison.Ordinal);
    }

    private Task<int> RunAsync(params string[] args) => _cli.RunAsync(
        ["calibrate", SmallSet.Write(_cli), "--output", _cli.At("c.json"), "--store", _cli.At("s.db"), "--depth", "2", .. args]);
}
